"""The pictures of search and risk of bias hold what their tables hold, and nothing else."""

from itertools import pairwise

import pytest
from meaning import tells
from report_cases import ivig

from bayes_ivig.inputs.evidence.search import Step, stages
from bayes_ivig.inputs.evidence.tables import evidence_table
from bayes_ivig.reporting.drawing.lettering import extent, wrapped
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.evidence.bias_chart import (
    bias_alternative,
    column_headings,
    letter,
    plot_domains,
    plot_traffic_light,
)
from bayes_ivig.reporting.evidence.bias_section import bias_blocks
from bayes_ivig.reporting.evidence.flow_chart import flow_alternative, plot_flow
from bayes_ivig.reporting.evidence.search_section import search_blocks

pytestmark = pytest.mark.slow


def drawn(chart):
    return [record for records in chart.to_dict()["datasets"].values() for record in records]


def texts(chart):
    return [record["text"] for record in drawn(chart) if "text" in record]


def judged(count, domains=3):
    return tuple(
        {"study": f"S{i}"} | {f"d{j}": "+?-"[(i + j) % 3] for j in range(domains)} for i in range(count)
    )


def test_the_flow_shows_printed_numbers_and_says_which_are_not_printed():
    figure, table = search_blocks(ivig())
    found = texts(figure.draw())
    assert {"n = 73,500", "n = 1,195", "n = 9", "n = 6", "Together 1,186 by subtraction"} <= set(found)
    assert sum("number not printed" in text for text in found) == 2
    assert "72,305 by subtraction" in figure.alternative
    assert [cell.text for row in table.cells for cell in row[1:2]].count("not given") == 2
    assert all(word in figure.caption for word in ("By subtraction", "Dashed"))


def test_a_flow_with_every_number_printed_speaks_of_no_subtraction():
    found = stages((Step("found", 10), Step("twice", 4, removed=True), Step("included", 6)))
    assert not any("subtraction" in text for text in texts(plot_flow(found)))
    assert "twice: 4" in flow_alternative(found)


def test_reasons_that_do_not_add_up_are_said():
    found = stages((Step("found", 10), Step("twice", 1, removed=True), Step("included", 6)))
    assert "3 without a printed reason" in " ".join(texts(plot_flow(found)))
    over = stages((Step("found", 10), Step("twice", 7, removed=True), Step("included", 6)))
    assert "3 more have a printed reason" in " ".join(texts(plot_flow(over)))


def test_a_flow_takes_names_of_any_kind():
    found = stages(
        (
            Step("<b>" + "x" * 300, 10, note="</script> " * 80),
            Step("\N{HEBREW LETTER ALEF}" * 20, None),
            Step("c", 12),
        )
    )
    assert "<b>x" not in svg_file(plot_flow(found), "it")
    assert max(map(extent, wrapped("x" * 300, 40.0))) <= 40.0


def test_there_is_a_circle_for_every_judgement_in_the_order_of_the_table():
    rows = evidence_table("risk_of_bias").records()
    marks = [record for record in drawn(plot_traffic_light(rows)) if record.get("shape") == "circle"]
    assert len(marks) == 9 * 7 + 3  # and the legend
    found = texts(plot_traffic_light(rows))
    assert [found.count(sign) for sign in ("+", "?", "\N{MINUS SIGN}")] == [41 + 1, 18 + 1, 4 + 1]
    studies = [text for text in found if text in {row["study"] for row in rows}]
    assert studies == [row["study"] for row in rows]


def test_shades_differ_in_grey_print():
    marks = [
        record["fill"] for record in drawn(plot_traffic_light(judged(3))) if record.get("shape") == "circle"
    ]

    def grey(colour):
        return sum(int(colour[i : i + 2], 16) * share for i, share in ((1, 0.2126), (3, 0.7152), (5, 0.0722)))

    shades = sorted({grey(mark) for mark in marks})
    assert len(shades) == 3 and min(b - a for a, b in pairwise(shades)) > 40


def test_the_bars_count_what_the_table_holds():
    rows = evidence_table("risk_of_bias").records()
    assert {"+ 8", "+ 7", "+ 2", "? 4", "\N{MINUS SIGN} 3", "? 5"} <= set(texts(plot_domains(rows)))
    assert tells(bias_alternative(rows), "blinding of participants", "2 low", "4 unclear", "3 high")


def test_a_cell_without_a_judgement_stays_empty_and_is_counted():
    rows = ({"study": "A", "d": ""}, {"study": "B", "d": "+"})
    assert sum(record.get("shape") == "circle" for record in drawn(plot_traffic_light(rows))) == 1 + 1
    assert bias_alternative(rows) == "D: 1 low risk, 1 not judged"


@pytest.mark.parametrize(("domains", "lettered"), [(3, False), (7, False), (30, True)])
def test_headings_fit_or_become_letters(domains, lettered):
    headings = column_headings(tuple(judged(1, domains)[0])[1:])
    assert len(headings) == domains
    assert (headings[0] == ["A"]) == lettered
    assert letter(27) == "B2"


def test_both_figures_say_their_numbers_in_words():
    studies, domains, table, _ = bias_blocks(ivig())
    assert "3 high risk" in studies.alternative and "3 high risk" in domains.alternative
    assert len(table.rows) == 9


def test_a_good_judgement_of_the_allocation_of_studies_that_were_not_randomised_is_pointed_out():
    *_, table, said = bias_blocks(ivig())
    assert table.caption == "Risk of bias as published."
    assert tells(said.text, "Heilmann 2001", "Perricone 2008", "Vaquero 2001", "random sequence generation")
    assert tells(said.text, "Heilmann 2001", "Stricker 2000", "Vaquero 2001", "allocation concealment")
