"""Plain values as TOML, and rows as a CSV: what is written is read back as it was."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bayes_ivig.files.documents import parse_toml
from bayes_ivig.files.rows import MOST_IN_CELL, clean, csv_bytes, parse_csv
from bayes_ivig.files.toml_text import toml_text

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
PLAIN = st.one_of(TEXT, st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1))
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3))
TABLES = st.dictionaries(TEXT, VALUES, max_size=4)


def both(document: dict[str, Any]) -> dict[str, Any]:
    return parse_toml(toml_text(document).encode())


NESTED = st.recursive(VALUES, lambda inner: st.dictionaries(TEXT, inner, max_size=3), max_leaves=6)


@given(TABLES, st.dictionaries(TEXT, NESTED, max_size=3))
def test_a_document_comes_back(plain: dict[str, Any], tables: dict[str, Any]) -> None:
    document = {**tables, **plain}
    assert both(document) == document


def test_tables_stand_after_plain_keys_and_empty_ones_stay() -> None:
    document = {"outcomes": {"Death, all": {"event": "bad"}, "none": {}}, "title": "a\n[b]\x7f\x00"}
    assert both(document) == document
    assert toml_text(document).startswith('title = "a\\n[b]\\u007f\\u0000"\n\n[outcomes."Death, all"]\n')


def test_inner_tables_keep_their_order() -> None:
    document = {"sets": {"a": {"trials": ["x"], "of": {"b": True}}, "b": ["x"], "c": {"trials": []}}}
    again = both(document)
    assert again == document
    assert list(again["sets"]) == ["a", "b", "c"]


def test_half_a_character_is_replaced() -> None:
    assert both({"title": "a\ud800"}) == {"title": "a?"}


@given(st.lists(st.lists(st.text(max_size=9), min_size=2, max_size=2), min_size=1, max_size=4))
def test_rows_come_back_as_they_are_cleaned(rows: list[list[str]]) -> None:
    cleaned = [tuple(map(clean, row)) for row in rows]
    assert [row for _, row in parse_csv(csv_bytes(rows))] == [row for row in cleaned if any(row)]
    assert all(clean(cell) == cell for row in cleaned for cell in row)


def test_no_cell_is_run_or_longer_than_is_read() -> None:
    written = csv_bytes([["=1+1", "x" * 40_000]])
    assert written.startswith(b"'=1+1,")
    ((_, (formula, long)),) = parse_csv(written)
    assert formula == "=1+1"
    assert len(long) <= MOST_IN_CELL
    assert long.endswith(" ...")
