"""Nothing that a user's files say runs, loads, links or restyles, in any medium; it is shown as text."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

import pytest
from browser import opened
from hostile_texts import PAYLOADS, RUN, case
from markdown_it import MarkdownIt

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.cli import main
from bayes_ivig.engines.fitting import fit
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.inputs.model.files import load_two_arm
from bayes_ivig.inputs.report_options import read_report_options
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.document.blocks import Code, Page, Section
from bayes_ivig.reporting.document.html import EXPLORER
from bayes_ivig.reporting.document.markdown import escaped_line, markdown_of
from bayes_ivig.reporting.report.write import write_report

pytestmark = pytest.mark.slow

OURS = ("#", "https://doi.org/")  # where links of a page lead
BLANKS = re.compile(r"[\s\u2066-\u2069]+")
SVG_TAGS = {
    "svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clipPath", "title"
}  # fmt: skip
MARKDOWN_TAGS = {
    "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "table", "thead", "tbody", "tr", "th",
    "td", "img", "a", "pre", "code", "hr",
}  # fmt: skip
IN_THE_PAGE = """() => ({
  title: document.title,
  text: document.body.textContent,
  tags: [...new Set([...document.querySelectorAll("*")].map((each) => each.localName))],
  handlers: [...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames())
    .filter((name) => name.startsWith("on") || name === "srcdoc" || name === "action"),
  links: [...document.querySelectorAll("[href], [src]")]
    .map((each) => each.getAttribute("href") || each.getAttribute("src")),
  scripts: document.scripts.length,
})"""


def spaced(text: str) -> str:
    """Text with every run of blanks and direction marks as one space."""
    return BLANKS.sub(" ", text)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The folder of a hostile report, its table, and the texts in it."""
    folder = tmp_path_factory.mktemp("hostile")
    table, options, model, texts = case(folder)
    asked = reanalyze(table, model=load_two_arm(str(model)), options=read_report_options(options))
    write_report(asked, folder / "report", png=False)
    return folder / "report", table, texts


def test_the_page_runs_loads_and_links_nothing(browser, report):
    """``opened`` holds that no request leaves, and that no script and no policy has anything to say."""
    folder, _, texts = report
    with opened(browser, folder / "report.html") as page:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        for option in page.query_selector_all("select option"):
            option.evaluate("(each) => { each.selected = true; each.parentElement.dispatchEvent("
                            "new Event('change', {bubbles: true})); }")  # fmt: skip
        page.wait_for_timeout(200)
        inside = page.evaluate(IN_THE_PAGE)
    assert "RAN" not in inside["title"].replace(RUN, "")
    assert not inside["handlers"]
    assert inside["scripts"] == len(EXPLORER) + 3  # its own: two of every page, and the data of the explorer
    assert not {"img", "iframe", "base", "object", "embed", "template", "a-"} & set(inside["tags"])
    assert [link for link in inside["links"] if not link.startswith(OURS)] == []
    shown = spaced(inside["text"])
    for payload in PAYLOADS:
        assert any(spaced(text) in shown for text in texts if text.startswith(payload)), payload


class Tags(HTMLParser):
    """Tags with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_markdown_says_no_more_than_the_page(report):
    """Read by a program that takes raw HTML, as many do."""
    folder, _, texts = report
    text = (folder / "report.md").read_text(encoding="utf-8")
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(text)
    tags = Tags(rendered).tags
    assert {tag for tag, _ in tags} <= MARKDOWN_TAGS
    assert {tag["src"].partition("/")[0] for name, tag in tags if name == "img"} == {"charts"}
    assert all(tag["href"].startswith(OURS) for name, tag in tags if name == "a")
    outside = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)  # of blocks of code
    headings = [line for line in outside.splitlines() if re.match(r"#+ ", line)]
    assert sum(name in ("h1", "h2", "h3", "h4") for name, _ in tags) == len(headings)
    assert not any("Heading" in heading and not heading.startswith("# ") for heading in headings)
    shown = spaced(unescape(re.sub(r"<[^>]*>", " ", rendered), {"&quot;": '"'}))
    for payload in PAYLOADS:
        assert any(spaced(text) in shown for text in texts if text.startswith(payload)), payload


def test_drawings_hold_texts_and_nothing_that_acts(report):
    folder, _, _ = report
    drawings = sorted(folder.glob("charts/*.svg"))
    assert len(drawings) > 10
    for path in drawings:
        elements = list(ElementTree.parse(path).getroot().iter())
        assert {each.tag.rpartition("}")[2] for each in elements} <= SVG_TAGS, path.name
        names = {name for each in elements for name in each.attrib}
        assert not {name for name in names if name.startswith("on") or "href" in name}, path.name


def test_a_chart_of_its_own_runs_and_loads_nothing(browser, report, tmp_path, monkeypatch):
    _, table, _ = report
    chart = tmp_path / "chart.html"
    monkeypatch.setattr("sys.argv", ["", "subsets", str(table), "--leave-one-out", "--plot", str(chart)])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert r"\u003c/script>" in chart.read_text(encoding="utf-8")  # its names are in it
    said, asked = [], []
    inside = browser.new_context()
    page = inside.new_page()
    page.on("console", lambda message: said.append(message.text) if "-scale's" not in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(chart.as_uri())
    page.wait_for_selector("svg, canvas")
    title, scripts = page.title(), page.evaluate("document.scripts.length")
    inside.close()
    assert (title, scripts, said, asked) == ("Chart", 2, [], [chart.as_uri()])


def test_a_display_in_a_notebook_is_text(report):
    _, table, _ = report
    posterior = fit(load_dataset(str(table)), load_two_arm("binomial_normal"))
    tags = Tags(shows.html(posterior)).tags
    assert {tag for tag, _ in tags} <= {
        "div",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "p",
        "style",
        "caption",
        "strong",
        "br",
    }
    assert not [name for _, tag in tags for name in tag if name.startswith("on")]


def test_code_ends_where_it_ends():
    text = "a\n```\n<script>x</script>\n````\nb"
    written = markdown_of(Page("T", "S", (Section("a", "A", (Code(text),)),)))
    rendered = MarkdownIt("commonmark", {"html": True}).render(written)
    assert [tag for tag, _ in Tags(rendered).tags] == ["h1", "p", "h2", "pre", "code", "hr"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("# x", "\\# x"), ("> x", "\\> x"), ("- x", "\\- x"), ("+ x", "\\+ x"), ("1. x", "1\\. x"),
     ("12) x", "12\\) x"), ("---", "\\---"), ("===", "\\==="), ("#x", "#x"), ("-5", "-5"), ("1.5", "1.5")],
)  # fmt: skip
def test_no_line_of_markdown_begins_as_something_else(text, shown):
    assert escaped_line(text) == shown
