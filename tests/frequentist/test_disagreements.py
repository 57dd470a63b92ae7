"""docs/disagreements.md names every row that differs, no other, and its summary is current."""

from pathlib import Path

import disagreement_tables as here
import pytest

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "disagreements.md").read_text(encoding="utf-8")


def cells(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.strip("|").split("|"))


def test_every_row_that_differs_is_listed_and_no_other() -> None:
    computed = {cells(line)[:3] for prefix in ("GLMM", "IV-") for line in here.listing(prefix)}
    written = {
        cells(line)[:3] for line in PAGE.splitlines() if line.startswith("|") and len(cells(line)) == 9
    }
    assert written == computed


def test_summary_counts_are_current() -> None:
    computed = [cells(line)[:4] for line in here.summary()]
    written = [
        cells(line)[:4] for line in PAGE.splitlines() if line.startswith("|") and len(cells(line)) == 7
    ]
    assert written == computed
