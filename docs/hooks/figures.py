"""For MkDocs: the page of the gallery, whose figures are drawn by docs/gallery.py as the site is built."""

import runpy
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

TITLES = {"forest_bmj": "Forest, as the BMJ has it", "labbe": "L'Abbé"}
HEAD = """# Gallery

Figures as papers print them: each is a Matplotlib figure, has `.axes` to change and `.save(path)` for PDF,
SVG, PNG, EPS or TIFF, and takes `ax=` to be drawn into one of yours. The functions are in
[Pictures](api/plot.md). All of them begin with

```python
{setup}```
"""


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Draw the figures and write their page."""
    gallery = runpy.run_path(str(Path(config.docs_dir) / "gallery.py"))
    parts = [HEAD.format(setup=gallery["SETUP"])]
    with TemporaryDirectory() as folder:
        for name, caption, code in gallery["draw"](folder):
            drawing = (Path(folder) / f"{name}.svg").read_bytes()
            files.append(File.generated(config, f"gallery/{name}.svg", content=drawing))
            title = TITLES.get(name, name.replace("_", " ").capitalize())
            parts.append(
                f"## {title}\n\n{caption}\n\n"
                f'<div class="figure"><img alt="{escape(caption)}" src="gallery/{name}.svg"></div>\n\n'
                f"```python\n{code}\n```"
            )
    files.append(File.generated(config, "gallery.md", content="\n\n".join(parts) + "\n"))
    return files
