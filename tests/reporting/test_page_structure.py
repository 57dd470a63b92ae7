"""What holds for every report: headings, addresses, references,
and that no picture stands without its numbers in words.
"""

import re
from collections import Counter
from itertools import pairwise

import pytest
from report_cases import BAD_EVENT, THREE, hostile, ivig, own
from test_report_pages import Reader

from bayes_ivig.inputs.paper.bibliography import Work, bibliography
from bayes_ivig.reporting.document.blocks import Figure, Table
from bayes_ivig.reporting.document.citations import cited_in, formatted
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.document.outline import RESERVED, contents, unique_keys
from bayes_ivig.reporting.document.pointers import body_key
from bayes_ivig.reporting.report.barg_section import barg_items
from bayes_ivig.reporting.report.checklist_section import refilled
from bayes_ivig.reporting.report.prisma_section import prisma_items
from bayes_ivig.reporting.report.sections import page_of

pytestmark = pytest.mark.slow

OWN = (("Only", 3, 10, 6, 11),)
CASES = {"ivig": ivig, "three": lambda: own(THREE, BAD_EVENT), "one": lambda: own(OWN), "hostile": hostile}


@pytest.fixture(scope="module", params=CASES)
def page(request):
    return page_of(CASES[request.param]())


@pytest.fixture(scope="module")
def seen(page):
    for figure in page.figures:  # what is drawn is not read here
        figure.__dict__["svg"] = '<svg width="1" height="1"></svg>'
    return Reader(html_of(page))


def sections(found, level=2):
    for section in found:
        yield level, section
        yield from sections(section.sections, level + 1)


def test_every_figure_has_words_and_its_numbers_in_a_table(page):
    parts = [section for _, section in sections(page.sections)]
    for section in parts:
        for block in section.blocks:
            if isinstance(block, Figure):
                own = [each for each in parts if body_key(each.key) == body_key(section.key)]
                around = [table for each in own for table in each.blocks if isinstance(table, Table)]
                told = section.key == "brief-harm"  # in the section on benefit against harm
                assert around or told, f"{block.name}: no table in its section, nor in its appendix"
                assert len(block.alternative) > 40 and len(block.caption) > 40, block.name
                assert re.search(r"\d", block.alternative) or "table" in block.alternative, block.name


def test_the_words_of_a_figure_reach_a_screen_reader(page, seen):
    spoken = [attributes["aria-label"] for tag, attributes in seen.tags if attributes.get("role") == "img"]
    assert spoken == [figure.alternative for figure in page.figures]


def test_headings_go_down_one_by_one_and_can_be_linked(seen):
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    anchors = [attributes for _, attributes in seen.tags if attributes.get("class") == "anchor"]
    folded = [attributes for _, attributes in seen.tags if attributes.get("class") == "appendix"]
    assert len(anchors) == len(levels) - 1 - len(folded)
    assert all(attributes["aria-label"] and attributes["tabindex"] == "-1" for attributes in anchors)


def test_every_address_is_there_once(seen):
    ids = Counter(attributes["id"] for _, attributes in seen.tags if "id" in attributes)
    assert max(ids.values()) == 1
    links = {attributes["href"] for tag, attributes in seen.tags if tag == "a"}
    outside = {link for link in links if not link.startswith("#")}
    assert {link[1:] for link in links - outside} <= set(ids)
    assert all(link.startswith("https://doi.org/10.") for link in outside)


def test_the_contents_name_every_section_in_order(page):
    grouped = contents(page)
    assert [section for _, group in grouped for section in group] == list(page.sections)
    assert [name for name, _ in grouped] == ["Summary", "Results", "Evidence", "Appendices"]


def test_the_contents_link_to_every_section_and_to_those_inside(page):
    listed = html_of(page).partition('<nav id="contents"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="#([^"]+)"', listed) == [
        section.key for _, section in sections(page.sections)
    ]


def test_references_are_numbered_as_they_are_cited_and_all_are_listed(page, seen):
    numbers = list(page.citations.values())
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 5
    text = "".join(seen.text)
    assert all(f"ref-{number}" in {a.get("id") for _, a in seen.tags} for number in numbers)
    listed = [formatted(work) for work in bibliography() if work.key in page.citations]
    assert all(text.count(reference) == 1 for reference in listed)
    assert (
        "Kruschke JK. Bayesian analysis reporting guidelines. Nature Human Behaviour 2021;5(10):1282" in text
    )
    assert "1282" in markdown_of(page)


def test_a_report_of_other_data_says_nothing_of_the_case():
    page = page_of(own(THREE, BAD_EVENT))
    text = markdown_of(page)
    assert not {"guidelines", "search", "bias", "characteristics", "reviews"} & {
        s.key for _, s in sections(page.sections)
    }
    for word in ("IVIG", "immunoglobulin", "Yuan", "antiphospholipid", "Yamada", "live birth"):
        assert word not in text
    assert "bayes-ivig report mine.csv --out reports/mine" in text


def test_guidelines_are_told_with_how_they_are_known():
    section = next(section for section in page_of(ivig()).sections if section.key == "guidelines")
    table = next(block for block in section.blocks if isinstance(block, Table))
    known = [row[-1].text for row in table.cells]
    assert len(known) == 6 and all(
        text.startswith(("Read", "Abstract only", "Told by another source")) for text in known
    )
    assert "see the guideline itself" in table.details[0]


def test_the_checklist_follows_what_is_on_the_page():
    reanalysis = ivig()
    page = page_of(reanalysis)

    def status(found):
        tables = [b for s in found if s.key == "checklist" for b in s.blocks if isinstance(b, Table)]
        return {row[0].text: row[2].text for table in tables for row in table.cells}

    before = status(page.sections)
    assert len(before) == 29 + 20 and before["1C"] == before["2D"] == before["6B"] == "done"
    after = status(
        refilled(reanalysis, tuple(s for s in page.sections if s.key not in ("methods", "reproduce")))
    )
    assert {key for key in before if before[key] == "done" and after[key] == "not done"} >= {
        "1B",
        "1C",
        "1D",
        "2A",
        "2D",
        "6A",
    }
    assert all(item.missing or item.said for item in (*barg_items(reanalysis, {}), *prisma_items(reanalysis)))


def test_the_checklist_does_not_call_done_what_is_not():
    """Outcomes without counts are not checked, draws are not kept, nobody rated or registered anything."""
    page = page_of(ivig())
    section = next(section for section in page.sections if section.key == "checklist")
    tables = [block for block in section.blocks if isinstance(block, Table)]
    rows = {row[0].text: [cell.text for cell in row] for table in tables for row in table.cells}
    told = {place: row[2] for place, row in rows.items()}
    assert [told[place] for place in ("3A", "5A", "4C", "6G", "14", "16a", "18", "21")] == ["in part"] * 8
    assert [told[place] for place in ("15", "22", "24b")] == ["not done"] * 3
    assert "Preterm birth" in rows["3A"][3] and "Birth weight" in rows["5A"][3]
    mine = page_of(own(THREE, BAD_EVENT))
    found = next(section for section in mine.sections if section.key == "checklist")
    table = next(block for block in found.blocks if isinstance(block, Table))
    assert {row[0].text: row[2].text for row in table.cells}["6E"] == "in part"


def test_reproduction_names_versions_and_checksums():
    text = markdown_of(page_of(ivig()))
    assert ivig().data_sha256 in text and ivig().model_sha256 in text and len(ivig().model_sha256) == 64
    assert re.search(r"\| numpy \\?\[\d+\\?\] \| \d+\.\d+", text)
    assert "bayes-ivig report ivig --out reports/ivig" in text


def test_no_outcome_takes_the_address_of_a_section():
    keys = unique_keys(["data", "answer", "methods", "x"], RESERVED)
    assert keys == ["data_2", "answer_2", "methods_2", "x"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Günhan, Röver & Friede 2020, Res Synth Methods 11:74", ("gunhan2020",)),
        (
            "Friede et al. 2017, Res Synth Methods 8:79; Röver 2020, J Stat Softw 93(6)",
            ("friede2017", "rover2020"),
        ),
        ("twice what Friede et al. 2017, Biom J 59:658, say", ("friede2017two",)),
        ("Friede et al. 2017", ()),
        ("a choice of my own", ()),
    ],
)
def test_works_are_found_in_free_text(text, keys):
    assert cited_in(text, bibliography()) == keys


def test_works_are_formatted_alike():
    fields = {
        "author": "van Dyk, Ann-Marie and A & B and others",
        "title": "On x--y",
        "journal": "J",
        "year": "2020",
        "volume": "1",
    }
    work = Work("k", "article", tuple((fields | {"number": "2", "pages": "3--4", "note": "Read."}).items()))
    assert formatted(work) == "van Dyk AM, A & B, et al. On x\N{EN DASH}y. J 2020;1(2):3\N{EN DASH}4. Read."
