"""Every result of the public functions as a table and as text."""

import inspect
import typing
from functools import cache
from types import UnionType
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from report_cases import BAD_EVENT, THREE, own

import bayes_ivig as bi
from bayes_ivig.reporting import any_result as asking
from bayes_ivig.reporting.trials.classes_chart import classes_alternative
from bayes_ivig.results.marginals.marginal import DrawsMarginal
from bayes_ivig.results.other_models.joint_outcome import TermEffects

NO_RESULTS = (  # what public functions return besides results: inputs, priors, charts, pages, plain values
    "bayes_ivig.inputs", "bayes_ivig.priors", "altair", "pandas", "pathlib", "builtins", "typing",
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
            if isinstance(hint, str) and ("alt." in hint or "pd." in hint):
                continue
            for kind in returned(eval(hint, names) if isinstance(hint, str) else hint):
                if not getattr(kind, "__module__", "typing").startswith(NO_RESULTS):
                    found.add(kind)
    assert len(found) > 20
    assert found <= set(members(asking.Result))


@cache
def posterior():
    return bi.fit(TABLE, bi.Model())


@cache
def results():
    """One result of each kind that is quickly made, by the name of its class."""
    live, harm = bi.load_dataset("ivig", "live_birth"), bi.load_dataset("ivig", "obstetric_complication")
    pooled = bi.pool(TABLE, method="dl")
    draws = DrawsMarginal(np.random.default_rng(1).normal(size=(2, 500)))
    found = [
        posterior(), posterior()["mu"], pooled, bi.audit("ivig"), bi.average_models(TABLE),
        bi.benefit(posterior()), bi.by_class(TABLE, "design"), bi.contrast(TABLE, "design"),
        bi.control_risk(TABLE), bi.credibility(1.0, 0.4), bi.fragility(TABLE, method="dl"), bi.funnel(TABLE),
        bi.small_study_test(TABLE), bi.loo(posterior()), bi.power_scaling(posterior()),
        bi.tipping_grid(posterior()), bi.tipping_point(posterior()), posterior().influence(),
        bi.compare_models({"one": posterior(), "other": bi.fit(TABLE, bi.Model(mu="normal(0, 1)"))}),
        bi.benefit_harm(bi.fit(live, bi.Model()), bi.fit(harm, bi.Model())),
        bi.bayesian_fragility(posterior()), bi.prior_predictive_check(TABLE, bi.Model()),
        bi.posterior_predictive_check(posterior()), bi.check_model(posterior()),
        bi.how_much_prior(posterior()), own(THREE, BAD_EVENT), posterior().leave_one_out(),
        bi.benefit({"a": posterior(), "b": posterior()}),
        TermEffects(0.5, 0.1, draws, draws, draws, draws, draws, True),
    ]  # fmt: skip
    return {type(each).__name__: each for each in found}


SEEN = (
    "Posterior", "GridMarginal", "PooledEstimate", "Audit", "ModelAverage", "Benefit", "Benefits",
    "BenefitHarm", "ByClass", "Contrast", "ControlRisk", "Credibility", "Fragility", "Funnel",
    "SmallStudyTest", "LeaveOneOut", "PowerScaling", "TippingGrid", "TippingPoint", "Influence",
    "ModelComparison", "BayesianFragility", "PriorCheck", "PosteriorCheck", "ModelCheck", "HowMuchPrior",
    "Reanalysis", "PosteriorSeries", "TermEffects",
)  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_a_result_is_a_table_and_a_text(name):
    result = results()[name]
    table, text = bi.table(result), bi.text(result)
    assert isinstance(table, pd.DataFrame)
    assert table.shape[1] > 0
    assert len(table) > 0 or name == "Fragility"
    assert len(text.splitlines()) > 1 or len(table) == 0
    assert text == text.rstrip() + ("\n" if name == "Reanalysis" else "")


def test_tables_hold_the_numbers_of_the_results():
    pooled = results()["PooledEstimate"]
    last = bi.table(pooled).set_index("study").loc["pooled"]
    assert (last["estimate"], last["ci_upper"]) == (pooled.estimate, pooled.ci_upper)
    found = bi.table(results()["Reanalysis"], level=0.9).set_index(["outcome", "trials"]).loc[("", "all")]
    assert found["median"] == pytest.approx(float(posterior()["mu"].quantile(0.5)), abs=1e-9)
    assert (found["lower_0.9"], found["upper_0.9"]) == pytest.approx(
        posterior()["mu"].interval(0.9), abs=1e-9
    )
    row = bi.table(posterior()["tau"], level=0.5).iloc[0]
    assert (row["mean"], row["lower_0.5"]) == (posterior()["tau"].mean, posterior()["tau"].interval(0.5)[0])
    left_out = bi.table(bi.leave_one_out(TABLE, method="dl"))
    assert list(left_out["study"]) == ["A", "B", "C"]
    assert left_out["estimate"][1] == bi.pool(TABLE.trials("-B"), method="dl").estimate
    assert len(bi.table(bi.funnel(TABLE))) == 3
    average = bi.table(results()["ModelAverage"]).set_index(["over", "quantity"])
    assert average.loc[("averaged", "mu"), "mean"] == results()["ModelAverage"].averaged["mu"].mean


def test_texts_are_those_of_the_command_or_the_table_in_columns():
    assert "Details" in bi.text(posterior())
    assert bi.text(results()["Audit"]).startswith(bi.text(results()["Audit"], width=60)[:10])
    lines = bi.text(bi.credibility(1.0, 0.4)).splitlines()
    assert lines[0] == "Credibility"
    assert lines[2].split()[:2] == ["estimate", "standard"]
    assert "0.4" in lines[3]
    frame = bi.compare_priors(TABLE, mu="normal(0, 1)", tau="half_normal(0.5)")
    assert bi.table(frame) is frame
    assert f"{frame['or_q50'][0]:.4g}" in bi.text(frame)


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
    found = bi.contrast(TABLE, "design", bi.Model(baseline="midpoint"))
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
    before = flat(bi.text(bi.contrast(TABLE, "design", difference="independent", stated_before=True)))
    assert "comparison: stated before the results were known" in before
    assert "every class with the prior of mu by itself" in before
    assert "post hoc" not in before


def test_the_prior_of_differences_stands_in_the_text_of_classes_too():
    told = flat(bi.text(results()["ByClass"]))
    assert "the log of every ratio ~ student_t(4, 0, 0.5)" in told
    assert "post hoc" in told


def test_ratios_with_a_class_that_cannot_tell_the_arms_apart_are_marked():
    apart = bi.contrast(SILENT_CLASS, "kind")
    assert (
        apart.fewest_informative("x"),
        apart.fewest_informative("y"),
        apart.fewest_informative("x", "y"),
    ) == (0, 2, 0)
    assert "x / y (nothing learnt)" in bi.text(apart)
    assert "nothing learnt" not in bi.text(results()["Contrast"])
    by_class = bi.by_class(SILENT_CLASS, "kind")
    told = flat(bi.text(by_class))
    assert told.count("y / x (nothing learnt)") == 2  # under the stated prior, and with independent means
    assert "nothing learnt" not in flat(bi.text(results()["ByClass"]))
    assert "y over x (nothing learnt)" in classes_alternative(by_class)


def test_rows_keep_their_names_where_the_column_of_names_has_none():
    lines = bi.text(bi.table(results()["Contrast"])).splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == ["a", "b", "a / b"]


@pytest.mark.parametrize("wrong", [None, 3, "x", (), (1, 2), TABLE])
def test_what_is_no_result_is_refused(wrong):
    with pytest.raises(TypeError, match="is no result of this package"):
        bi.table(wrong)
    with pytest.raises(TypeError, match="is no result of this package"):
        bi.text(wrong)
