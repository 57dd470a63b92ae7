"""The site builds without a warning, loads nothing from a network, and is searched from a disk."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "reporting"))

import nbformat
import pytest
from browser import program, started
from docs_pages import ROOT
from playwright.sync_api import Page, sync_playwright

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
PRINTED = {  # by the page of each notebook
    "first_hour": (
        "OR 1.80 (0.69 to 5.32), P(OR > 1) = 0.886",
        "OR 1.504 (0.500 to 4.526)",
        "OR 0.24 (0.15 to 0.39)",
    ),
    "sensitivity": ("0.9408438", "sd=0.342925"),
    "comparisons": ("estimate=2.8624", "0.006", "137"),
}
# what a page loads by itself; an address that a reader may follow is none
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|embed)\b[^>]*?\s(?:src|srcset)=["']?(?:https?:)?//[^>]*>"""
    r"""|<link\b(?=[^>]*rel=["']?(?:stylesheet|preconnect|preload|icon|modulepreload))"""
    r"""[^>]*href=["']?(?:https?:)?//[^>]*>"""
)
OF_STYLE = re.compile(r"""(?:url\(|@import\s+)["']?(?:https?:)?//[^)\s;]+""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONPATH": str(ROOT),
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, re.findall(r"^(?:WARNING|ERROR).*", done.stderr, re.MULTILINE)) == (0, []), (
        done.stderr
    )
    return folder


def texts(site: Path, ending: str) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob(f"*{ending}")
    }


def test_no_page_loads_anything_from_a_network(site: Path) -> None:
    pages = texts(site, ".html")
    assert len(pages) > 30
    assert {page: found for page, text in pages.items() if (found := LOADED.findall(text))} == {}


def test_no_style_loads_anything_from_a_network(site: Path) -> None:
    found = {at: OF_STYLE.findall(text) for at, text in (texts(site, ".css") | texts(site, ".html")).items()}
    assert {at: loads for at, loads in found.items() if loads} == {}


def test_the_pattern_finds_what_would_be_loaded() -> None:
    bad = (
        '<script src="https://a.b/c.js"></script><link rel="stylesheet" href="//a.b/c.css"><img src=//a.b/c>'
    )
    good = (
        '<script src="assets/c.js"></script><a href="https://a.b"><img src="data:image/png;base64,A//A"></a>'
    )
    assert (len(LOADED.findall(bad)), LOADED.findall(good)) == (3, [])
    assert OF_STYLE.findall(
        "@import 'https://a.b/c'; x{background:url(//a.b/d)}; y{background:url(c.png)}"
    ) == [
        "@import 'https://a.b/c'",
        "url(//a.b/d",
    ]


def test_every_picture_of_a_page_says_what_it_shows(site: Path) -> None:
    silent = {at: re.findall(r"<img(?![^>]*\balt=)[^>]*>", text) for at, text in texts(site, ".html").items()}
    assert {at: found for at, found in silent.items() if found} == {}


def test_every_public_name_is_shown_as_what_it_is(site: Path) -> None:
    """A function that is made by another one is a function, not a value of its module."""
    pages = {at: text for at, text in texts(site, ".html").items() if at.startswith("api/")}
    assert len(pages) >= 13
    assert [at for at, text in pages.items() if "module-attribute" in text or "<blockquote>" in text] == []


def test_the_gallery_shows_every_figure(site: Path) -> None:
    shown = re.findall(r'src="(gallery/\w+\.svg)"', (site / "gallery.html").read_text(encoding="utf-8"))
    assert len(shown) >= 10
    assert [path for path in shown if "<svg" not in (site / path).read_text(encoding="utf-8")[:1000]] == []


def test_no_formula_is_left_as_it_is_written(site: Path) -> None:
    pages = texts(site, ".html")
    left = {at: re.findall(r"\\(?:frac|theta|tau|mu|sim|op)\b", text) for at, text in pages.items()}
    assert {at: found for at, found in left.items() if found and at != "case/report.html"} == {}
    assert pages["methods.html"].count("<math") > 20


def test_a_page_is_found_from_a_disk_without_a_network(site: Path) -> None:
    program()
    # in a thread of its own: another browser may be open in this process, in the loop of its own
    with ThreadPoolExecutor(1) as apart:
        addresses, asked = apart.submit(searched, site).result()
    assert any("programs.html" in address for address in addresses)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []


def searched(site: Path) -> tuple[list[str], list[str]]:
    """What a search on the first page finds, and what the browser asked for meanwhile."""
    asked: list[str] = []
    with sync_playwright() as playwright, started(playwright) as browser:
        page: Page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        page.evaluate("document.getElementById('__search').click()")
        page.keyboard.type("metafor")
        page.wait_for_function(
            "document.querySelector('.md-search-result__meta').textContent.includes('matching documents')"
        )
        addresses = page.eval_on_selector_all(
            ".md-search-result__link", "links => links.map(link => link.href)"
        )
    return addresses, asked


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_run_and_shows_its_results(site: Path, notebook: Path) -> None:
    text = unescape((site / "notebooks" / f"{notebook.stem}.html").read_text(encoding="utf-8"))
    assert [each for each in PRINTED[notebook.stem] if unescape(each) not in text] == []
    assert text.count('<div class="output">') >= {"first_hour": 12}.get(notebook.stem, 6)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_it_was_written(notebook: Path) -> None:
    cells = [
        cell
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert cells
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"]] == []
    nbformat.validate(nbformat.read(notebook, as_version=4))
