"""Every result of the public functions as a table and as text."""

import inspect
import typing
from types import UnionType
from typing import get_args

import numpy as np
import pytest
from report_cases import THREE
from result_examples import example

import bayes_ivig as bi
from bayes_ivig.reporting import any_result as asking
from bayes_ivig.reporting.trials.classes_chart import classes_alternative

pytestmark = pytest.mark.slow

NO_RESULTS = (  # what public functions return besides results: inputs, priors, charts, pages, plain values
    "bayes_ivig.inputs", "bayes_ivig.priors", "bayes_ivig.reporting.figures", "bayes_ivig.reporting.drawing",
    "altair", "pandas", "pathlib", "builtins", "typing",
)  # fmt: skip
TABLE = bi.Dataset(tuple(bi.Study(*row) for row in THREE), columns=(("design", ("a", "a", "b")),))


def members(union):
    """The classes of a union, of unions inside it too."""
    parts = get_args(union.__value__ if isinstance(union, typing.TypeAliasType) else union)
    return [
        each
        for part in parts
        for each in (members(part) if isinstance(part, typing.TypeAliasType) else [part])
    ]


def returned(hint):
    """The classes that a return annotation names."""
    if isinstance(hint, typing.TypeAliasType):
        return returned(hint.__value__)
    if isinstance(hint, UnionType) or typing.get_origin(hint) in (tuple, dict):
        return [each for part in get_args(hint) if part is not Ellipsis for each in returned(part)]
    return [hint]


def test_the_union_holds_every_result_of_a_public_function():
    found = set()
    groups = [value for name in dir(bi) if inspect.ismodule(value := getattr(bi, name))]
    for function in [getattr(place, name) for place in (bi, *groups) for name in dir(place)]:
        if inspect.isfunction(function) and function.__module__ != "bayes_ivig.errors":
            names = dict(vars(inspect.getmodule(function)))
            hint = function.__annotations__["return"]
            if isinstance(hint, str) and any(each in hint for each in ("alt.", "pd.", "pymc.")):
                continue
            for kind in returned(eval(hint, names) if isinstance(hint, str) else hint):
                if not getattr(kind, "__module__", "typing").startswith(NO_RESULTS):
                    found.add(kind)
    assert len(found) > 20
    assert found <= set(members(asking.Result))


def test_tables_hold_the_numbers_of_the_results():
    pooled, posterior = example("PooledEstimate"), example("Posterior")
    last = bi.table(pooled).set_index("study").loc["pooled"]
    assert (last["estimate"], last["ci_upper"]) == (pooled.estimate, pooled.ci_upper)
    found = bi.table(example("Reanalysis"), level=0.9).set_index(["outcome", "trials"]).loc[("", "all")]
    assert found["mu_median"] == pytest.approx(float(posterior["mu"].quantile(0.5)), abs=1e-9)
    assert (found["mu_lower"], found["mu_upper"]) == pytest.approx(posterior["mu"].interval(0.9), abs=1e-9)
    row = bi.table(posterior["tau"], level=0.5).iloc[0]
    assert (row["mean"], row["lower"]) == (posterior["tau"].mean, posterior["tau"].interval(0.5)[0])
    left_out = bi.table(bi.classical.leave_one_out(TABLE, method="dl"))
    assert list(left_out["study"]) == ["A", "B", "C"]
    assert left_out["estimate"][1] == bi.pool(TABLE.trials("-B"), method="dl").estimate
    assert len(bi.table(bi.classical.funnel(TABLE))) == 3
    average = bi.table(example("ModelAverage")).set_index(["over", "quantity"])
    assert average.loc[("averaged", "mu"), "mean"] == example("ModelAverage").averaged["mu"].mean


def test_a_result_of_one_row_is_a_list_of_what_it_holds():
    lines = bi.text(bi.tipping.credibility(1.0, 0.4)).splitlines()
    assert lines[0] == "Credibility"
    assert [line.split() for line in lines[2:4]] == [["estimate", "1"], ["standard", "error", "0.4"]]


def test_rows_keep_their_names_though_their_column_has_none():
    lines = bi.text(example("ReconstructionPosterior")).splitlines()
    assert [line.split()[0] for line in lines[3:]] == ["prob_or_gt_1", "or_lower", "or_median", "or_upper"]
    rows = example("Contrast").to_dict()["rows"]
    assert [row["group"] for row in rows] == ["a", "b", "a / b"]


def test_a_table_stays_what_it_is_and_is_shown_in_columns():
    frame = example("PriorComparison").frame
    assert bi.table(frame) is frame
    lines = bi.text(frame).splitlines()
    assert len(lines) == len(frame) + 1
    assert [f"{value:.4g}" in line for value, line in zip(frame["or_median"], lines[1:], strict=True)] == [
        True
    ] * 2


SILENT_CLASS = bi.Dataset(
    (
        bi.Study("A", 0, 50, 0, 200),
        bi.Study("B", 0, 40, 0, 41),
        bi.Study("C", 2, 40, 3, 41),
        bi.Study("D", 5, 80, 1, 78),
    ),
    columns=(("kind", ("x", "x", "y", "y")),),
)


def flat(lines):
    return " ".join(lines.split())


def test_a_contrast_names_its_classes_and_states_prior_and_timing():
    found = bi.trials.contrast(TABLE, "design", bi.Model(baseline="midpoint"))
    rows = bi.text(found).splitlines()
    median = np.exp(float(found.difference("a", "b").quantile(0.5)))
    assert next(line.split()[3] for line in rows if line.startswith("a / b ")) == f"{median:.2f}"
    assert [line.split()[1] for line in rows if line.startswith(("a  ", "b  "))] == ["2", "1"]
    told = flat(bi.text(found, width=70))
    assert "- a: A, B - b: C - " in told
    # t4: 0.5 * 2.776 = log 4.01
    assert "the log of every ratio ~ student_t(4, 0, 0.5) (95% of ratios 0.25 to 4.01)" in told
    assert "post hoc: nothing says that the comparison was stated before" in told
    assert all(len(line) <= 70 for line in bi.text(found, width=70).splitlines())
    before = flat(bi.text(bi.trials.contrast(TABLE, "design", difference="independent", stated_before=True)))
    assert "comparison: stated before the results were known" in before
    assert "every class with the prior of mu by itself" in before
    assert "post hoc" not in before


def test_the_prior_of_differences_stands_in_the_text_of_classes_too():
    told = flat(bi.text(example("ByClass")))
    assert "the log of every ratio ~ student_t(4, 0, 0.5)" in told
    assert "post hoc" in told


def test_ratios_with_a_class_that_cannot_tell_the_arms_apart_are_marked():
    apart = bi.trials.contrast(SILENT_CLASS, "kind")
    assert (
        apart.fewest_informative("x"),
        apart.fewest_informative("y"),
        apart.fewest_informative("x", "y"),
    ) == (0, 2, 0)
    assert "x / y (nothing learnt)" in bi.text(apart)
    assert "nothing learnt" not in bi.text(example("Contrast"))
    by_class = bi.trials.by_class(SILENT_CLASS, "kind")
    told = flat(bi.text(by_class))
    assert told.count("x / y (nothing learnt)") == 2  # under the stated prior, and with independent means
    assert "nothing learnt" not in flat(bi.text(example("ByClass")))
    assert "x over y (nothing learnt)" in classes_alternative(by_class)


def test_rows_keep_their_names_where_the_column_of_names_has_none():
    lines = bi.text(bi.table(example("Contrast"))).splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == ["a", "b", "a / b"]


@pytest.mark.parametrize("wrong", [None, 3, "x", (), (1, 2), TABLE])
def test_what_is_no_result_is_refused(wrong):
    with pytest.raises(TypeError, match=r"result.* is .*; it must be a |no result of this package"):
        bi.table(wrong)
    with pytest.raises(TypeError, match=r"result.* is .*; it must be a |no result of this package"):
        bi.text(wrong)
