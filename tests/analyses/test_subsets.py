"""Every choice of trials: posteriors as fitted, pooled results as ``pool`` gives them,
the published choice among 84.
"""

import itertools
import math

import numpy as np
import pytest

from bayes_ivig import Dataset, Model, Study, fit, load_dataset, plot, pool
from bayes_ivig.analyses.trials.subsets import pooled
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.trials.map_chart import plot_subsets
from bayes_ivig.results.thresholds import convincing_above, convincing_below, significant
from bayes_ivig.trials import accumulated, carrying_trials, leave_k_out, standing, subsets, without_each

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
COLUMNS = [
    "trials", "k", "k_informative", "or_median", "or_lower", "or_upper", "level", "prob_or_gt_1",
    "tau_median", "pooled_or", "pooled_ci_lower", "pooled_ci_upper", "pooled_p", "i2",
]  # fmt: skip
AWKWARD = Dataset(
    (
        Study("A; B", 5, 35, 0, 39),
        Study("nobody", 3, 9, 0, 0),
        Study("no events", 0, 20, 0, 22),
        Study("only events", 7, 7, 9, 9),
        Study("<i>Ünal</i> 2019", 22, 24, 0, 7),
        Study("large", 1500, 30_000, 1400, 29_000),
    ),
    name="awkward",
)


@pytest.fixture(scope="module")
def every():
    return subsets(LIVE)


def as_pooled(dataset: Dataset) -> list[float]:
    found = pool(dataset, method="revman-random")
    ratio = found.ratio
    values = (ratio.estimate, ratio.lower, ratio.upper, found.p_value, found.i2)
    return [math.nan if value is None else value for value in values]


def test_one_row_per_subset(every) -> None:
    assert list(every.columns[:14]) == COLUMNS
    assert len(every) == 511
    assert every["trials"].is_unique
    assert list(every["k"]) == [row.count("; ") + 1 for row in every["trials"]]
    assert list(every["k"] - every["k_informative"]) == ["Branch 2000" in row for row in every["trials"]]
    assert every["numerical_error"].max() < 1e-3
    assert every["trials"].iloc[-1] == "; ".join(LIVE.study_names)


@pytest.mark.parametrize("row", range(3, 511, 73))
def test_a_row_is_a_fit_and_a_pool_of_its_trials(every, row: int) -> None:
    found = every.iloc[row]
    dataset = LIVE.trials(tuple(found["trials"].split("; ")))
    posterior = fit(dataset, Model())
    mu = posterior["mu"]
    assert np.log([found["or_lower"], found["or_median"], found["or_upper"]]) == pytest.approx(
        mu.quantile([0.025, 0.5, 0.975]), abs=1e-3 * mu.sd
    )
    assert found["prob_or_gt_1"] == pytest.approx(mu.prob_above(0.0), abs=1e-3)
    assert found["tau_median"] == pytest.approx(
        posterior["tau"].quantile(0.5), abs=1e-3 * posterior["tau"].sd
    )
    check = posterior.baseline_check()
    assert check is not None
    assert found["prob_or_gt_1_tight_baseline"] == pytest.approx(check.other_prob_or_gt_1, abs=1e-3)
    assert list(found[COLUMNS[9:]]) == pytest.approx(as_pooled(dataset), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("dataset", [LIVE, AWKWARD], ids=lambda dataset: dataset.name)
def test_pooled_columns_are_those_of_pool(dataset: Dataset) -> None:
    k = len(dataset)
    inside = np.array(list(itertools.product((0.0, 1.0), repeat=k)))[1 :: 7 if k > 6 else 1]
    with np.errstate(divide="raise", over="raise"):
        found = pooled(dataset, inside)
    for i, row in enumerate(inside):
        names = tuple(itertools.compress(dataset.study_names, row))
        own = [found[key][i] for key in COLUMNS[9:]]
        assert own == pytest.approx(as_pooled(dataset.trials(names)), rel=1e-9, nan_ok=True), names


def test_the_published_choice_among_all_ways_of_dropping_three(every) -> None:
    """Of 84, four give P < 0.05; the paper's is one of them, ninth by odds ratio:
    confirmed by ``pool`` one by one.
    """
    dropped = leave_k_out(every, 3)
    assert len(dropped) == 84
    assert (dropped["pooled_p"] < 0.05).sum() == 4
    where = standing(every, LIVE.trials("published").study_names)
    assert (where["subsets"], where["significant"], where["rank_pooled_or"]) == (84, 4, 9)
    six = [
        pool(LIVE.trials(names), method="revman-random")
        for names in itertools.combinations(LIVE.study_names, 6)
    ]
    published = pool(LIVE.trials("published"), method="revman-random")
    assert sum(found.p_value < 0.05 for found in six) == 4
    assert sum(found.estimate > published.estimate + 1e-9 for found in six) == 8
    assert where["pooled_p"] == pytest.approx(published.p_value)
    (left,) = dropped.loc[dropped["trials"] == "; ".join(LIVE.trials("published").study_names), "left_out"]
    assert left == "Branch 2000; Dendrinos 2009; Triolo 2003"


def test_the_trial_that_carries_the_conclusion(every) -> None:
    found = carrying_trials(every)
    first = found.iloc[0]
    assert first["trial"] == "Stricker 2000"
    assert len(found) == 9
    without = fit(LIVE.trials("-Stricker 2000"), Model())["mu"]
    assert first["prob_or_gt_1_without"] == pytest.approx(without.prob_above(0.0), abs=1e-3)
    assert first["prob_change"] == pytest.approx(
        without.prob_above(0.0) - fit(LIVE, Model())["mu"].prob_above(0.0), abs=2e-3
    )


def test_subsets_of_one_size_and_awkward_tables() -> None:
    found = subsets(AWKWARD, Model("hypergeometric"))
    assert len(found) == 63
    nothing = found[found["k"] == 0]
    assert set(nothing["trials"]) >= {"nobody", "no events", "nobody; no events", "only events"}
    assert nothing["or_median"].isna().all()
    assert found.loc[found["k"] > 0, "or_median"].notna().all()
    assert found.loc[found["k"] > 0, "numerical_error"].max() < 1e-3
    three = subsets(AWKWARD, Model("hypergeometric"), size=3)
    assert len(three) == 20
    same = found.set_index("trials").loc[three["trials"]]
    assert list(three["or_median"]) == pytest.approx(list(same["or_median"]), rel=1e-3, nan_ok=True)
    assert len(leave_k_out(found, 5)) == 6


def test_too_many_subsets_are_refused_with_their_number() -> None:
    many = Dataset(tuple(Study(f"trial {i}", 3 + i % 5, 20, 4, 21) for i in range(24)))
    with pytest.raises(
        DataError, match=r"24 trials have 16,777,215 subsets, more than 200,000; .* \(1 to 6, or 18 to 24\)"
    ):
        subsets(many)
    assert len(subsets(many, size=23)) == 24
    with pytest.raises(DataError, match="2,704,156 subsets of 12"):
        subsets(many, size=12)
    with pytest.raises(DataError, match="between 1 and 9"):
        subsets(LIVE, size=10)


def test_of_thousands_of_trials_the_number_of_subsets_is_given_by_its_size() -> None:
    many = Dataset(tuple(Study(f"trial {i}", 3 + i % 5, 20, 4, 21) for i in range(15_000)))
    with pytest.raises(DataError, match=r"about 10\^4,515 subsets, more .*--leave-one-out") as refused:
        subsets(many)
    assert len(str(refused.value)) < 400
    with pytest.raises(DataError, match=r"of 7, more than .* \(15,000, all of them\)"):
        subsets(many, size=7)
    with pytest.raises(DataError, match=r"found 15,000 trials; up to 5,000"):
        without_each(many)
    with pytest.raises(DataError, match=r"found 15,000 trials; up to 5,000"):
        accumulated(many)
    long = Dataset(tuple(Study(f"{i} {'x' * 10_000}", 3, 20, 4, 21) for i in range(400)))
    with pytest.raises(DataError, match="shorter names"):
        without_each(long)


def test_what_the_small_functions_refuse(every) -> None:
    import pandas as pd

    with pytest.raises(DataError, match="must lie between 0 and 8"):
        leave_k_out(every, 9)
    with pytest.raises(DataError, match="holds 0 of the 84"):
        leave_k_out(subsets(LIVE, size=2), 3)
    wide = every.head(1)
    wide.attrs = {"studies": tuple(f"trial {i}" for i in range(400))}
    with pytest.raises(DataError, match=r"holds 0 of the about 10\^119 subsets"):
        leave_k_out(wide, 200)
    with pytest.raises(DataError, match="does not come from subsets"):
        carrying_trials(pd.DataFrame({"trials": ["a"]}))
    with pytest.raises(DataError, match="not one of the subsets"):
        standing(every, ["Branch 2000", "nobody"])
    with pytest.raises(ModelError, match="bivariate: a model of the family bivariate"):
        subsets(LIVE, "bivariate")


def points(chart, layer: int) -> list[list[float]]:
    """Where the marks of a layer are, in pixels from the upper left corner."""
    document = chart.to_dict()
    records = document["datasets"][document["layer"][layer]["data"]["name"]]
    return [[record["x"], record["y"]] for record in records[::3]]


def test_the_map_draws_every_subset_and_marks_one(every) -> None:
    chart = plot_subsets(every, marked=LIVE.trials("published").study_names)
    without, inside = points(chart, 1), points(chart, 2)
    assert (len(without), len(inside)) == (255, 256)
    axes = chart.to_dict()["layer"][0]["encoding"]
    (low, high), (left, right) = axes["x"]["scale"]["domain"], axes["x"]["scale"]["range"]
    published = every[every["trials"] == "; ".join(LIVE.trials("published").study_names)].iloc[0]
    x = left + (right - left) * math.log(published["or_median"] / low) / math.log(high / low)
    (top, bottom), scale = axes["y"]["scale"]["range"], axes["y"]["scale"]["domain"]
    y = top + (bottom - top) * published["tau_median"] / scale[1]
    document = chart.to_dict()
    ring = next(each for each in document["layer"] if each["mark"].get("type") == "point")
    marked = document["datasets"][ring["data"]["name"]]
    assert [marked[0]["x"], marked[0]["y"]] == pytest.approx([x, y], abs=0.26)
    assert len(svg_file(chart, "map")) <= 30_000
    classical = plot_subsets(every, against="i2", colour_by="Yamada 2022")
    drawn = sum(len(points(classical, layer)) for layer in (1, 2))
    assert drawn == int(every[["pooled_or", "i2"]].notna().all(axis=1).sum())
    with pytest.raises(DataError, match="did you mean 'Stricker 2000'"):
        plot_subsets(every, colour_by="Striker 2000")
    with pytest.raises(DataError, match="must be 'tau' or 'i2'"):
        plot_subsets(every, against="q")  # type: ignore[arg-type]


def test_the_ranked_strip_sets_the_published_and_the_significant_apart(every) -> None:
    chart = plot.standing(every, LIVE.trials("published").study_names)
    assert [len(points(chart, layer)) for layer in (1, 3, 5)] == [80, 3, 1]
    (place,) = points(chart, 5)
    assert place[0] == pytest.approx(8.5 * 600 / 84, abs=0.26)  # number 9 of 84
    alone = plot.standing(subsets(AWKWARD, size=1), ["large"], label="large")
    assert sum(len(points(alone, layer)) for layer in (1, 3, 5)) == 3  # those that can be pooled
    assert svg_file(alone.altair, "strip").count("large") == 3  # in the key, and with its halo
    with pytest.raises(DataError, match="not a choice of the trials"):
        plot.standing(every, ["nobody"])


def test_rows_with_a_large_stated_error_are_fitted_on_grids_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import bayes_ivig.analyses.trials.subsets as home

    plain = subsets(LIVE, size=8)
    monkeypatch.setattr(home, "LARGEST_ERROR", float(plain["numerical_error"].median()))
    found = subsets(LIVE, size=8)
    again = plain["numerical_error"] > home.LARGEST_ERROR
    assert 0 < again.sum() < 9
    for row in found[again].to_dict("records"):
        posterior = fit(LIVE.trials(row["trials"].split("; ")), Model())
        # Two computations of one number: with shaken last bits they may differ by some 1e-14, never by
        # what a grid does, 1e-6.
        assert row["or_median"] == pytest.approx(math.exp(posterior["mu"].quantile(0.5)), rel=1e-12)
        assert row["numerical_error"] >= dict(posterior.diagnostics.numbers)["error.mu"]
    assert found[~again].equals(plain[~again])


@pytest.mark.parametrize("baseline", ["control", "midpoint"])
def test_significant_and_convincing_choices_are_counted_by_plain_fits_in_both_directions(
    baseline: str,
) -> None:
    """Of the 84 choices of six: P < 0.05 in 4, P(OR > 1) >= 0.975 in 11 whichever baseline;
    none the other way round.
    """
    model = Model(baseline=baseline)
    published = LIVE.trials("published").study_names
    where = standing(subsets(LIVE, model, size=6), published)
    kinds = ("significant_above", "significant_below", "convincing_above", "convincing_below")
    assert tuple(where[kind] for kind in kinds) == (4, 0, 11, 0)
    chances = {
        names: float(fit(LIVE.trials(list(names)), model)["mu"].prob_above(0.0))
        for names in itertools.combinations(LIVE.study_names, 6)
    }
    assert sum(chance >= 0.975 for chance in chances.values()) == 11
    assert where["prob_or_gt_1"] == pytest.approx(chances[published], abs=1e-4)
    deaths = standing(subsets(LIVE.complement(), model, size=6), published)
    assert (
        tuple(deaths[kind] for kind in kinds) == (0, 4, 0, 11)
        if baseline == "midpoint"
        else deaths["significant_below"] == 4
    )


def test_a_threshold_does_not_hang_on_the_last_bits() -> None:
    noise = np.array([-1e-9, 0.0, 1e-9, math.nan])
    assert list(significant(0.05 + noise)) == [False] * 4
    assert list(significant([0.0499, 0.0501])) == [True, False]
    assert (
        list(convincing_above(0.975 + noise))
        == list(convincing_below(0.025 + noise))
        == [True, True, True, False]
    )
    assert list(convincing_above([0.9749, 0.9751])) == [False, True]
    assert list(convincing_below([0.0249, 0.0251])) == [True, False]


def test_equal_choices_share_a_rank() -> None:
    same = [Study(f"copy {i}", 12, 40, 6, 41) for i in range(3)]
    frame = subsets(Dataset((*same, Study("small", 1, 40, 2, 41))), size=1)
    frame["pooled_or"] *= 1 + np.array([1e-15, 0.0, -1e-15, 0.0])
    assert {standing(frame, [study.name])["rank_pooled_or"] for study in same} == {1}
    assert standing(frame, ["small"])["rank_or_median"] == 4
