"""Every choice of trials in a report: sentences and tables made of the numbers, for any table."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from joined import joined
from meaning import drawn_texts, tells
from report_cases import HOSTILE, THREE

from bayes_ivig import Dataset, Model, Study, fit, load_dataset, pool
from bayes_ivig.analyses.trials.one_by_one import every_choice
from bayes_ivig.inputs.characteristics.classes import class_name
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.document.blocks import Page, Table
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.trials import words as told
from bayes_ivig.reporting.trials.chart import cut_off
from bayes_ivig.reporting.trials.map_chart import clearest, plot_subsets
from bayes_ivig.reporting.trials.section import subsets_appendix, subsets_section
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")


def outcome_of(dataset: Dataset) -> CountsOutcome:
    """One outcome with what the section asks of it, which is a tenth of a whole reanalysis."""
    published = "published" if "published" in dataset.trial_sets else "all"
    parts = {name: dataset.trials(name) for name in dict.fromkeys((published, "all"))}
    pooled = {name: pool(part, method="revman-random") for name, part in parts.items()}
    fits = {name: fit(part, Model()) for name, part in parts.items()}
    return CountsOutcome(
        name=dataset.outcome,
        about=dataset.about,
        claim=None,
        published_trials=published,
        as_published=pooled[published],
        sets=tuple(
            TrialSetResult(name, part, pooled[name], fits[name], None) for name, part in parts.items()
        ),
        sensitivity=(),
        provenance=(),
        choices=every_choice(fits["all"], parts[published].study_names),
    )


def own(rows) -> CountsOutcome:
    return outcome_of(Dataset(tuple(Study(*row) for row in rows)))


@pytest.fixture(scope="module")
def outcome() -> CountsOutcome:
    return outcome_of(LIVE)


def page(outcome) -> tuple[str, list[Table]]:
    whole = choices(outcome)
    return markdown_of(whole), [block for block in whole.blocks() if block.kind == "table"]


def choices(outcome) -> Page:
    """A page of the section on choices alone."""
    section = joined(subsets_section(outcome, "key"), subsets_appendix(outcome, "key"))
    assert section is not None
    return Page("", "", (section,))


@pytest.fixture(scope="module")
def live(outcome):
    return page(outcome)


def test_where_the_published_choice_stands_is_said_from_the_data(live) -> None:
    text, tables = live
    assert tells(text, "84", "three", "nine")
    assert tells(text, "4", "P < 0.05")
    assert tells(text, "odds ratio", "9", "largest")
    ranked = next(table for table in tables if table.columns[0].title == "Rank")
    assert {"1", "3", "9", "30", "84"} < {row[0] for row in ranked.rows}
    assert [row[1].text for row in ranked.rows if row[1].tone == "strong"] == [
        "Branch 2000, Dendrinos 2009, Triolo 2003 (as published)"
    ]


def test_which_trial_carries_the_answer_is_said_with_its_numbers(live, outcome) -> None:
    text, _ = live
    whole = outcome.trial_set("all")
    without = fit(whole.dataset.trials("-Stricker 2000"), whole.posterior.model)["mu"].prob_above(0.0)
    assert tells(text, "Stricker 2000", "most")
    assert tells(text, "0.886 with", f"{without:.3f} without")
    six = outcome.trial_set("published").dataset
    lost = [
        name
        for name in six.study_names
        if pool(six.trials([n for n in six.study_names if n != name]), method="revman-random").p_value >= 0.05
    ]
    assert lost == ["Heilmann 2001", "Perricone 2008", "Yamada 2022"]
    assert tells(text, "P", "below 0.05 unless", *lost)


def test_classes_stand_beside_their_reference(live) -> None:
    _, tables = live
    rows = {row[0]: row for row in tables[-1].rows}
    assert list(rows)[:3] == ["Randomised: yes", "Randomised: no", "Randomised: unclear"]
    assert rows["Randomised: yes"][-3] == rows["Comparator: active"][-3] == "reference"
    assert rows["Randomised: yes"][5] == "0.65"
    assert any(
        line.startswith("Share of women with antibodies, all: Branch 2000") for line in tables[-1].details
    )


def test_the_classes_that_differ_most_surely_are_said_with_their_numbers(live, outcome) -> None:
    text, tables = live
    rows = {row[0]: row for row in tables[-1].rows}
    every, some = (rows[f"Share of women with antibodies: {name}"] for name in ("all", "not all"))
    assert tells(text, "odds ratios", every[5], "all", some[5], "not all")
    assert "Their ratio is 16.48 (95% credible interval 3.87 to 98.67) where each class" in text
    assert f"and {some[-3]} (" in text
    assert "Comparator: placebo or vitamins" in rows
    assert tells(text, "P(OR > 1)", "lowest", tables[2].rows[0][-2], "Branch 2000")
    whole = outcome.choices.classes[1].contrast.dataset
    assert class_name("comparator_class", "not_a_control", whole) == "not a control"
    assert class_name("apl_share >= 0.5", "apl_share < 0.5", whole) == "less than 0.5"
    assert class_name("comparator_class", "placebo", replace(whole, about=About())) == "placebo"


def test_limits_that_are_not_cut_off_are_not_said_to_be(live, outcome) -> None:
    assert "are cut off" not in live[0]
    rare = [
        ("a", 0, 900, 60, 900),
        ("b", 0, 800, 50, 800),
        ("c", 3, 90, 4, 91),
        ("d", 1, 9, 2, 9),
        ("e", 0, 70, 40, 70),
    ]
    found = every_choice(fit(Dataset(tuple(Study(*row) for row in rare)), Model()), ("a", "b"))
    assert cut_off(found.every, ("a", "b"))
    assert not cut_off(outcome.choices.every, outcome.choices.published)


def test_words_at_the_published_choice_cover_no_dot_and_no_interval(outcome) -> None:
    every, published = outcome.choices.every, outcome.choices.published
    drawn = plot_subsets(every, marked=published).to_dict()
    assert "published choice" in json.dumps(drawn)
    align, x, y = clearest((100.0, 200.0), 80.0, (np.array([140.0, 60.0]), np.array([200.0, 200.0])))
    assert y != 200.0, "both sides are taken"
    assert align == "left" and x >= 100.0
    assert clearest((100.0, 200.0), 80.0, (np.array([300.0]), np.array([200.0]))) == ("left", 112.0, 200.0)


def test_every_figure_draws_what_it_is_of(outcome) -> None:
    figures = [block for block in choices(outcome).blocks() if block.kind == "figure"]
    assert [figure.name for figure in figures] == [
        "key_choices_ranked",
        "key_choices_map",
        "key_choices_steps",
    ]
    ranked, across, steps = (drawn_texts(figure.draw()) for figure in figures)
    assert {"84 subsets", "published choice"} <= set(ranked)
    assert {"511 of 511 subsets", "published choice", "without Stricker 2000"} <= set(across)
    assert [f"+ {name}" in steps for name in outcome.trial_set("all").dataset.study_names[1:]] == [True] * 8


def test_two_trials_have_no_choices() -> None:
    assert subsets_section(own(THREE[:2]), "key") is None


def test_three_trials_of_a_users_table() -> None:
    text, tables = page(own(THREE))
    assert "Of all three trials," in text
    assert [row[0] for row in tables[0].rows] == ["All three trials", "without A", "without B", "without C"]
    assert "in the order of the table" in text
    assert "map" not in text


def test_more_trials_than_can_be_shown_say_so_and_hostile_names_stay_text() -> None:
    rows = tuple((f"trial {i}", 3 + i % 4, 20 + i, 5 + i % 3, 21 + i) for i in range(12))
    text, tables = page(own(rows))
    assert tells(text, "4,095", "12", "not", "10")
    assert len(tables[0].rows) == 13
    odd = own([(name, 5 + i, 20 + i, 3 + i, 21 + i) for i, name in enumerate(HOSTILE)])
    figures = [block for block in choices(odd).blocks() if block.kind == "figure"]
    drawn = "".join(figure.svg for figure in figures)
    assert "key_choices_map" in {figure.name for figure in figures}
    assert "<script" not in drawn
    assert "<img" not in drawn


def test_empty_arms_and_trials_without_events_are_rows_that_say_so() -> None:
    rows = (("none", 0, 20, 0, 22), ("nobody", 3, 9, 0, 0), ("all", 7, 7, 9, 9), ("zero", 22, 24, 0, 7))
    rows += (("x", 4, 20, 5, 21), ("y", 6, 30, 9, 28))
    text, tables = page(own(rows))
    assert tables[1].rows[0][0] == "none (nothing learnt)"
    cells = {row[0]: row for row in tables[0].rows}
    assert cells["without nobody"][-3] == "+0.000"
    assert "not estimable" in tables[1].rows[0]
    assert "NaN" not in text
    assert "nan" not in text.replace("nan ", "")


def test_significant_and_convincing_choices_are_counted_side_by_side(outcome, live) -> None:
    text, tables = live
    assert tells(text, "4", "P < 0.05", "4", "above 1", "0 below", "11", "P(OR > 1)", "0.975", "0", "0.025")
    assert tells(text, "published", "P = 0.042", "P(OR > 1) = 0.997")
    ranked = next(each for each in tables if "or with P(OR > 1) at least 0.975" in each.caption)
    shown = [row for row in ranked.rows if row[-1] >= "0.975"]
    assert len(shown) == 11
    assert {row[4] < "0.05" for row in shown} == {True, False}
    without = outcome.choices.published_without
    assert (without["prob_or_gt_1"] >= 0.975).all()
    (sentence,) = (
        each for each in told.carrying_sentences(outcome, outcome.choices) if "P stays below 0.05" in each
    )
    assert sentence.endswith("P(OR > 1) = 0.997, which stays at or above 0.975 whichever trial is left out.")
    changed = without.assign(prob_or_gt_1=1 - without["prob_or_gt_1"], pooled_p=0.06)
    changed.loc[2, "prob_or_gt_1"] = 0.03
    lost = without["left_out"][2]
    assert f", which stays at or below 0.025 unless {lost} is left out." in told.significance(changed, "six")
    assert told.significance(changed.assign(prob_or_gt_1=0.5), "six") == ""


@pytest.mark.parametrize(
    ("p", "chance", "words"),
    [
        (0.2, 0.98, "the choice is one of the latter, not of the former (P = 0.200, P(OR > 1) = 0.980)."),
        (0.2, 0.02, "the choice is one of the latter, not of the former (P = 0.200, P(OR > 1) = 0.020)."),
        (0.01, 0.9, "the choice is one of the former, not of the latter (P = 0.010, P(OR > 1) = 0.900)."),
        (0.2, 0.9, "the choice is one of neither (P = 0.200, P(OR > 1) = 0.900)."),
        (math.nan, 0.6, "the choice cannot be pooled again and has P(OR > 1) = 0.600."),
        (math.nan, math.nan, "the choice cannot be pooled again and has no posterior."),
        (0.2, math.nan, "the choice gives P = 0.200 and has no posterior."),
    ],
)
def test_a_choice_is_placed_among_both_counts(p: float, chance: float, words: str) -> None:
    counts = {
        "significant": 1,
        "significant_above": 0,
        "significant_below": 1,
        "convincing_above": 2,
        "convincing_below": 1,
    }
    sentence = told.counted_sentence({**counts, "pooled_p": p, "prob_or_gt_1": chance}, "the choice")
    start = (
        "1 of them gives P < 0.05 (0 with an odds ratio above 1, 1 below), "
        "and 2 have a posterior P(OR > 1) of 0.975 or more, "
    )
    assert sentence == f"{start}1 of 0.025 or less; {words}"
