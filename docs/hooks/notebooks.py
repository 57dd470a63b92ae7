"""For MkDocs: every notebook of docs/notebooks is run as the site is built,
and shown as a page with what it printed and drew.
"""

import os
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient

LEFT_OUT = re.compile(r"<style.*?</style>|<script.*?</script>| border=\"1\"| class=\"dataframe\"", re.DOTALL)
KEPT = re.compile(r"<pre.*?</pre>", re.DOTALL)  # whose lines count
TERMINAL = re.compile(r"\x1b\[[0-9;]*m")


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Put a page in the place of every notebook."""
    notebooks = [file for file in files if file.src_uri.endswith(".ipynb")]
    with ThreadPoolExecutor(2) as workers:
        pages = workers.map(lambda file: page_of(executed(Path(str(file.abs_src_path)))), notebooks)
        for file, page in zip(notebooks, pages, strict=True):
            files.append(File.generated(config, f"{file.src_uri.removesuffix('.ipynb')}.md", content=page))
    return files


def executed(path: Path) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom in a folder of its own; an error in a cell is raised."""
    from tempfile import TemporaryDirectory

    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        place = {"metadata": {"path": folder}}
        quiet = ["--log-level=40"]  # errors alone
        NotebookClient(notebook, timeout=120, resources=place, extra_arguments=quiet).execute()
    return notebook


def page_of(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook that was run as Markdown."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.source.strip():
            parts.append(f"```python\n{cell.source}\n```")
            parts += [shown(output) for output in cell.outputs]
    return "\n\n".join(parts) + "\n"


def shown(output: nbformat.NotebookNode) -> str:
    """Return one output: a table, a drawing or text."""
    if output.output_type == "stream":
        return text_of(output.text) if output.name == "stdout" else ""
    data = output.data
    if "image/svg+xml" in data:
        address = b64encode(data["image/svg+xml"].encode()).decode()
        return f'<div class="output"><img alt="" src="data:image/svg+xml;base64,{address}"></div>'
    if "image/png" in data:
        return (
            f'<div class="output"><img alt="" src="data:image/png;base64,{data["image/png"].strip()}"></div>'
        )
    if "text/html" in data:
        table = KEPT.sub(lambda found: found[0].replace("\n", "&#10;"), LEFT_OUT.sub("", data["text/html"]))
        return f'<div class="output">{re.sub(r"\s*\n\s*", " ", table)}</div>'
    return text_of(data.get("text/plain", ""))


def text_of(text: str) -> str:
    """Return what was printed, as it is."""
    return (
        f'<div class="output"><pre>{escape(TERMINAL.sub("", text), quote=False).strip(chr(10))}</pre></div>'
    )
