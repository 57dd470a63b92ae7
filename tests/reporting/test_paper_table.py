"""Tables for papers: the numbers of the results, in the words of a paper, in three forms."""

import re
from pathlib import Path

import numpy as np
import pytest
from result_examples import data, example, model, posterior

import bayes_ivig as bi

pytestmark = pytest.mark.slow

JOINED = re.compile(r"^(\S+) \((\S+) to (\S+)\)$")


def cells(text: str) -> list[list[str]]:
    """The rows of a table in Markdown, headings first."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in (lines[0], *lines[2:])]


def number(text: str) -> float:
    return float(text.replace("−", "-"))  # noqa: RUF001


def test_a_posterior_is_its_summary_to_two_decimals() -> None:
    head, *rows = cells(bi.paper_table(posterior()))
    assert head == ["Quantity", "Scale", "Median (95% credible interval)", r"P(OR \> 1)"]
    summary = posterior().summary()
    assert [row[0] for row in rows] == [
        "Pooled effect", "In a new trial", "A", "B", "C", "Between-study SD (τ)",
    ]  # fmt: skip
    for row, (_, own) in zip(rows, summary.iterrows(), strict=True):
        shown = JOINED.match(row[2])
        assert shown is not None
        assert [number(each) for each in shown.groups()] == [
            pytest.approx(own[name], abs=0.0051) for name in ("median", "lower", "upper")
        ]
    assert rows[-1][-1].strip() == ""  # tau has no side of no effect
    three = cells(bi.paper_table(posterior(), 3))[1][2]
    assert re.fullmatch(r"\d+\.\d{3} \(\d+\.\d{3} to \d+\.\d{3}\)", three)


def test_a_pooled_estimate_is_on_the_odds_ratio_scale() -> None:
    estimate = bi.pool(data(), method="dl", level=0.9)
    head, *rows = cells(bi.paper_table(estimate))
    assert head == ["Study", "Odds ratio (90% confidence interval)", "Weight, %"]
    shown = JOINED.match(rows[-1][1])
    assert shown is not None and rows[-1][0] == "Pooled (dl)"
    assert [number(each) for each in shown.groups()] == [pytest.approx(x, abs=0.0051) for x in estimate.ratio]
    assert sum(float(row[2]) for row in rows[:-1]) == pytest.approx(100, abs=0.11)


@pytest.mark.parametrize(
    ("make", "heads"),
    [
        (lambda: bi.priors.compare(data(), mu=["normal(0, 1)", "normal(0, 2)"], tau="half_normal(1)"),
         {"Prior of μ", "Odds ratio (95% credible interval)", "95% prediction interval", r"P(OR \> 2)"}),
        (lambda: bi.trials.subsets(data(), model(), level=0.8),
         {"Trials", "Odds ratio (80% credible interval)", "Pooled odds ratio (80% confidence interval)"}),
        (lambda: bi.trials.contrast(data(), "design"), {"Group", "Median (95% credible interval)"}),
        (lambda: bi.fit_many([data()], model()), {"Label", "Odds ratio (95% credible interval)"}),
        (lambda: example("Benefit"), {"Difference per 1000 (95% credible interval)", "P(benefit)"}),
        (lambda: example("PosteriorCheck"), {"Expected (95% predictive interval)"}),
    ],
)  # fmt: skip
def test_headings_are_words_and_what_tells_of_computing_is_left_out(make, heads) -> None:
    result = make()
    head, *rows = cells(bi.paper_table(result))
    assert heads <= set(head)
    assert len(set(head)) == len(head)
    text = " ".join(head)
    assert not re.search(r"_|numerical|\blevel\b|lower|upper", text.replace(r"\_", "_"))
    frame = bi.table(result)
    assert len(rows) == len(frame)
    assert not re.search(r"\bnan\b|<NA>|None", bi.paper_table(result))


def test_latex_is_escaped_and_has_the_rules_of_booktabs() -> None:
    hostile = bi.Dataset((bi.Study("A_1 & B #2 {50%} ~^\\", 5, 40, 12, 41), bi.Study("C$|", 4, 50, 9, 52)))
    text = bi.paper_table(bi.fit(hostile), form="latex", caption="100% of trials")
    assert text.startswith(
        "\\begin{table}\n\\centering\n\\caption{100\\% of trials}\n\\begin{tabular}{llrr}\n"
    )
    assert text.endswith("\\bottomrule\n\\end{tabular}\n\\end{table}")
    assert text.count("\\toprule") == text.count("\\midrule") == 1
    assert r"A\_1 \& B \#2 \{50\%\} \textasciitilde{}\textasciicircum{}\textbackslash{}" in text
    rows = [line for line in text.splitlines() if line.endswith(r" \\")]
    assert {len(re.findall(r"(?<!\\)&", line)) for line in rows} == {3}
    assert "$\\tau$" in text and text.isascii()


def test_a_document_of_word_holds_the_same_and_is_the_same_every_time(tmp_path: Path) -> None:
    import docx

    made = bi.paper_table(posterior(), form="word", path=tmp_path / "t.docx", caption="Table 1. Death")
    again = bi.paper_table(posterior(), form="word", path=tmp_path / "u.docx", caption="Table 1. Death")
    assert made.read_bytes() == again.read_bytes()
    document = docx.Document(str(made))
    assert document.paragraphs[0].text == "Table 1. Death"
    (table,) = document.tables
    shown = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.cells] for row in table.rows]
    expected = [[cell.replace("\\", "") for cell in row] for row in cells(bi.paper_table(posterior()))]
    assert [[cell.strip() for cell in row] for row in shown] == expected
    assert document.core_properties.author == ""


def test_a_text_may_be_written_and_what_is_missing_is_one_message(tmp_path: Path) -> None:
    path = bi.paper_table(posterior(), form="latex", path=tmp_path / "t.tex")
    assert path.read_text(encoding="utf-8") == bi.paper_table(posterior(), form="latex")
    with pytest.raises(bi.errors.BayesIvigError, match=r"give path, such as"):
        bi.paper_table(posterior(), form="word")
    with pytest.raises(bi.errors.BayesIvigError, match="digits"):
        bi.paper_table(posterior(), 11)
    with pytest.raises(bi.errors.BayesIvigError, match="cannot be written"):
        bi.paper_table(posterior(), path=tmp_path / "no" / "such" / "folder.md")


def test_infinities_and_minus_signs_are_shown_as_such() -> None:
    import pandas as pd

    frame = pd.DataFrame({"md_median": [-1.5], "md_lower": [-np.inf], "md_upper": [0.25], "level": 0.95})
    assert cells(bi.paper_table(frame))[1] == ["−1.50 (−∞ to 0.25)"]  # noqa: RUF001
