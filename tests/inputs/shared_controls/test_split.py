"""Shared control arms split or combined: sums of people, closed forms, and what is refused."""

import math
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, DataError
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.estimates.rows import written
from bayes_ivig.inputs.shared_controls.adding import together
from bayes_ivig.reporting.trials.text import details_of

SMITH = (("Smith 2000a", 5, 20, 10, 40), ("Smith 2000b", 7, 25, 10, 40))
LEE = (("Lee 2011 low", 4, 30, 11, 50), ("Lee 2011 mid", 6, 31, 11, 50), ("Lee 2011 high", 9, 33, 11, 50))
JONES = ("Jones 1999", 3, 30, 6, 30)
ROWS = (*SMITH, JONES, *LEE)
RULES = ("split", "combine")


def table(rows: tuple[tuple[object, ...], ...] = ROWS, **more: object) -> bi.Dataset:
    return bi.Dataset(tuple(bi.Study(*row) for row in rows), **more)  # type: ignore[arg-type]


def counts(dataset: bi.Dataset) -> dict[str, tuple[float, ...]]:
    return {study.name: study.counts for study in dataset.studies}


def means(rows: list[list[object]], measure: str = "MD") -> bi.Dataset:
    import pandas as pd

    columns = [f"{arm}_{what}" for arm in ("treatment", "control") for what in ("mean", "sd", "n")]
    return bi.Dataset.from_dataframe(pd.DataFrame(rows, columns=["study", *columns]), measure=measure)


def test_split_divides_the_control_arm_whole_where_it_can() -> None:
    split = bi.split_shared_controls(table(), "split")
    assert counts(split) == {
        "Smith 2000a": (5, 20, 5, 20),
        "Smith 2000b": (7, 25, 5, 20),
        "Jones 1999": (3, 30, 6, 30),
        "Lee 2011 low": (4, 30, 11 / 3, 50 / 3),
        "Lee 2011 mid": (6, 31, 11 / 3, 50 / 3),
        "Lee 2011 high": (9, 33, 11 / 3, 50 / 3),
    }
    assert [study.fractional for study in split.studies] == [False, False, False, True, True, True]


def test_combine_adds_the_treatment_arms() -> None:
    combined = bi.split_shared_controls(table(), "combine")
    assert counts(combined) == {
        "Smith 2000": (12, 45, 10, 40),
        "Jones 1999": (3, 30, 6, 30),
        "Lee 2011": (19, 94, 11, 50),
    }
    assert not any(study.fractional for study in combined.studies)


@pytest.mark.parametrize("rule", RULES)
def test_everybody_is_counted_once(rule: str) -> None:
    made = bi.split_shared_controls(table(), rule)  # type: ignore[arg-type]
    sums = np.sum([study.counts for study in made.studies], axis=0)
    assert sums == pytest.approx([5 + 7 + 3 + 4 + 6 + 9, 20 + 25 + 30 + 94, 10 + 6 + 11, 40 + 30 + 50])


def test_both_know_less_than_the_table_that_counts_people_twice() -> None:
    twice = bi.pool(table(), method="fixed")
    split, combined = (bi.pool(bi.split_shared_controls(table(), rule), method="fixed") for rule in RULES)  # type: ignore[arg-type]
    for once in (split, combined):
        assert once.standard_error > 1.02 * twice.standard_error  # type: ignore[operator]
    assert split.estimate == pytest.approx(combined.estimate, abs=0.05)
    assert split.standard_error == pytest.approx(combined.standard_error, rel=0.02)
    bayes = [bi.fit(bi.split_shared_controls(table(), rule), bi.Model(effects="common")) for rule in RULES]  # type: ignore[arg-type]
    assert bayes[0]["mu"].mean == pytest.approx(bayes[1]["mu"].mean, abs=0.05)
    assert min(each["mu"].sd for each in bayes) > 1.02 * bi.fit(table(), bi.Model(effects="common"))["mu"].sd  # type: ignore[operator, type-var]


def test_the_pooled_log_odds_ratio_of_split_arms_is_the_weighted_mean_by_hand() -> None:
    pooled = bi.pool(bi.split_shared_controls(table(SMITH), "split"), method="fixed")
    logs, weights = [], []
    for r1, n1 in ((5, 20), (7, 25)):
        logs.append(math.log(r1 * 15 / ((n1 - r1) * 5)))
        weights.append(1 / (1 / r1 + 1 / (n1 - r1) + 1 / 5 + 1 / 15))
    assert pooled.estimate == pytest.approx(np.average(logs, weights=weights), rel=1e-12)
    assert pooled.standard_error == pytest.approx(1 / math.sqrt(sum(weights)), rel=1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_the_order_of_rows_does_not_matter(rule: str) -> None:
    rows = (*SMITH, JONES, LEE[0], LEE[2])
    first = counts(bi.split_shared_controls(table(rows), rule))  # type: ignore[arg-type]
    for other in permutations(rows):
        assert counts(bi.split_shared_controls(table(other), rule)) == first  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", RULES)
def test_events_exchanged_for_non_events_give_the_mirrored_answer(rule: str) -> None:
    one = bi.split_shared_controls(table(), rule).complement()  # type: ignore[arg-type]
    other = bi.split_shared_controls(table().complement(), rule)  # type: ignore[arg-type]
    assert np.array([s.counts for s in one.studies]) == pytest.approx(
        np.array([s.counts for s in other.studies])
    )
    assert one.about.shared_control == other.about.shared_control


def test_shared_treatment_arms_are_not_treated_and_it_says_so() -> None:
    exchanged = table(tuple((name, r0, n0, r1, n1) for name, r1, n1, r0, n0 in SMITH))
    with pytest.raises(DataError, match="the same treatment arm, which is not treated here"):
        bi.split_shared_controls(exchanged, "split")


def test_what_was_done_is_said_by_every_result() -> None:
    made = bi.split_shared_controls(table((*SMITH, JONES)), "split")
    said = "divided by 2 in Smith 2000a and Smith 2000b"
    posterior = bi.fit(made, bi.Model())
    assert f"shared control arms: {said}" in " ".join(posterior.text().split())
    assert posterior.to_dict()["dataset"]["shared_control"] == said
    assert "shared_control" not in bi.fit(table(), bi.Model()).to_dict()["dataset"]
    shown = bi.text(bi.pool(made, method="dl"))
    assert said in " ".join(shown.split())
    subsets = details_of(bi.trials.subsets(made), made, bi.Model())
    assert any(said in line for line in subsets)


def test_it_is_not_done_twice(tmp_path: Path) -> None:
    made = bi.split_shared_controls(table(), "split")
    with pytest.raises(DataError, match="treated already: divided by 2"):
        bi.split_shared_controls(made, "combine")
    posterior = bi.fit(made, bi.Model())
    posterior.save(tmp_path / "fit.nc")
    assert bi.Posterior.load(tmp_path / "fit.nc").dataset == made


def test_rows_are_recognised_by_author_and_year_and_the_same_control_arm_only() -> None:
    apart = table((("Smith 2000", 5, 20, 10, 40), ("Jones 2000", 7, 25, 10, 40), ("Smith 2000b", 1, 9, 2, 9)))
    with pytest.raises(DataError) as refused:
        bi.split_shared_controls(apart, "split")
    said = str(refused.value)
    assert "'Smith 2000', 'Jones 2000': the same control arm, other authors or years" in said
    assert "'Smith 2000', 'Smith 2000b': one trial by their names, other control arms" in said
    with pytest.raises(DataError, match="no control arm is recognised as shared"):
        bi.split_shared_controls(table((JONES,)), "split")


def test_trials_are_stated_by_name_or_by_a_column() -> None:
    rows = (("A", 5, 20, 10, 40), ("B", 7, 25, 10, 40), JONES)
    by_name = bi.split_shared_controls(table(rows), "combine", trials={"ABC 2001": ["A", "B"]})
    assert by_name.study_names == ("ABC 2001", "Jones 1999")
    columns = (("trial", ("ABC", "ABC", "")), ("site", ("x", "y", "z")), ("year", ("2001", "2001", "1999")))
    by_column = bi.split_shared_controls(table(rows, columns=columns), "combine")
    assert by_column.study_names == ("ABC", "Jones 1999")
    assert by_column.columns == (
        ("trial", ("ABC", "")),
        ("site", ("x; y", "z")),
        ("year", ("2001", "1999")),
    )
    named = replace(table(rows), columns=(("which", ("1", "1", "2")),))
    assert counts(bi.split_shared_controls(named, "split", trials="which"))["A"] == (5, 20, 5, 20)
    # a column that is there decides: rows of two trials are not taken for one by their names
    two = table(SMITH, columns=(("trial", ("1", "2")),))
    with pytest.raises(DataError, match="no control arm is recognised"):
        bi.split_shared_controls(two, "split")


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        ({"X": ["A"]}, "found 1 rows"),
        ({"X": ["A", "Bee"]}, "no study 'Bee'"),
        ({"X": ["A", "A"]}, "'A' is named twice"),
        ({}, "found no trial"),
        ("which", "no column 'which'"),
        ({"X": ["A", "Jones 1999"]}, "their control arms differ"),
    ],
)
def test_what_is_stated_and_does_not_fit_is_refused(trials: object, said: str) -> None:
    rows = (("A", 5, 20, 10, 40), ("B", 7, 25, 10, 40), JONES)
    with pytest.raises(DataError, match=said):
        bi.split_shared_controls(table(rows), "split", trials=trials)  # type: ignore[arg-type]


def test_other_rules_are_refused() -> None:
    with pytest.raises(ArgumentError, match="must be 'split' or 'combine'"):
        bi.split_shared_controls(table(), "halve")  # type: ignore[arg-type]


def test_people_who_were_not_seen_and_person_time_go_along() -> None:
    rows = tuple(
        bi.Study(name, r1, n1, 10, 41, treatment_missing=m1, control_missing=3)
        for name, r1, n1, m1 in (("Smith 2000a", 5, 20, 2), ("Smith 2000b", 7, 25, 1))
    )
    split, combined = (bi.split_shared_controls(bi.Dataset(rows), rule) for rule in RULES)  # type: ignore[arg-type]
    assert [(s.control_total, s.control_missing) for s in split.studies] == [(20.5, 1.5)] * 2  # type: ignore[union-attr]
    (one,) = combined.studies
    assert (one.counts, one.treatment_missing, one.control_missing) == ((12, 42, 10, 38), 3, 3)
    assert bi.fit(split, bi.Model(missing="imor(0, 1)"))["mu"].sd > 0  # type: ignore[operator]
    times = tuple(
        bi.Study(name, r1, 0, 9, 0, treatment_time=t1, control_time=100.0)
        for name, r1, t1 in (("Smith 2000a", 5, 60.0), ("Smith 2000b", 7, 40.5))
    )
    rates = bi.Dataset(times, measure="IRR")
    split, combined = (bi.split_shared_controls(rates, rule) for rule in RULES)  # type: ignore[arg-type]
    assert [study.rates for study in split.studies] == [(5, 60, 4.5, 50), (7, 40.5, 4.5, 50)]
    assert combined.studies[0].rates == (12, 100.5, 9, 100)
    assert bi.fit(split, bi.Model())["mu"].mean == pytest.approx(
        bi.fit(combined, bi.Model())["mu"].mean, abs=0.1
    )


def test_no_division_leaves_an_arm_too_small_for_its_people() -> None:
    """Quotients are rounded: events and missing people still fit into the arm."""
    for total in range(7, 30):
        for events in range(total + 1):
            for by in (3, 7):
                rows = tuple(
                    bi.Study(f"Smith 2000 {i}", 1, 9, events, total, control_missing=total - events)
                    for i in range(by)
                )
                split = bi.split_shared_controls(bi.Dataset(rows), "split")
                assert sum(s.control_total for s in split.studies) == pytest.approx(total)  # type: ignore[union-attr]


def test_an_arm_of_few_people_is_combined_and_not_divided() -> None:
    few = table(tuple((f"Smith 2000 {i}", 1, 9, 1, 2) for i in range(3)))
    with pytest.raises(DataError, match="a control arm of 2 divided by 3 leaves less than one person"):
        bi.split_shared_controls(few, "split")
    assert counts(bi.split_shared_controls(few, "combine")) == {"Smith 2000": (3, 27, 1, 2)}


def test_means_of_arms_together_are_those_of_everybody() -> None:
    """Against the people themselves, and the formula for two arms in table 6.5.a of the Handbook."""
    rng = np.random.default_rng(1)
    groups = [rng.normal(i, 1 + i, 5 + 3 * i) for i in range(4)]
    arms = [(float(g.mean()), float(g.std(ddof=1)), float(len(g))) for g in groups]
    everybody = np.concatenate(groups)
    found = (len(everybody), everybody.mean(), everybody.std(ddof=1))
    assert together(arms) == pytest.approx(found, rel=1e-12)
    (m1, s1, n1), (m2, s2, n2) = arms[:2]
    pooled = (n1 - 1) * s1**2 + (n2 - 1) * s2**2
    pooled += n1 * n2 / (n1 + n2) * (m1**2 + m2**2 - 2 * m1 * m2)
    assert together(arms[:2])[2] == pytest.approx(math.sqrt(pooled / (n1 + n2 - 1)), rel=1e-12)


def test_means_are_split_by_people_and_combined() -> None:
    rows = means([["Smith 2000a", 5, 2, 20, 4, 1.5, 25], ["Smith 2000b", 6, 2.5, 30, 4, 1.5, 25]])
    split, combined = (bi.split_shared_controls(rows, rule) for rule in RULES)  # type: ignore[arg-type]
    assert [dict(s.given)["control_n"] for s in split.studies] == ["12.5", "12.5"]  # type: ignore[union-attr]
    for study, (y, v) in zip(split.studies, ((1, 4 / 20), (2, 6.25 / 30)), strict=True):
        assert (study.y, study.standard_error**2) == pytest.approx((y, v + 2.25 / 12.5))  # type: ignore[union-attr]
    n, mean, sd = together([(5, 2, 20), (6, 2.5, 30)])
    (one,) = combined.studies
    assert one.name == "Smith 2000"
    assert (one.y, one.standard_error**2) == pytest.approx((mean - 4, sd**2 / n + 2.25 / 25))  # type: ignore[union-attr]
    again = bi.Dataset.from_dataframe(split.to_dataframe().fillna(""), measure="MD")
    assert again.studies == split.studies
    even = means([["Smith 2000a", 5, 2, 20, 4, 1.5, 24], ["Smith 2000b", 6, 2.5, 30, 4, 1.5, 24]], "SMD")
    assert "fractional" not in written(bi.split_shared_controls(even, "split").studies)


def test_what_is_known_by_its_estimate_is_refused() -> None:
    effects = bi.Effects([0.1, 0.2], [0.3, 0.4], names=["Smith 2000a", "Smith 2000b"], measure="OR")
    with pytest.raises(DataError, match="known by its estimate only, which cannot be taken apart"):
        bi.split_shared_controls(effects, "split", trials={"Smith 2000": ["Smith 2000a", "Smith 2000b"]})


def test_what_one_row_cannot_hold_is_refused_by_combine() -> None:
    dataset = table(SMITH)
    designed = dataset.with_design_effects({"Smith 2000a": 1.5})
    with pytest.raises(DataError, match="their design effects differ"):
        bi.split_shared_controls(designed, "combine")
    split = bi.split_shared_controls(designed, "split")
    assert split.design_effects == {"Smith 2000a": 1.5}
    status = replace(dataset, columns=((f"{COUNTS[0]}_status", ("reported", "imputed")),))
    with pytest.raises(DataError, match="one row has one status"):
        bi.split_shared_controls(status, "combine")
    some = replace(dataset, about=replace(dataset.about, trial_sets=(("low", ("Smith 2000a",)),)))
    with pytest.raises(DataError, match="trial set 'low' holds some of them only"):
        bi.split_shared_controls(some, "combine")
    both = replace(dataset, about=replace(dataset.about, trial_sets=(("b", ("Smith 2000b", "Smith 2000a")),)))
    assert bi.split_shared_controls(both, "combine").trial_sets["b"] == ("Smith 2000",)


def test_names_of_combined_rows_differ_from_all_others() -> None:
    rows = (*SMITH, ("Smith 2000", 1, 10, 2, 11), *(("Smith 2000c", 2, 9, 3, 9), ("Smith 2000d", 3, 9, 3, 9)))
    combined = bi.split_shared_controls(table(rows), "combine")
    assert combined.study_names == ("Smith 2000a + Smith 2000b", "Smith 2000", "Smith 2000c + Smith 2000d")
