"""How the package is cited, and what the pages around it promise: no invented name, no missing file."""

import re
from pathlib import Path

import pytest

import bayes_ivig as bi

ROOT = Path(__file__).parent.parent
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
PAPER = (ROOT / "docs" / "paper" / "paper.md").read_text(encoding="utf-8")
STANDARDS = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")


def field(name: str) -> str:
    value = re.search(rf"^[- ]*{name}: (.+)$", CITATION, re.MULTILINE)
    assert value
    return value[1].strip('"')


@pytest.mark.parametrize("form", ["text", "bibtex"])
def test_what_is_cited_is_what_the_citation_file_says(form) -> None:
    for name in ("title", "version", "license", "name"):
        assert field(name) in bi.cite(form)


def test_bibtex_has_balanced_braces_and_one_entry() -> None:
    entry = bi.cite("bibtex")
    assert entry.count("{") == entry.count("}")
    assert re.findall(r"^@(\w+)\{(\w+),$", entry, re.MULTILINE) == [("software", "bayes_ivig")]


def test_the_draft_cites_what_it_lists_and_lists_what_it_cites() -> None:
    entries = re.findall(r"^@\w+\{(\w+),", (ROOT / "docs/paper/paper.bib").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"@(\w+)", PAPER.partition("# Summary")[2])) == set(entries)
    assert len(set(entries)) == len(entries)
    assert [line for line in PAPER.splitlines() if line.startswith("# ")] == [
        "# Summary", "# Statement of need", "# State of the field", "# Design", "# Acknowledgements",
        "# References",
    ]  # fmt: skip


def test_the_page_of_standards_names_tests_that_exist_and_says_what_is_not_met() -> None:
    paths = re.findall(r"`((?:tests|benchmarks|docs)/[\w/.]+)`", STANDARDS)
    assert len(paths) > 40
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert STANDARDS.count("**not met**") >= 4
    rows = [line for line in STANDARDS.splitlines() if re.match(r"\| B?[GS]\d", line)]
    assert {row[2:5] for row in rows} >= {f"G{i}." for i in range(1, 6)} | {f"BS{i}" for i in range(1, 8)}
