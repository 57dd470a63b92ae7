"""Notes that tables share stand once and have letters; appendices stand last, in every medium."""

import csv
import io
import re

import pytest
from report_cases import BAD_EVENT, THREE, ivig, own
from test_report_pages import Reader

from bayes_ivig.reporting.document.blocks import Column, Notes, Page, Section, Table, Text
from bayes_ivig.reporting.document.csv import INDEX, csv_files
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import escaped, markdown_of
from bayes_ivig.reporting.document.notes import letter, shared
from bayes_ivig.reporting.document.notes_section import if_needed, with_notes
from bayes_ivig.reporting.report.sections import page_of

COLUMNS = (Column("Study", "text"), Column("Deaths"))
PLACE = Section("notes", "Notes", (Notes(),))


def table(*details):
    return Table("Deaths of cows.", COLUMNS, (("Byre 1999", "3"),), details)


def small(*sections):
    return Page("Cows", "A page", sections)


def of_three_tables(*after):
    """A page whose first section is an appendix: its table comes last."""
    late = Section("late", "Late things", (table("Both.", "Last two."),), appendix=True)
    first = Section("first", "First things", (table("Own line.", "Last two.", "Both."),))
    return small(late, first, Section("second", "Second things", (table("Both.", "Both."),)), *after)


def test_letters_go_on_as_the_columns_of_a_sheet():
    assert [letter(i) for i in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        "a", "z", "aa", "ab", "az", "ba", "zz", "aaa",
    ]  # fmt: skip


def test_a_line_is_shared_by_two_tables_and_not_by_one_that_says_it_twice():
    assert shared([("once", "once"), ("x", "y"), ("y", "z", "x")]) == {"x": "a", "y": "b"}
    assert shared([]) == {}


def test_a_note_has_its_letter_by_first_appearance_and_a_line_of_one_table_stays_there():
    page = of_three_tables(PLACE)
    assert page.notes == {"Last two.": "a", "Both.": "b"}
    assert [page.letters(each) for each in page.blocks() if isinstance(each, Table)] == [
        ("a", "b"), ("b",), ("a", "b"),
    ]  # fmt: skip
    assert page.own_details(page.sections[0].blocks[0]) == ("Own line.",)


def test_without_a_place_for_notes_they_stay_with_their_tables():
    page = of_three_tables()
    assert page.notes == {} and page.letters(page.sections[0].blocks[0]) == ()
    assert markdown_of(page).count("- Both.") == html_of(page).count("Both.") == 4
    assert "Notes:" not in markdown_of(page)


def test_a_place_for_notes_goes_where_no_two_tables_share_one():
    alone = Section("first", "First things", (table("Own line."), Text("More.")))
    assert with_notes((alone,))[-1].key == "notes"
    assert if_needed(with_notes((alone,))) == (alone,)
    assert len(if_needed(with_notes((alone, Section("x", "X", (table("Own line."),)))))) == 3


def test_a_page_and_its_markdown_name_notes_by_letter():
    page = of_three_tables(PLACE)
    text = markdown_of(page)
    assert text.count("Both.") == text.count("Last two.") == 1
    assert "Notes: a, b\n\nDetails\n- Own line.\n" in text
    assert "- **a** Last two.\n- **b** Both." in text
    seen = Reader(html_of(page))
    assert "".join(seen.text).count("Both.") == 1
    assert [a["href"] for tag, a in seen.tags if tag == "a" and "#note-" in a["href"]] == [
        "#note-a", "#note-b", "#note-b", "#note-a", "#note-b",
    ]  # fmt: skip
    assert {"note-a", "note-b"} <= {a.get("id") for _, a in seen.tags}


def test_the_index_of_tables_has_all_words():
    rows = list(csv.reader(io.StringIO(csv_files(of_three_tables(PLACE))[INDEX])))
    assert rows[1][-1] == "Own line. Last two. Both."


def test_appendices_stand_last_and_tables_are_numbered_as_they_stand():
    page = of_three_tables(PLACE)
    assert [section.key for section in page.sections] == ["first", "second", "notes", "late"]
    assert page.heading(page.sections[-1]) == "Appendix A. Late things"
    assert page.heading(page.sections[0]) == "First things"
    assert page.number(page.sections[-1].blocks[0]) == 3
    headings = re.findall(r"^## (.*)$", markdown_of(page), re.M)
    assert headings == ["First things", "Second things", "Notes", "Appendix A. Late things"]
    html = html_of(page)
    assert html.index("Second things</a>") < html.index("<p>Appendices</p>") < html.index("<main")
    assert html.count("Appendix A. Late things") == 1 == html.count(">A. Late things</a>")
    assert html.count('<details class="appendix">') == 1


def test_a_brief_says_what_it_is():
    assert '<body class="report">' in html_of(small(PLACE))
    assert '<body class="brief">' in html_of(Page("Cows", "A page", (PLACE,), form="brief"))


@pytest.mark.slow
@pytest.mark.parametrize("make", [ivig, lambda: own(THREE, BAD_EVENT)])
def test_every_note_of_a_report_stands_once(make):
    page = page_of(make())
    assert page.notes
    text, read = markdown_of(page), " ".join("".join(Reader(html_of(page)).text).split())
    for line, name in page.notes.items():
        assert text.count(f"- **{name}** {escaped(line)}\n") == 1
        assert len(re.findall(rf"{name}{re.escape(' '.join(line.split()))}", read)) == 1
    tables = [block for block in page.blocks() if isinstance(block, Table)]
    for each in tables:
        assert {*each.details} == {line for line in page.notes if line in each.details} | {
            *page.own_details(each)
        }
    own_lines = [line for each in tables for line in dict.fromkeys(page.own_details(each))]
    assert len(own_lines) == len(set(own_lines))


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_a_link_into_an_appendix_unfolds_it(browser, tmp_path, script):
    file = tmp_path / "page.html"
    file.write_text(html_of(of_three_tables(PLACE)), encoding="utf-8")
    page = browser.new_context(java_script_enabled=script, viewport={"width": 1400, "height": 900}).new_page()
    page.goto(file.as_uri())
    folded = page.locator("details.appendix")
    assert folded.get_attribute("open") is None
    assert not page.locator("#late .table").is_visible()
    page.get_by_role("link", name="A. Late things").click()
    assert folded.get_attribute("open") is not None
    assert page.locator("#late .table").is_visible()
    page.context.close()


@pytest.mark.slow
def test_a_report_opened_at_something_folded_unfolds_it(browser, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(html_of(of_three_tables(PLACE)), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{file.as_uri()}#table-3")
    assert page.locator("#table-3").is_visible()
    page.close()
