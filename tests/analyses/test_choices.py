"""Trials left out, trials coming in and classes of trials, each against a plain fit of the same question."""

import itertools
import math

import numpy as np
import pytest

from bayes_ivig import Dataset, Model, Study, fit, load_dataset, pool
from bayes_ivig.analyses.trials.one_by_one import LARGEST, every_choice
from bayes_ivig.analyses.trials.subsets import ambiguous
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.characteristics.classes import class_columns, classes
from bayes_ivig.trials import accumulated, by_class, contrast, standing, subsets, without_each

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
MODEL = Model()
PUBLISHED = LIVE.trials("published").study_names
AWKWARD = Dataset(
    (
        Study("nobody", 3, 9, 0, 0),
        Study("no events", 0, 20, 0, 22),
        Study("only events", 7, 7, 9, 9),
        Study("O'Brien, <b>1</b>", 22, 24, 0, 7),
        Study("large", 150_000, 1_000_000, 140_000, 1_000_000),
    ),
    name="awkward",
    columns=(("kind", ("a", "b", "a", "", "b")), ("year", ("2001", "1999", "2001", "1990", "2010"))),
)


def as_fitted(row, dataset: Dataset, model: Model = MODEL) -> None:
    """The numbers of a row are those of a plain fit and of the pooling of that dataset."""
    posterior = fit(dataset, model)
    assert [row["or_lower"], row["or_median"], row["or_upper"]] == pytest.approx(
        np.exp(posterior["mu"].quantile([0.025, 0.5, 0.975])), rel=1e-3
    )
    assert row["prob_or_gt_1"] == pytest.approx(posterior["mu"].prob_above(0.0), abs=1e-5)
    assert row["tau_median"] == pytest.approx(posterior["tau"].quantile(0.5), rel=1e-3)
    assert row["k"] == posterior.k
    pooled = pool(dataset, method="revman-random")
    found = [pooled.ratio.estimate, pooled.ratio.lower, pooled.ratio.upper, pooled.p_value, pooled.i2]
    own = [row[name] for name in ("pooled_or", "pooled_ci_lower", "pooled_ci_upper", "pooled_p", "i2")]
    assert own == pytest.approx(
        [math.nan if value is None else value for value in found], nan_ok=True, rel=1e-9, abs=1e-9
    )


@pytest.fixture(scope="module")
def choices():
    return every_choice(fit(LIVE, MODEL), PUBLISHED)


def test_without_each_is_a_plain_fit_without_it() -> None:
    found = without_each(LIVE)
    assert list(found["left_out"]) == ["none", *LIVE.study_names]
    as_fitted(found.iloc[0], LIVE)
    for name in ("Stricker 2000", "Branch 2000"):
        row = found.set_index("left_out").loc[name]
        as_fitted(row, LIVE.trials([each for each in LIVE.study_names if each != name]))
        assert row["prob_change"] == pytest.approx(row["prob_or_gt_1"] - found["prob_or_gt_1"][0])
        assert row["or_ratio"] == pytest.approx(row["or_median"] / found["or_median"][0])
    told = fit(LIVE, MODEL).influence()
    assert list(found["weight"][1:]) == pytest.approx([row.weight for row in told.studies])
    assert math.isnan(found.set_index("left_out").loc["Branch 2000", "predictive_p"])
    posterior = fit(LIVE, Model("hypergeometric"))
    of_posterior = without_each(posterior).set_index("left_out").loc["Heilmann 2001"]
    as_fitted(of_posterior, LIVE.trials("-Heilmann 2001"), posterior.model)


def test_trials_come_in_by_a_column_an_order_or_the_table() -> None:
    found = accumulated(LIVE, by="year")
    assert list(found["year"]) == sorted(found["year"])
    assert found["added"][0] == "Branch 2000"
    for i in (0, 4, 8):
        as_fitted(found.iloc[i], LIVE.trials(list(found["added"][: i + 1])))
    assert list(accumulated(LIVE)["added"]) == list(LIVE.study_names)
    own = accumulated(AWKWARD, order=["large", "no events"])
    assert list(own["trials"]) == ["large", "no events; large"]
    assert list(accumulated(AWKWARD, by="year")["added"]) == [AWKWARD.study_names[i] for i in (3, 1, 0, 2, 4)]
    with pytest.raises(DataError, match="did you mean 'year'"):
        accumulated(LIVE, by="yaer")


def test_of_84_ways_of_dropping_three_the_published_one_is_ninth_of_four_significant(choices) -> None:
    """Counted anew with one pooling at a time."""
    six = {
        names: pool(LIVE.trials(list(names)), method="revman-random")
        for names in itertools.combinations(LIVE.study_names, 6)
    }
    own = six[tuple(name for name in LIVE.study_names if name in PUBLISHED)]
    ratios = [each.ratio.estimate for each in six.values()]
    assert choices.standing["subsets"] == len(six) == 84
    assert choices.standing["significant"] == sum(each.p_value < 0.05 for each in six.values()) == 4
    assert choices.standing["rank_pooled_or"] == 1 + sum(ratio > own.ratio.estimate for ratio in ratios) == 9
    assert choices.standing["pooled_p"] == pytest.approx(own.p_value)


def test_the_choices_of_a_report_are_those_of_the_small_functions(choices) -> None:
    one = without_each(LIVE)
    assert list(choices.without["or_median"]) == pytest.approx(list(one["or_median"]), rel=1e-4)
    assert list(choices.cumulative["or_median"]) == pytest.approx(
        list(accumulated(LIVE, by="year")["or_median"]), rel=1e-4
    )
    assert choices.order == "year"
    assert list(choices.published_without["left_out"]) == [
        "none",
        *(n for n in LIVE.study_names if n in PUBLISHED),
    ]
    as_fitted(choices.published_without.iloc[1], LIVE.trials([n for n in PUBLISHED if n != "Heilmann 2001"]))
    assert len(choices.pairs) == 36
    assert [found.column for found in choices.classes] == ["randomised", "comparator_class", "apl_share >= 1"]


def test_beyond_ten_trials_subsets_are_left_out_and_the_rest_is_there() -> None:
    many = Dataset(tuple(Study(f"trial {i}", 3 + i % 5, 20 + i, 4 + i % 3, 21) for i in range(LARGEST + 1)))
    found = every_choice(fit(many, MODEL), ("trial 1", "trial 2"))
    assert found.every is None
    assert found.standing is None
    assert found.pairs is None
    assert (len(found.without), len(found.cumulative), len(found.published_without)) == (12, 11, 3)
    as_fitted(found.without.iloc[1], many.trials("-trial 0"))
    as_fitted(found.published_without.iloc[0], many.trials(["trial 1", "trial 2"]))


def test_too_few_trials_have_no_choices_and_names_in_names_no_list() -> None:
    assert every_choice(fit(AWKWARD.trials(["nobody", "large", "no events"]), MODEL)) is None
    names = ("A", "B", "A; B", "C")
    mixed = Dataset(tuple(Study(name, 3 + i, 20, 4, 21) for i, name in enumerate(names)))
    assert ambiguous(names) == "A"
    assert ambiguous(("A; B", "C; D", "E")) == ""
    assert every_choice(fit(mixed, MODEL)).every is None
    with pytest.raises(DataError, match="trial 'A' is also a part of another name"):
        subsets(mixed)


def test_a_choice_that_cannot_be_pooled_has_no_rank() -> None:
    singles = subsets(AWKWARD, size=1)
    found = standing(singles, ["no events"])
    assert math.isnan(found["rank_pooled_or"])
    assert math.isnan(found["pooled_p"])
    own = float(np.exp(fit(AWKWARD.trials(["no events"]), MODEL)["mu"].quantile(0.5)))
    assert found["rank_or_median"] == 1 + int((singles["or_median"] > own * 1.001).sum())


def test_classes_by_themselves_and_their_ratios() -> None:
    found = by_class(LIVE, "randomised")
    assert found.contrast.groups["yes"] == LIVE.trials("randomised").study_names
    as_fitted(found.alone.iloc[0], LIVE.trials("randomised"))
    plain = contrast(LIVE, dict(found.contrast.groups))
    ratios = {name: marginal for name, base, marginal in found.differences() if base == "yes"}
    assert list(ratios) == ["no", "unclear"]
    assert ratios["no"].quantile(0.5) == pytest.approx(-plain.difference("yes", "no").quantile(0.5))
    assert ratios["no"].prob_above(0.0) == pytest.approx(plain.difference("yes", "no").prob_below(0.0))
    paired = {(a, b): marginal for a, b, marginal in found.with_largest()}
    assert list(paired) == [("yes", "no"), ("yes", "unclear")]
    assert paired["yes", "no"].quantile(0.5) == pytest.approx(plain.difference("yes", "no").quantile(0.5))
    wide = {(a, b): marginal for a, b, marginal in found.with_largest(wide=True)}
    assert wide["yes", "no"] is found.independent.differences["yes", "no"]
    table = found.table().set_index("class")
    assert table.loc["yes / no", "shared_prob_gt_1"] == pytest.approx(
        plain.difference("yes", "no").prob_above(0.0)
    )
    assert table.loc["yes", "or_median"] == pytest.approx(
        np.exp(fit(LIVE.trials("randomised"), MODEL)["mu"].quantile(0.5)), rel=1e-4
    )
    assert table.loc["yes / no", "k"] == 8


def test_what_stays_aside_of_classes() -> None:
    found = by_class(AWKWARD, "kind")
    assert list(found.contrast.groups) == ["a", "b"]
    assert found.aside == ("O'Brien, <b>1</b>",)
    with pytest.raises(DataError, match="needs two classes of trials that say something, found 'b'"):
        by_class(AWKWARD, "kind", Model("hypergeometric"))
    with pytest.raises(ModelError, match="does not exist"):
        by_class(LIVE, "comparator_class", Model("hypergeometric", mu="flat()"))


def test_columns_that_make_classes() -> None:
    assert classes(AWKWARD, "year >= 2001") == {
        "year >= 2001": ("nobody", "only events", "large"),
        "year < 2001": ("no events", "O'Brien, <b>1</b>"),
    }
    assert classes(LIVE, "apl_share >= 1")["apl_share < 1"] == (
        "Heilmann 2001",
        "Perricone 2008",
        "Stricker 2000",
        "Yamada 2022",
    )
    with pytest.raises(DataError, match="found 'a', which is no number"):
        classes(AWKWARD, "kind >= 2")
    with pytest.raises(DataError, match="did you mean 'kind'"):
        classes(AWKWARD, "kin >= 2")
    assert class_columns(LIVE) == ("randomised", "comparator_class", "apl_share >= 1")
    assert class_columns(AWKWARD) == ("kind",)
    of = {
        "status": "aabbb", "blind": "01011", "dose": "12312", "many": "abcde", "one": "aaaaa",
        "note": "aabba", "x_status": "aabba",
    }  # fmt: skip
    described = Dataset(AWKWARD.studies, columns=tuple((name, tuple(cells)) for name, cells in of.items()))
    assert class_columns(described) == ("blind",)
