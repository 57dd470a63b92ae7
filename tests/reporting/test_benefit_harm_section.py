"""Benefit against harm in the report: its numbers are those of the results, on any table, and it is left out for a reason."""

from xml.etree import ElementTree

import numpy as np
import pytest
from report_cases import HOSTILE, ivig, own

import bayes_ivig as bi
from bayes_ivig.analyses.harm_readings import Weighing, harm_readings
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting.benefit_harm_section import harm_section
from bayes_ivig.reporting.benefit_harm_words import break_even_words, reading_label, state_names
from bayes_ivig.reporting.charts.benefit_harm import net_alternative, people_alternative, plot_net_benefit, plot_people
from bayes_ivig.reporting.charts.render import svg_file
from bayes_ivig.reporting.page import Cell, Figure, Table, Text
from bayes_ivig.reporting.sections import page_of
from bayes_ivig.results.benefit_harm import BreakEven
from bayes_ivig.results.marginal import PointMarginal


@pytest.fixture(scope="module")
def section():
    found = harm_section(ivig())
    assert found is not None
    return found


def blocks(section, kind):
    return [block for each in (section, *section.sections) for block in each.blocks if isinstance(block, kind)]


def texts(row) -> list[str]:
    return [cell.text if isinstance(cell, Cell) else cell for cell in row]


def test_the_readings_of_preterm_birth_share_their_control_risks() -> None:
    live, preterm = ivig().outcome("live_birth").trial_set("all").posterior, ivig().outcome("preterm_birth")
    found = ivig().harm.readings
    assert [each.known for each in found] == [*["reconstructed"] * 2, *["summary"] * 3, *["reconstructed"] * 2]
    chained = [each.weighed.setting for each in found if each.weighed.setting.among == "events"]
    assert len({(each.benefit_risk, each.harm_risk) for each in chained}) == 1
    alone = [reading for reading in preterm.reconstructed if not reading.narrowed]
    events = [each.posteriors[0].events[:, :, 1].sum(axis=1).mean() for each in alone]
    births = sum(study.control_total for study in alone[0].posteriors[0].table.studies)
    assert chained[0].harm_risk == pytest.approx(np.mean(events) / births)
    risks = (chained[0].benefit_risk, chained[0].harm_risk)
    by_hand = bi.benefit_harm(live, alone[0].posteriors[0], control_risks=risks, events=(None, "bad"))
    assert found[0].weighed.nets[1].probability == pytest.approx(by_hand.at_weight(1.0).probability, abs=1e-12)
    everybody = harm_readings(live, preterm, Weighing(risks, among="all", weights=(1.0,)))
    assert [each.weighed.setting.among for each in everybody] == ["all", "all"]
    with pytest.raises(ModelError, match="is counted among live births or pregnant women"):
        harm_readings(live, preterm, Weighing(risks, among="nonevents"))


def test_tables_print_what_the_results_hold(section) -> None:
    people, chances, risks, _, others = blocks(section, Table)
    for row, chance, reading in zip(people.rows, chances.rows, ivig().harm.readings, strict=True):
        effects = dict(reading.weighed.effects)
        cells = texts(row)
        assert cells[0] == reading_label(reading)
        assert (
            cells[1].replace("\N{MINUS SIGN}", "-").startswith(f"+{effects['benefit'].mean:.1f} ({effects['benefit'].lower:.1f}")
        )
        assert (cells[3] == "\N{EN DASH}") == ("spared" not in effects)
        assert cells[-2] == f"{reading.weighed.nets[1].probability:.3f}"
        assert texts(chance)[2] == f"{reading.weighed.relative.both:.3f}"
    assert len(risks.rows) == 5
    assert [texts(row)[0] for row in others.rows] == ["Obstetric complication", "Adverse neonatal outcome"]


def test_the_words_name_model_trials_and_what_is_counted(section) -> None:
    lead, meaning, selected, _ = (text.text for text in blocks(section, Text))
    assert "live birth +10.4 (\N{MINUS SIGN}8.2 to 23.7)" in lead
    assert "all trials" in lead
    assert "binomial likelihood" in lead
    assert "live birth at term" in meaning
    assert "truncation by death" in selected


def test_figures_have_their_numbers_in_words_and_are_small(section) -> None:
    figures = blocks(section, Figure)
    assert [figure.name for figure in figures] == ["harm_people", "harm_net"]
    for figure in figures:
        assert len(figure.svg) < 30_000
        assert "4,711 tables" in figure.alternative
    assert "0.391 at weight 1; break-even weight 0.75" in figures[1].alternative
    assert "live birth at term 59.0" in figures[0].alternative


def test_no_section_without_a_good_event_beside_a_bad_one() -> None:
    assert harm_section(own((("A", 5, 40, 12, 41), ("B", 4, 50, 9, 52)))) is None


def sides(**options):
    two = PointMarginal(np.log(2.0)), PointMarginal(np.log(3.0))
    return bi.benefit_harm(*two, **{"control_risks": (0.5, 0.2), "events": ("good", "bad"), "among": "events", **options})


@pytest.mark.parametrize("among", ["all", "events", "nonevents"])
def test_charts_of_anything_under_any_name(among: str) -> None:
    found = {name: sides(among=among, events=("bad", "bad")) for name in HOSTILE}
    for chart, told in ((plot_net_benefit(found), net_alternative(found)), (plot_people(found), people_alternative(found))):
        drawn = svg_file(chart, told)
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
        assert not tags & {"script", "img", "a"}
    assert plot_people(sides(among=among)) is not None


def test_bars_of_what_is_chained_add_up_and_others_stand_apart() -> None:
    told = people_alternative(sides())
    assert "without treatment: benefit, without harm 40.0, benefit, with harm 10.0, without benefit 50.0" in told
    assert "without treatment: benefit 50.0, harm 20.0" in people_alternative(sides(among="all"))
    assert state_names(sides(events=("bad", "bad"), among="nonevents").setting)["without"] == "Without no benefit"


@pytest.mark.parametrize(
    ("found", "said"),
    [(BreakEven(0.75, "below"), "0.75 (positive below it)"), (BreakEven(2.0, "above"), "2.00 (positive above it)"),
     (BreakEven(None, "always"), "none: positive at every weight"), (BreakEven(None, "never"), "none: never positive")],
)  # fmt: skip
def test_break_even_in_words(found: BreakEven, said: str) -> None:
    assert break_even_words(found) == said


def test_the_page_has_the_section() -> None:
    keys = [section.key for section in page_of(ivig()).sections]
    assert keys.index("preterm_birth") < keys.index("harm") < keys.index("data")


def test_the_joint_model_stands_beside_the_same_counts_as_independent(section) -> None:
    readings = ivig().harm.joint
    assert [(each.known, each.code) for each in readings] == [
        (known, code) for code in ("estimate and lower", "interval") for known in ("joint", "same table")
    ]
    (inner,) = (each for each in section.sections if each.key == "harm-joint")
    text, table = inner.blocks
    assert "one table of counts" in text.text
    for row, reading in zip(table.rows, readings, strict=True):
        assert texts(row)[-1] == f"{reading.weighed.nets[1].probability:.3f}"
        assert (texts(row)[1] == "0, assumed") == (reading.known == "same table")
    for joint, alone in zip(readings[::2], readings[1::2], strict=True):
        assert joint.weighed.setting == alone.weighed.setting
        assert joint.weighed.relative.benefit == pytest.approx(alone.weighed.relative.benefit, abs=0.015)
