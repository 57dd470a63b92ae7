"""What cannot be computed is None with a note; what cannot be asked raises ModelError."""

import json
import warnings
from dataclasses import replace

import pytest
from frequentist_reference import tables

from bayes_ivig.errors import ModelError
from bayes_ivig.frequentist.pooling import METHODS, pool
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study

pytestmark = pytest.mark.slow

ALL = sorted(METHODS)


def table(*counts: tuple[int, int, int, int]) -> Dataset:
    return Dataset(tuple(Study(f"S{i}", *row) for i, row in enumerate(counts)))


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(
    ("dataset", "reason"),
    [
        (table((0, 10, 0, 12), (0, 5, 0, 5)), "no events in either arm"),
        (table((10, 10, 12, 12)), "only events in both arms"),
        (table((0, 0, 3, 12), (1, 4, 0, 0)), "an arm without participants"),
    ],
)
def test_no_study_carries_information(method: str, dataset: Dataset, reason: str) -> None:
    found = pool(dataset, method=method)
    assert (found.k, found.k_listed) == (0, len(dataset))
    assert (
        found.estimate
        is found.standard_error
        is found.ci_lower
        is found.p_value
        is found.tau2
        is found.q
        is None
    )
    assert "not estimable" in found.note
    assert reason in found.note
    assert {study.reason for study in found.studies} == {reason}
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("method", ALL)
def test_one_study(method: str) -> None:
    found = pool(table((5, 20, 9, 21), (0, 7, 0, 8)), method=method)
    assert (found.k, found.k_listed) == (1, 2)
    # made for rare events
    assert found.estimate == pytest.approx(-0.81, abs=0.05 if method != "glmm-cm-al" else 0.3)
    assert found.i2 is found.prediction_lower is found.q_p_value is None
    assert found.tau2 == 0
    assert "one study" in found.note
    if method == "revman-2025":
        assert found.ci_lower is None
        assert "at least two" in found.note


@pytest.mark.parametrize("method", ["mh", "glmm-um-fs", "glmm-cm-el", "glmm-cm-al", "glmm-um-rs"])
def test_no_events_in_one_arm_of_any_study(method: str) -> None:
    found = pool(table((0, 20, 9, 21), (0, 30, 5, 28)), method=method)
    assert found.estimate is found.ci_upper is None
    assert "no events in one arm" in found.note or "one arm has no events" in found.note
    corrected = pool(table((0, 20, 9, 21), (0, 30, 5, 28)), method="revman-random")
    assert corrected.estimate < -2
    assert corrected.zero_cells.studies_altered == ("S0", "S1")


@pytest.mark.parametrize("method", ALL)
def test_large_counts_do_not_overflow(method: str) -> None:
    counts = [(2000, 10**6, 2500, 10**6), (90_000, 10**6, 100_000, 10**6), (500_000, 10**6, 480_000, 10**6)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pool(table(*counts), method=method)
    one = pool(table(counts[0]), method="peto")
    assert one.standard_error == pytest.approx((4 * (1 / 4500)) ** 0.5, rel=2e-3)
    assert -0.5 < found.estimate < 0.2


def test_questions_that_cannot_be_asked() -> None:
    dataset = tables()["bcg"]
    for wrong, message in [
        ({"method": "revman-randm"}, "did you mean 'revman-random'"),
        ({"method": "dl", "measure": "XR"}, "measures are OR, RR, RD, HR"),
        ({"method": "dl", "measure": "HR"}, "events and totals give no HR"),
        ({"method": "peto", "measure": "RR"}, "pools OR only"),
        ({"method": "mh", "hartung_knapp": True}, "Hartung-Knapp does not apply"),
        ({"method": "dl", "level": 95}, "between 0 and 1"),
        ({"method": "dl", "level": float("nan")}, "between 0 and 1"),
    ]:
        with pytest.raises(ModelError, match=message):
            pool(dataset, **wrong)
    with pytest.raises(ModelError, match="0 or more"):
        Rules(add=-0.5)
    with pytest.raises(ModelError, match="did you mean 't k-1'"):
        Rules(prediction="t_k-1")
    with pytest.raises(ModelError, match=r"pooled_sum is .* must be 'zero-cell studies'"):
        Rules(pooled_sum="zero")
    with pytest.raises(ModelError, match="no ratio scale"):
        _ = pool(dataset, method="dl", measure="RD").ratio


def test_contract_of_to_dict() -> None:
    estimate = pool(tables()["ivig_live_published"], method="revman-random")
    found, former = estimate.to_dict(), estimate.to_dict(version=1)
    assert list(former) == [
        "method", "measure", "k", "k_informative", "k_listed", "estimate", "standard_error", "ci_lower",
        "ci_upper", "p_value", "tau2", "q", "q_p_value", "i2", "prediction_lower", "prediction_upper",
        "zero_cells", "note", "cautions",
    ]  # fmt: skip
    assert found["zero_cells"]["studies_altered"] == ["Perricone 2008", "Stricker 2000"]
    assert json.loads(json.dumps(found)) == found
    assert {key: found.get(key, "") for key in former} == former
    settings = ("rules", "interval", "level", "hartung_knapp")
    assert [found[key] for key in settings] == ["revman5", "z", 0.95, False]
    ratio = estimate.ratio
    own = {"estimate": ratio.estimate, "lower": ratio.lower, "upper": ratio.upper, "level": 0.95}
    assert found["odds_ratio"] == found["effect"] == pytest.approx(own)


def test_rules_change_what_they_say() -> None:
    dataset = tables()["ivig_live_published"]
    plain = pool(dataset, method="revman-random")
    exact_sum = pool(dataset, method="revman-random", rules=replace(Rules.revman5(), pooled_sum="none"))
    assert exact_sum.q != plain.q
    assert exact_sum.ratio == pytest.approx((2.866, 1.036, 7.926), abs=5e-4)
    forms = {form: pool(dataset, method="dl", rules=replace(Rules.metafor(), prediction=form)) for form in
             ("z", "t k-1", "t k-2", "none")}  # fmt: skip
    assert [forms[form].prediction for form in forms] == ["z", "t, df 5", "t, df 4", ""]
    widths = [forms[form].prediction_upper for form in ("z", "t k-1", "t k-2")]
    assert widths == sorted(widths)
    assert forms["none"].prediction_lower is None


def test_without_correction_studies_with_a_zero_cell_have_no_estimate() -> None:
    dataset = tables()["ivig_live_published"]
    bare = replace(Rules.metafor(), study_estimates="none")
    found = pool(dataset, method="dl", rules=bare)
    assert (found.k, found.zero_cells.studies_altered) == (4, ())
    assert {study.study for study in found.studies if not study.estimable} == {
        "Perricone 2008",
        "Stricker 2000",
    }
    assert found.estimate == pool(dataset.trials("-Perricone 2008, -Stricker 2000"), method="dl").estimate
    everywhere = pool(dataset, method="dl", rules=replace(Rules.metafor(), study_estimates="all studies"))
    assert everywhere.zero_cells.studies_altered == dataset.study_names
    two = pool(
        dataset.trials(["Yamada 2022", "Vaquero 2001"]),
        method="dl",
        rules=replace(Rules.metafor(), prediction="t k-2"),
    )
    assert two.prediction_lower is None
    assert "no prediction interval" in two.note


def test_hartung_knapp_truncation_never_narrows() -> None:
    dataset = tables()["hine1989"]
    free = pool(dataset, method="dl", hartung_knapp=True)
    held = pool(
        dataset, method="dl", hartung_knapp=True, rules=replace(Rules.metafor(), truncate_hartung_knapp=True)
    )
    plain = pool(dataset, method="dl")
    assert free.standard_error < plain.standard_error == held.standard_error
    assert free.interval == held.interval == "t, df 5"


def test_complete_separation_keeps_rows_for_the_forest_plot() -> None:
    found = pool(tables()["ivig_live_all"], method="revman-random")
    branch = found.studies[0]
    assert (branch.study, branch.estimable, branch.weight, branch.reason) == (
        "Branch 2000", False, 0.0, "only events in both arms",
    )  # fmt: skip
    ratio = pool(tables()["ivig_live_all"], method="mh", measure="RR")
    assert ratio.k == 9, "a study with only events adds to the risk-ratio sums"


def test_how_many_trials_can_tell_is_counted_whatever_the_measure() -> None:
    """Nobody, no events, only events and mirror images: only the last two tables below can tell,
    by their counts alone.
    """
    counts = ((0, 0, 3, 9), (0, 50, 0, 60), (7, 7, 9, 9), (0, 10, 10, 10), (3, 40, 5, 40))
    dataset = Dataset(tuple(Study(f"S{i}", *each) for i, each in enumerate(counts)))
    for measure in ("OR", "RR", "RD"):
        assert pool(dataset, method="mh", measure=measure).k_informative == 2
