"""Benefit against harm in the report: its numbers are those of the results, on any table,
and it is left out for a reason.
"""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from joined import joined
from meaning import drawn_texts, tells
from report_cases import HOSTILE, ivig, own

import bayes_ivig as bi
from bayes_ivig.analyses.weighing.readings import Weighing, harm_readings
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting.document.blocks import Cell, Figure, Table, Text
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.reporting.weighing.chart import (
    net_alternative,
    people_alternative,
    plot_net_benefit,
    plot_people,
)
from bayes_ivig.reporting.weighing.section import harm_appendix, harm_section
from bayes_ivig.reporting.weighing.words import break_even_span, break_even_words, state_names
from bayes_ivig.reporting.wording.readings import reading_label
from bayes_ivig.results.marginals.marginal import PointMarginal
from bayes_ivig.results.weighing.benefit_harm import BreakEven

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def section():
    found = joined(harm_section(ivig()), harm_appendix(ivig()))
    assert found is not None
    return found


def blocks(section, kind):
    return [
        block for each in (section, *section.sections) for block in each.blocks if isinstance(block, kind)
    ]


def texts(row) -> list[str]:
    return [cell.text if isinstance(cell, Cell) else cell for cell in row]


def test_the_readings_of_preterm_birth_share_their_control_risks() -> None:
    live, preterm = ivig().outcome("live_birth").trial_set("all").posterior, ivig().outcome("preterm_birth")
    found = ivig().harm.readings
    assert [each.known for each in found] == [
        *["reconstructed"] * 2,
        *["summary"] * 3,
        *["reconstructed"] * 2,
    ]
    chained = [each.weighed.setting for each in found if each.weighed.setting.among == "events"]
    assert len({(each.benefit_risk, each.harm_risk) for each in chained}) == 1
    alone = [reading for reading in preterm.reconstructed if not reading.narrowed]
    weights = [
        np.exp(each.posteriors[0].log_evidence) / np.exp(each.posteriors[0].log_evidence).sum()
        for each in alone
    ]
    arms_of = zip(weights, alone, strict=True)
    events = np.mean([weight @ each.posteriors[0].events[:, :, 1] for weight, each in arms_of], axis=0)
    studies = alone[0].posteriors[0].partial.studies
    arms = [
        bi.Study(each.name, 0, 0, round(n), each.control_total)
        for each, n in zip(studies, events, strict=True)
    ]
    assert chained[0].harm_risk == pytest.approx(bi.control_risk(bi.Dataset(tuple(arms))).levels()["median"])
    risks = (chained[0].benefit_risk, chained[0].harm_risk)
    by_hand = bi.benefit_harm(live, alone[0].posteriors[0], control_risks=risks, events=(None, "bad"))
    assert found[0].weighed.nets[1].probability == pytest.approx(
        by_hand.at_weight(1.0).probability, abs=1e-12
    )
    everybody = harm_readings(live, preterm, Weighing(risks, among="all", weights=(1.0,)))
    assert [each.weighed.setting.among for each in everybody] == ["all", "all"]
    with pytest.raises(ModelError, match="is counted among live births or pregnant women"):
        harm_readings(live, preterm, Weighing(risks, among="nonevents"))


def test_tables_print_what_the_results_hold(section) -> None:
    people, chances, _, risks, _, others = blocks(section, Table)
    for row, chance, reading in zip(people.rows, chances.rows, ivig().harm.readings, strict=True):
        effects = dict(reading.weighed.effects)
        cells = texts(row)
        assert cells[0] == reading_label(reading)
        assert (
            cells[1]
            .replace("\N{MINUS SIGN}", "-")
            .startswith(f"+{effects['benefit'].mean:.1f} ({effects['benefit'].lower:.1f}")
        )
        assert (cells[3] == "\N{EN DASH}") == ("spared" not in effects)
        assert cells[-2] == f"{reading.weighed.nets[1].probability:.3f}"
        assert texts(chance)[2] == f"{reading.weighed.relative.both:.3f}"
    assert len(risks.rows) == 5
    assert [texts(row)[0] for row in others.rows] == ["Obstetric complication"]


def test_the_words_name_model_trials_and_what_is_counted(section) -> None:
    lead, over, meaning, _, selected, trials, _, left_out = (text.text for text in blocks(section, Text))
    assert tells(left_out, "Adverse neonatal outcome", "not", "control arms", "prior", "16 to 66 per 1000")
    assert "live birth +8.6 (\N{MINUS SIGN}7.8 to +19.6)" in lead
    assert "all nine trials" in lead
    assert tells(over, "weight 1", "0.367 to 0.570", "break-even", "0.67 to 1.07")
    assert tells(over, "the paper pooled", "0.606 to 0.771", "randomised, aPL-positive", "0.002 to 0.003")
    assert tells(trials, "all trials")
    assert "binomial likelihood" in lead
    assert "live birth at term" in meaning
    assert tells(meaning, "live birth 74.3%", "preterm birth 13.5%", "with live birth")
    assert tells(meaning, "people", "means", "medians")
    assert "truncation by death" in selected


def test_figures_have_their_numbers_in_words(section) -> None:
    figures = blocks(section, Figure)
    assert [figure.name for figure in figures] == ["harm_net", "harm_people"]
    for figure in figures:
        assert "4,711 tables" in figure.alternative
    assert "0.367 at weight 1; break-even weight 0.67" in figures[0].alternative
    assert "live birth at term 60.0" in figures[1].alternative
    drawn = drawn_texts(figures[1].draw())
    assert any(text.startswith("With IVIG") for text in drawn)
    assert "95% credible interval of all with live birth" in drawn


def test_no_section_without_a_good_event_beside_a_bad_one() -> None:
    assert harm_section(own((("A", 5, 40, 12, 41), ("B", 4, 50, 9, 52)))) is None


def sides(**options):
    two = PointMarginal(np.log(2.0)), PointMarginal(np.log(3.0))
    return bi.benefit_harm(
        *two, **{"control_risks": (0.5, 0.2), "events": ("good", "bad"), "among": "events", **options}
    )


@pytest.mark.parametrize("among", ["all", "events", "nonevents"])
def test_charts_of_anything_under_any_name(among: str) -> None:
    found = {name: sides(among=among, events=("bad", "bad")) for name in HOSTILE}
    for chart, told in (
        (plot_net_benefit(found), net_alternative(found)),
        (plot_people(found), people_alternative(found)),
    ):
        drawn = svg_file(chart, told)
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}
        assert not tags & {"script", "img", "a"}
    assert plot_people(sides(among=among)) is not None


def test_bars_of_what_is_chained_add_up_and_others_stand_apart() -> None:
    told = people_alternative(sides())
    assert tells(told, "without treatment", "without harm 40.0", "with harm 10.0", "without benefit 50.0")
    assert tells(people_alternative(sides(among="all")), "without treatment", "benefit 50.0", "harm 20.0")
    assert (
        state_names(sides(events=("bad", "bad"), among="nonevents").setting)["without"]
        == "Without no benefit"
    )


def test_numbers_of_people_are_those_of_the_summary_of_findings() -> None:
    """Per 100 and per 1000, at the same control risks: limits are the same,
    and only the middles are means and medians.
    """
    rows = {(each.outcome, each.trials or each.reading): each for each in ivig().findings}
    for each in (*ivig().harm.readings[:1], *ivig().harm.trial_sets):
        row, people = rows["live_birth", each.trials].row("median"), dict(each.weighed.effects)["benefit"]
        assert (people.lower, people.upper) == pytest.approx(
            (row["difference_lower"] / 10, row["difference_upper"] / 10), abs=1e-3
        )
        assert 1000 * each.weighed.setting.benefit_risk == pytest.approx(row["control_per_1000"])
    for each in (*ivig().harm.readings[:2], *ivig().harm.others):
        name = "preterm_birth" if each.code else each.weighed.setting.harm_title.lower().replace(" ", "_")
        name = name.replace("adverse_neonatal_outcome", "neonatal_outcome")
        row = rows[name, each.code or "all"].row("median")
        assert 1000 * each.weighed.setting.harm_risk == pytest.approx(row["control_per_1000"])
    levels = [
        rows["preterm_birth", each.code].row(level)["control_per_1000"]
        for level in ("low", "high")
        for each in ivig().harm.readings[:2]
    ]
    assert [
        1000 * each.setting.harm_risk for name, each in ivig().harm.risks if name.endswith("harm")
    ] == pytest.approx(levels[::2])
    assert levels[::2] == levels[1::2]


def test_the_benefit_of_every_main_trial_set_against_the_same_harm(section) -> None:
    (inner,) = (each for each in section.sections if each.key == "harm-appendix-trials")
    table, readings = inner.blocks[1], ivig().harm.trial_sets
    assert [each.trials for each in readings] == ["all"] * 2 + ["published"] * 2 + ["randomised_apl"] * 2
    harm = ivig().outcome("preterm_birth").reconstructed[0].posteriors[0]
    for row, reading in zip(table.rows, readings, strict=True):
        posterior, at = (
            ivig().outcome("live_birth").trial_set(reading.trials).posterior,
            reading.weighed.setting,
        )
        assert reading.weighed.relative.benefit == pytest.approx(posterior["mu"].prob_above(0.0), abs=1e-6)
        assert texts(row)[-2].removeprefix("< ") == f"{reading.weighed.nets[1].probability:.3f}"
        if reading.code == "estimate and lower":
            alone = bi.benefit_harm(
                posterior, harm, control_risks=(at.benefit_risk, at.harm_risk), events=(None, "bad")
            )
            assert reading.weighed.nets[1].probability == pytest.approx(
                alone.at_weight(1.0).probability, abs=1e-9
            )
    assert texts(table.rows[-1])[-1] == "never"
    assert tells(" ".join(table.details), '"never"', "net benefit", "no weight")


def test_stated_control_risks_hold_for_both_sections() -> None:
    options = bi.ReportOptions(
        baseline_risks=(("live_birth", 0.6), ("neonatal_outcome", 0.2)),
        outcomes=("live_birth", "neonatal_outcome"),
    )
    found = bi.reanalyze("ivig", options=options)
    assert (found.harm.main.setting.benefit_risk, found.harm.main.setting.harm_risk, found.harm.risks) == (
        0.6,
        0.2,
        (),
    )
    made = harm_appendix(found)
    assert tells(
        " ".join(blocks(made, Table)[0].details), "live birth, as stated", "neonatal outcome, as stated"
    )
    assert "harm-appendix-risks" not in [each.key for each in made.sections]


@pytest.mark.parametrize(
    ("found", "said"),
    [((BreakEven(0.75, "below"), BreakEven(0.5, "below")), "from 0.50 to 0.75"),
     ((BreakEven(0.75, "below"),), "0.75"), ((BreakEven(None, "never"),) * 2, "never positive in all"),
     ((BreakEven(2.0, "above"), BreakEven(None, "always"), BreakEven(1.0, "below")),
      "1.00; positive only above a weight in 1 of 3; always positive in 1 of 3")],
)  # fmt: skip
def test_ranges_of_break_even_weights(found: tuple[BreakEven, ...], said: str) -> None:
    assert break_even_span(found) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (BreakEven(0.75, "below"), "0.75 (positive below it)"),
        (BreakEven(2.0, "above"), "2.00 (positive above it)"),
        (BreakEven(None, "always"), "none: positive at every weight"),
        (BreakEven(None, "never"), "none: never positive"),
    ],
)
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
    (inner,) = (each for each in section.sections if each.key == "harm-appendix-joint")
    text, table = inner.blocks
    assert "one table of counts" in text.text
    for row, reading in zip(table.rows, readings, strict=True):
        assert texts(row)[-1] == f"{reading.weighed.nets[1].probability:.3f}"
        assert (texts(row)[1] == "0, assumed") == (reading.known == "same table")
    for joint, alone in zip(readings[::2], readings[1::2], strict=True):
        assert joint.weighed.setting == alone.weighed.setting
        assert joint.weighed.relative.benefit == pytest.approx(alone.weighed.relative.benefit, abs=0.015)


def test_a_joint_model_that_is_not_sampled_is_said_to_be_missing() -> None:
    case = ivig()
    without = replace(case, harm=replace(case.harm, joint=(), unsampled=2))
    (inner,) = (each for each in harm_appendix(without).sections if each.key == "harm-appendix-joint")
    assert [block.kind for block in inner.blocks] == ["text"]
    assert "has not been sampled" in inner.blocks[0].text and "--sampled" in inner.blocks[0].text
    assert case.harm.unsampled == 0
