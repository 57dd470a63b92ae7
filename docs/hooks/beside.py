"""For MkDocs: pages and files of the repository that stand beside docs/, and links to them.

A link that leaves docs/ leads to the page that is made here of its target, or, where there is none,
is shown as plain text.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
SCHEMAS = "bayes_ivig/reporting/schema"
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "SUPPORT.md": "support.md",
    "benchmarks/README.md": "benchmarks.md",
    "data/README.md": "evidence.md",
    "models/README.md": "models.md",
}
FILES = {
    **{f"{SCHEMAS}/{path.name}": f"schema/{path.name}" for path in (ROOT / SCHEMAS).glob("*.json")},
    "reports/ivig/report.html": "case/report.html",
    "reports/ivig/brief.html": "case/brief.html",
}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the pages and files that stand elsewhere."""
    for source, target in {**PAGES, **FILES}.items():
        files.append(File.generated(config, target, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Let every relative link of a page lead to where its target is on the site."""
    own = next((source for source, made in PAGES.items() if made == page.file.src_uri), None)
    start = posixpath.dirname(own if own is not None else f"docs/{page.file.src_uri}")
    here = posixpath.dirname(page.file.src_uri)

    def led(found: re.Match[str]) -> str:
        image, text, target, fragment = found[1], found[2], found[3], found[4] or ""
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        there = posixpath.normpath(posixpath.join(start, target))
        if not (ROOT / there).exists():
            return found[0]  # MkDocs says so
        goal = place(there)
        if goal is None:
            return text
        return f"{image}[{text}]({posixpath.relpath(goal, here or '.')}{fragment})"

    return LINK.sub(led, markdown)


def place(path: str) -> str | None:
    """Return where a file of the repository is on the site, or None."""
    if path in ("README.md", "docs/gallery.py"):
        return "index.md" if path == "README.md" else "gallery.md"
    if path in PAGES or path in FILES:
        return {**PAGES, **FILES}[path]
    if not path.startswith("docs/"):
        return None
    inside = path.removeprefix("docs/")
    return f"{inside.removesuffix('.ipynb')}.md" if inside.endswith(".ipynb") else inside
