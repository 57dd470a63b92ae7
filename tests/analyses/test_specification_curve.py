"""The specification curve: every row is the plain fit of its specification; order, questions, what was stated
before, and how far one choice moves the median, each against its own definition.
"""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.specification.curve import largest_curve
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.judgements.judged import Judgements, StatedBefore
from bayes_ivig.results.specification.curve import CHOICES, Specification, SpecificationCurve

LIVE = bi.load_dataset("ivig", "live_birth")
SMALL = bi.Dataset(
    tuple(
        bi.Study(name, *counts)
        for name, counts in {
            "a": (3, 20, 6, 21), "b": (8, 40, 9, 38), "c": (1, 15, 4, 16), "silent": (0, 9, 0, 8),
        }.items()
    ),
    about=replace(LIVE.about, trial_sets=(("two", ("a", "b")), ("again", ("b", "a")), ("none", ("silent",)))),
)  # fmt: skip
WITHIN = 1e-3  # posterior SDs: the largest numerical error that a row may have


@pytest.fixture(scope="module")
def curve() -> SpecificationCurve:
    return bi.trials.specification_curve(LIVE)


def refitted(row: Specification) -> bi.Posterior:
    model = bi.Model(row.likelihood, row.effects, mu=bi.priors.parse_prior(row.mu))
    return bi.fit(
        LIVE.trials(row.trials), replace(model, tau=bi.priors.parse_prior(row.tau)) if row.tau else model
    )


def test_every_row_is_the_plain_fit_of_its_specification(curve: SpecificationCurve) -> None:
    for row in curve.rows[::19]:
        mu = refitted(row)["mu"]
        found = np.log([row.lower, row.median, row.upper])
        assert found == pytest.approx(mu.quantile([0.025, 0.5, 0.975]), abs=WITHIN * mu.sd)
        assert row.prob_above == pytest.approx(mu.prob_above(0.0), abs=WITHIN)
        assert row.error < WITHIN


def test_every_combination_is_there_once(curve: SpecificationCurve) -> None:
    known = dict(curve.choices)
    assert known["likelihood"] == ("binomial", "hypergeometric", "normal")
    assert known["mu"] == ("normal(0, 2.82)", "normal(0, 1)")
    structures = [(each, "random") for each in known["likelihood"]]
    structures += [("binomial", "common"), ("binomial", "student_t(4)")]
    expected = {
        (trials, *structure, mu, "" if structure[1] == "common" else tau)
        for trials, structure, mu, tau in product(known["trials"], structures, known["mu"], known["tau"])
    }
    found = [tuple(getattr(row, choice) for choice in CHOICES) for row in curve.rows]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_rows_are_sorted_within_a_question(curve: SpecificationCurve) -> None:
    for question in curve.questions:
        medians = [row.median for row in curve.of_question(question)]
        assert np.all(np.diff(np.log(medians)) > -1e-8)
    assert [row for question in curve.questions for row in curve.of_question(question)] == [*curve.rows]


def test_the_reference_model_is_marked_on_every_set(curve: SpecificationCurve) -> None:
    for each in curve.sets:
        row = curve.found(each.name)
        assert row is not None
        assert (row.likelihood, row.effects, row.mu) == ("binomial", "random", "normal(0, 2.82)")
        assert row.tau == "half_normal(0.5)"
    assert sum(row.reference for row in curve.rows) == len(curve.sets)


def test_one_choice_moves_the_median_by_the_largest_ratio_of_two_rows(curve: SpecificationCurve) -> None:
    frame = curve.table()
    for choice in ("likelihood", "mu"):  # whose partners are told by the other columns alone
        others = ["question", *(name for name in CHOICES if name != choice)]
        ratios = frame.groupby(others)["or_median"].agg(lambda each: each.max() / each.min())
        assert curve.moved(choice) == pytest.approx(ratios.max(), rel=1e-12)
    logs = np.log(frame.pivot_table("or_median", ["trials", "likelihood", "mu"], ["effects", "tau"]))
    common = logs["common", ""]
    own = [logs[name].sub(common, axis=0).abs().max().max() for name in ("random", "student_t(4)")]
    between = (logs["student_t(4)"] - logs["random"]).abs().max().max()
    assert np.log(curve.moved("effects")) == pytest.approx(max(*own, between), rel=1e-9)


def test_equal_sets_stand_once_and_those_that_say_nothing_are_listed() -> None:
    found = bi.trials.specification_curve(SMALL, mu="normal(0, 1)", tau="half_normal(0.5)")
    assert [each.name for each in found.sets] == ["all", "two"]
    assert {name for name, _ in found.left_out} == {"none"}
    assert "no trial can tell the arms apart" in found.left_out[0][1]
    assert {row.trials for row in found.rows} == {"all", "two"}
    with pytest.raises(DataError):
        bi.trials.specification_curve(SMALL.trials("none"))


def test_what_is_asked_for_is_what_is_compared() -> None:
    models = [bi.Model("normal"), bi.Model("hypergeometric", "common")]
    found = bi.trials.specification_curve(
        SMALL, trials=["two", ("a", "c")], models=models, mu=["normal(0, 1)"], tau=["half_normal(1)"]
    )
    assert {(row.trials, row.likelihood, row.effects, row.tau) for row in found.rows} == {
        (trials, *rest)
        for trials in ("two", "a, c")
        for rest in (("normal", "random", "half_normal(1)"), ("hypergeometric", "common", ""))
    }


def test_a_specification_was_stated_before_where_all_of_its_choices_were() -> None:
    before = StatedBefore(
        "a protocol", ("two",), (), ("normal",), ("random", "common"), ("normal(0,1)",), ("half_normal(0.5)",)
    )
    about = replace(SMALL.about, judgements=Judgements(stated_before=before))
    found = bi.trials.specification_curve(replace(SMALL, about=about))
    marked = [row for row in found.rows if row.stated_before]
    assert [(row.trials, row.likelihood, row.effects, row.mu, row.tau) for row in marked] == [
        ("two", "normal", "random", "normal(0, 1)", "half_normal(0.5)")
    ]
    assert dict(found.before)["mu"] == ("normal(0, 1)",)
    assert dict(found.before)["effects"] == ("random", "common")
    assert not any(row.stated_before for row in bi.trials.specification_curve(SMALL).rows)


def test_nothing_is_marked_where_nobody_stated_anything(curve: SpecificationCurve) -> None:
    assert curve.source == ""
    assert all(options == () for _, options in curve.before)


def test_too_many_specifications_are_refused() -> None:
    priors = [f"normal(0, {1 + i / 1000})" for i in range(1500)]
    with pytest.raises(ModelError, match="specifications, and 20,000 are the most"):
        bi.trials.specification_curve(SMALL, mu=priors)


def test_a_report_shows_what_it_can_of_too_many_specifications() -> None:
    many = tuple(f"normal(0, {1 + i / 1000})" for i in range(1500))
    found = largest_curve(replace(SMALL, about=replace(SMALL.about, mu_priors=many)), bi.Model())
    assert {(row.mu, row.tau) for row in found.rows if row.tau} == {("normal(0, 2.82)", "half_normal(0.5)")}
    assert found.left_out[0][0] == "all"
    assert "20,000 are the most; give fewer of one; here the priors are those of the" in found.left_out[0][1]
    assert found.rows == bi.trials.specification_curve(SMALL, mu=bi.Model().mu, tau=bi.Model().tau).rows


def test_a_comparison_stated_before_counts_where_a_named_set_is_the_same_trials(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    head = "study,treatment_events,treatment_total,control_events,control_total,comparison\n"
    path.write_text(head + "A,5,40,12,41,placebo\nB,4,50,9,52,placebo\nC,2,20,3,19,aspirin\n", "utf-8")
    path.with_suffix(".toml").write_text(
        "trial_sets = { plain = ['A', 'B'] }\n[judgements]\nby = 'A'\n[judgements.stated_before]\n"
        "source = 'x'\ncomparisons = ['placebo']\n",
        encoding="utf-8",
    )
    curve = bi.trials.specification_curve(bi.load_dataset(path))
    assert dict(curve.before)["trials"] == ("plain",)


def test_the_own_prior_comes_first_where_the_description_names_it_too() -> None:
    about = replace(SMALL.about, mu_priors=("normal(0, 1)", "normal(0,2.82)"))
    curve = bi.trials.specification_curve(replace(SMALL, about=about), trials="two")
    assert dict(curve.choices)["mu"] == ("normal(0, 2.82)", "normal(0, 1)")


def test_another_measure_has_its_own_scale() -> None:
    found = bi.trials.specification_curve(SMALL, bi.Model(measure="RR"), trials="two")
    row = found.found("two")
    assert row is not None
    posterior = bi.fit(SMALL.trials("two"), bi.Model(measure="RR"))
    assert np.log(row.median) == pytest.approx(posterior["mu"].quantile(0.5), abs=WITHIN)
    assert {row.likelihood for row in found.rows} == {"binomial"}
    assert {"rr_median", "rr_lower", "rr_upper", "level"} <= set(found.table().columns)


def test_trial_sets_that_answer_different_questions_stand_apart(curve: SpecificationCurve) -> None:
    compared = LIVE.comparisons
    assert compared is not None
    assert curve.questions == ("", *(group.key for group in compared.groups))
    for group in compared.groups:
        rows = curve.of_question(group.key)
        assert {row.trials for row in rows} == {group.key}
        posterior = bi.fit(LIVE.trials(group.trials), bi.Model())
        own = curve.found(group.key)
        assert own is not None
        assert np.log(own.median) == pytest.approx(
            posterior["mu"].quantile(0.5), abs=WITHIN * posterior["mu"].sd
        )
    phrases = [each.phrase for each in curve.sets if each.whole]
    assert "against placebo (antibody-negative women)" in phrases  # told from placebo or vitamins
    assert "instead of a steroid" in phrases
