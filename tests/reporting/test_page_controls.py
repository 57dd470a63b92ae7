"""The page's scripts and style where a reader may stumble: numbers out of use, sorting, long names, print."""

import re

import pytest
from browser import opened
from explorer_pages import add_trial, shown, written_explorer
from report_cases import BAD_EVENT, THREE, own
from test_whole_page_in_browser import unfold

from bayes_ivig import resources
from bayes_ivig.files.reading import content
from bayes_ivig.reporting.document.blocks import Column, Page, Section, Table
from bayes_ivig.reporting.document.html import EXPLORER, TEMPLATES, html_of

pytestmark = pytest.mark.slow

LONG = "The northern registry of all hospitals, second part, women under forty"
WORDS = """() => [...document.querySelectorAll("main :is(td, th)")].flatMap((cell) => {
  const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), broken = [];
  while (text.nextNode()) for (const word of text.currentNode.textContent.matchAll(/\\p{L}+/gu)) {
    const range = document.createRange();
    range.setStart(text.currentNode, word.index);
    range.setEnd(text.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(word[0]);
  }
  return broken;
})"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written_explorer(own(THREE, BAD_EVENT), tmp_path_factory.mktemp("controls"))


def script(name):
    return content(resources.part(f"{TEMPLATES}/{name}")).decode("utf-8")


@pytest.mark.parametrize(
    ("used", "unused", "field", "wrong"),
    [
        (("muFamily", "student_t"), ("muFamily", "normal"), "df", "0"),
        (("family", "log_normal"), ("family", "half_normal"), "shape", "1e6"),
        (("family", "half_normal"), ("family", "common"), "scale", ""),
    ],
)
def test_a_number_that_is_not_used_spoils_no_link(browser, small, used, unused, field, wrong):
    with opened(browser, small) as page:
        page.select_option(f"[name={used[0]}]", used[1])
        shown(page)
        page.fill(f"[name={field}]", wrong)
        shown(page)
        assert "must be between" in page.inner_text("#explorer-problem")
        page.select_option(f"[name={unused[0]}]", unused[1])
        numbers, address = shown(page), page.evaluate("location.hash")
        assert page.locator("#explorer-problem").is_hidden()
        assert page.locator(f"[name={field}]").get_attribute("aria-invalid") == "false"
    with opened(browser, small, fragment=address) as page:
        assert page.locator("#explorer-refused").is_hidden()
        assert shown(page) == numbers


def test_a_number_at_the_edge_of_what_is_allowed_is_allowed_in_a_link_too(browser, small):
    with opened(browser, small) as page:
        page.fill("[name=sd]", "10.0000005")
        numbers = shown(page)
        page.locator("[name=sd]").blur()
        address = page.evaluate("location.hash")
    with opened(browser, small, fragment=address) as page:
        assert page.locator("#explorer-refused").is_hidden()
        assert shown(page) == numbers


def test_where_every_difference_matters_no_probability_is_shown_twice(browser, small):
    with opened(browser, small) as page:
        shown(page)
        assert page.locator("#explorer-parts").is_visible()
        page.fill("[name=threshold]", "1")
        shown(page)
        assert page.locator("#explorer-parts").is_hidden()
        words = page.inner_text("#explorer-colours")
        assert words == "blue where it is below 1, better with drug; grey where it is above 1, worse"
        page.fill("[name=threshold]", "1.25")
        shown(page)
        assert page.locator("#explorer-parts").is_visible()
        assert page.inner_text("#explorer-colours").endswith("worse by as much; palest in between")


@pytest.mark.parametrize("width", [1200, 390])
def test_a_long_name_stands_whole_beside_its_row_or_says_that_it_goes_on(browser, small, width):
    with opened(browser, small, width=width) as page:
        add_trial(page, LONG, (3, 20, 8, 21))
        shown(page)
        boxes = page.locator(".names b").evaluate_all(
            "(all) => all.map((one) => [one.scrollHeight - one.clientHeight, one.getBoundingClientRect()])"
        )
        rows = page.locator(".band").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect())")
        right = page.locator("#explorer-forest svg").evaluate("(one) => one.getBoundingClientRect().left")
    hidden, name = boxes[len(THREE)]
    assert hidden <= 0 if width == 1200 else hidden > 0, "two lines hold it where the page is wide"
    assert name["right"] <= right + 1
    for (_, box), row in zip(boxes, rows, strict=False):
        assert box["height"] <= row["height"]
        assert box["top"] + box["height"] / 2 == pytest.approx(row["top"] + row["height"] / 2, abs=1)


def test_what_is_missing_is_last_whichever_way_a_table_is_sorted(browser, tmp_path):
    columns = (Column("Trial", "text"), Column("OR"), Column("Country", "text"))
    rows = (
        ("a", "2.0", "Chile"),
        ("b", "\N{EN DASH}", "\N{EN DASH}"),
        ("c", "0.5", "Austria"),
        ("d", "0.5", "Zambia"),
        ("e", "not estimable", ""),
    )
    path = tmp_path / "sorted.html"
    table = Table("Five trials.", columns, rows)
    path.write_text(html_of(Page("A page", "", (Section("s", "One", (table,)),))), encoding="utf-8")
    with opened(browser, path, live=0) as page:
        order = "(table) => [...table.tBodies[0].rows].map((row) => row.cells[0].textContent.trim()).join('')"
        found = []
        for column in (1, 2):
            for _ in range(3):
                page.locator("thead button").nth(column).click()
                found.append(page.locator("main table").evaluate(order))
    assert found == ["cdabe", "acdbe", "abcde", "cadbe", "dacbe", "abcde"]


def test_on_paper_the_brief_of_the_report_is_small_and_a_long_word_of_models_is_whole(font_browser, file):
    with opened(font_browser, file, width=688) as page:
        page.emulate_media(media="print")
        size = page.locator("#brief > ul").evaluate("(list) => getComputedStyle(list).fontSize")
        unfold(page)
        broken = page.evaluate(WORDS)
    assert size == "12px", "9 points"
    assert "hypergeometric" not in broken


def test_nothing_in_the_scripts_is_dead():
    scripts = {name: script(name) for name in ("reading.js", "tables.js", *EXPLORER)}
    assert len(scripts) == 8
    names = {
        (file, name)
        for file, text in scripts.items()
        for name in re.findall(r"^ {2}(?:const|let|function|class) (\w+)", text, re.MULTILINE)
    }
    assert len(names) > 100
    alone = [each for each in names if len(re.findall(rf"\b{each[1]}\b", scripts[each[0]])) < 2]
    assert alone == []
    for file, text in scripts.items():
        for given in re.findall(r"^ {2}return \{ ([^}]*) \};\n\}\)", text, re.MULTILINE):
            elsewhere = "".join(other for each, other in scripts.items() if each != file)
            unused = [name for name in given.split(", ") if not re.search(rf"\b{name}\b", elsewhere)]
            assert unused == [], file
