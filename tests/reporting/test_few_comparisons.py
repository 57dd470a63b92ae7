"""One comparison, and two: figure, table and words of the brief go by comparison or not, all by one rule."""

import csv
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from brief_cases import COUNTS, sidecar

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.reporting.brief.chart_rows import groups_of
from bayes_ivig.reporting.brief.findings_table import findings_table
from bayes_ivig.reporting.brief.page import brief_page
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.brief.verdict import verdict_of

pytestmark = pytest.mark.slow

SAME = ((30, 60, 15, 60), (28, 55, 14, 57), (27, 60, 15, 60), (25, 58, 12, 59))
OPEN = ((30, 60, 31, 60), (28, 55, 29, 57), (27, 60, 26, 60), (25, 58, 26, 59))


@cache
def compared(counts, against):
    """Reanalyse four trials, each with what it compared the treatment with."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mine.csv"
        rows = [(name, *each, other) for name, each, other in zip("ABCD", counts, against, strict=True)]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(((*COUNTS, "comparison"), *rows))
        path.with_suffix(".toml").write_text(
            sidecar("good", "Relief", "cream", "comparator"), encoding="utf-8"
        )
        return reanalyze(path)


def parts(reanalysis):
    """What figure, table and verdict lead with."""
    outcome = reanalysis.outcomes[0]
    labels = [row.label for group in groups_of(outcome) for row in group.rows]
    table = [row[0] for row in findings_table(reanalysis).rows]
    text = markdown_of(brief_page(reanalysis, page_of(reanalysis)))
    return labels, table, verdict_of(reanalysis).comparisons, text


def test_one_comparison_sets_nothing_apart_in_figure_table_and_words():
    reanalysis = compared(SAME, ("against ointment",) * 4)
    labels, table, comparisons, text = parts(reanalysis)
    assert len(reanalysis.outcomes[0].comparisons.groups) == 1
    assert comparisons == ()
    assert labels[-1] == "All four trials" and labels[:4] == list("ABCD")
    assert table == ["Relief, all four trials"]
    assert "depends on what" not in text


def test_two_comparisons_lead_all_three_and_are_called_both():
    labels, table, comparisons, text = parts(compared(SAME, ("against ointment", "against tablets") * 2))
    assert [each.phrase for each in comparisons] == ["against ointment", "against tablets"]
    assert len(labels) == 3 and all("tablets" in label or "ointment" in label for label in labels[:2])
    assert len(table) == 2 and "ointment" in table[0] and "tablets" in table[1]
    assert "Both comparisons show the same direction" in text
    assert "all two" not in text.lower()


def test_where_neither_of_two_shows_a_direction_no_two_are_counted():
    _, _, _, text = parts(compared(OPEN, ("against ointment", "against tablets") * 2))
    assert "Neither comparison shows a direction" in text
    assert "effect may lie on either side of 1 in both" in text
