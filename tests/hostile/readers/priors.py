"""Priors as text: families, libraries, mixtures; statements to elicit them from; ratios as printed."""

import math
from pathlib import Path

import numpy as np
from edits import NUMBERS, hostile_cell, hostile_number, spoiled_text
from hypothesis import strategies as st
from registry import Reader
from rule import Case

import bayes_ivig as bi
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.composite import waits as waits_for_data
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.ratios.reading import read_printed

NUMBER = st.one_of(
    st.sampled_from(("0", "1", "-1", "0.5", "2.82", "10", "1e3", "4", "0.01", "1e-3")),
    st.floats(-20, 20).map(repr),
)
ANY_NUMBER = st.one_of(
    NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, st.sampled_from(NUMBERS), hostile_number
)
TWO = (
    "normal",
    "uniform",
    "logistic",
    "log_normal",
    "inverse_gamma",
    "half_student_t",
    "uniform_tau2",
    "log_normal_tau2",
)
ONE = (
    "half_normal",
    "half_cauchy",
    "exponential",
    "half_normal_tau2",
    "unit_information",
    "half_cauchy_tau2",
)
THREE = ("student_t", "log_student_t", "risk_ratio", "log_student_t_tau2")
WHOLE = (
    "flat()", "jeffreys()", "dumouchel()", "shrinkage()", 'optimistic("weak", 0.4)',
    'elicited("P(0.5 < OR < 4) = 0.95")',
    'risk_ratio(0.223, 0.113, "0.4 to 0.6")', 'evidence("OR 0.74, 95% CI 0.41-1.33")',
    'evidence("RR 1.02 (0.86 to 1.22)", baseline_risk=0.5, discount=0.5)',
    'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")', "normal(mean=0, sd=2)",
    'named("sceptical")',
    "zampieri()", "sceptical(2)", "enthusiastic(2)", 'pessimistic("strong", 0.5)',
    "mixture(0.8: normal(0.2, 0.3), 0.2: normal(0, 4))",
)  # fmt: skip


def call(name: str, *values: str) -> str:
    return f"{name}({', '.join(values)})"


simple = st.one_of(
    st.builds(call, st.sampled_from(TWO), ANY_NUMBER, ANY_NUMBER),
    st.builds(call, st.sampled_from(ONE), ANY_NUMBER),
    st.builds(call, st.sampled_from(THREE), ANY_NUMBER, ANY_NUMBER, ANY_NUMBER),
    st.sampled_from(WHOLE),
)
mixtures = st.recursive(
    simple,
    lambda part: st.builds(
        lambda weight, a, b: f"mixture({weight:g}: {a}, {1 - weight:g}: {b})",
        st.sampled_from((0.5, 0.25, 0.8, 0.0)),
        part,
        part,
    ),
    max_leaves=4,
)
deep = st.integers(1, 600).map(lambda depth: "mixture(1: " * depth + "normal(0, 1)" + ")" * depth)
prior_texts = st.one_of(simple, mixtures, mixtures, spoiled_text(mixtures, 2), spoiled_text(simple), deep,
st.builds(
    lambda name, cell: f'{name}("{cell}")', st.sampled_from(("evidence", "elicited", "named", "turner2012",
    "cochrane")), hostile_cell
))  # fmt: skip


def read_prior(folder: Path, case: Case) -> Prior:
    return parse_prior(case.arguments[0])


def prior_holds(prior: Prior) -> None:
    assert str(parse_prior(str(prior))) == str(prior)
    assert parse_prior(str(prior)) == prior
    if waits_for_data(prior) or not prior.proper:
        return
    at = np.array([1e-3, 0.3, 1.0, 4.0])
    density = np.asarray(prior.logpdf(at))
    assert not np.isnan(density).any() and not (density == math.inf).any()
    below = np.asarray(prior.cdf(at))
    assert ((below >= 0) & (below <= 1)).all() and (np.diff(below) >= -1e-9).all()
    quantiles = np.asarray(prior.quantile(np.array([0.025, 0.5, 0.975])))
    assert (quantiles[:-1] <= quantiles[1:]).all()


# Statements


VARIABLES = ("OR", "OR", "tau", "risk", "or")
statement = st.one_of(
    st.builds(
        lambda a, v, b, r, p: f"P({a} < {v} < {b}) {r} {p}",
        st.sampled_from(("0.5", "0.1", "0.2")), st.sampled_from(VARIABLES), st.sampled_from(("2", "4",
        "0.9", "1e3")),
        st.sampled_from(("=", "=", ":", "<=", ">=")), st.sampled_from(("0.95", "5%", "0.5", "95 %", "0.8")),
    ),
    st.builds(
        lambda v, side, a, r, p: f"P({v} {side} {a}) {r} {p}",
        st.sampled_from(VARIABLES), st.sampled_from(("<", ">", "<=", "≥")), st.one_of(st.sampled_from(("1",
        "2", "0.5", "0.8")), ANY_NUMBER),
        st.sampled_from(("=", "<=", ">=")), st.one_of(st.sampled_from(("0.05", "0.9", "20%", "0.5")),
        ANY_NUMBER),
    ),
    st.builds(lambda v, a: f"median({v}) = {a}", st.sampled_from(VARIABLES), st.sampled_from(("1", "1.3",
    "0.4"))),
)  # fmt: skip
SOUND = (
    "P(0.5 < OR < 4) = 0.95", "P(OR > 2) <= 0.05", "median(OR) = 1.3; P(OR < 1) = 20%",
    "P(tau > 1) = 0.05", "P(risk < 0.6) = 0.9; median(risk) = 0.4",
    "P(benefit) = 0.7; P(benefit > 2) = 0.1", "0.5 < OR < 2: 80%", "P(tau < 0.5) = 0.5; P(tau > 1) = 0.1",
    "P(OR < 0.8) = 5%",
)  # fmt: skip
sound = st.one_of(
    st.sampled_from(SOUND),
    st.builds(lambda a, b, p: f"P({a:.3g} < OR < {b:.3g}) = {p:.3g}", st.floats(0.05, 0.9), st.floats(1.1,
    30), st.floats(0.05, 0.99)),
    st.builds(lambda a, p: f"P(tau > {a:.3g}) = {p:.3g}", st.floats(0.01, 5), st.floats(0.01, 0.5)),
    st.builds(lambda a, m: f"median(OR) = {m:.3g}; P(OR > {a:.3g}) = 0.1", st.floats(0.5, 9),
    st.floats(0.3, 3)),
)  # fmt: skip
statements = st.one_of(sound, sound, sound, st.lists(statement, min_size=1, max_size=3).map("; ".join))
families = st.one_of(
    st.just(""),
    st.just(""),
    st.just(""),
    st.just(""),
    st.sampled_from(
        (
            "",
            "",
            "",
            "normal",
            "student_t(4)",
            "logistic",
            "half_normal",
            "log_normal",
            "half_cauchy",
            "exponential",
        )
    ),
    st.builds(lambda number: f"student_t({number})", ANY_NUMBER),
    hostile_cell,
)
benefits = st.sampled_from(("", "", "", "OR > 1", "OR < 1", "or<1.0", "benefit", "OR = 1"))


def read_statements(folder: Path, case: Case) -> Prior:
    stated, family, benefit = case.arguments
    return bi.priors.elicit(stated, family=family, benefit=benefit)


def statements_hold(prior: Prior) -> None:
    prior_holds(prior)
    for each in bi.priors.statements_met(prior):
        assert 0 <= each.given <= 1


# Ratios as printed

RATIOS = (
    "OR 0.74 (0.41 to 1.33)", "OR=0.74; 95% CI: 0.41-1.33", "RR 1.25 (95% CI 1.00, 1.56; P = .05)",
    "aOR 2.1 (90%: 1.1 to 4.0)",
    "0.74 [0.41; 1.33]", "0,74 (0,41 bis 1,33)", "log OR -0.30 (SE 0.30)", "log RR 0.22 (0.00 to 0.44)",
    "OR (95% CI): 0.74 (0.41-1.33)",
    "odds ratio 0·74, 95 % confidence interval 0·41 to 1·33", "RD 0.1 (0.0 to 0.2)", "HR 0.8 (0.7-0.9)",
    "Christiansen 2015",
)  # fmt: skip
ratios = st.one_of(
    st.sampled_from(RATIOS),
    spoiled_text(st.sampled_from(RATIOS), 2),
    st.builds(lambda a, b, c: f"OR {a} ({b} to {c})", ANY_NUMBER, ANY_NUMBER, ANY_NUMBER),
    st.builds(lambda m, x, s: f"{m} {x:.2f} ({x / s:.2f} to {x * s:.2f})", st.sampled_from(("OR", "RR",
    "")), st.floats(0.05, 20), st.floats(1.1, 5)),
    st.builds(lambda x, s: f"log OR {x:.2f} (SE {s:.2f})", st.floats(-9, 9), st.floats(0, 9)),
)  # fmt: skip


def read_ratio(folder: Path, case: Case) -> Prior:
    read_printed(case.arguments[0])
    return bi.priors.parse_prior(f'evidence("{case.arguments[0]}"{case.arguments[1]})')


READERS = (
    Reader("priors", prior_texts.map(lambda text: Case(arguments=(text,))), read_prior, prior_holds),
    Reader(
        "elicitation",
        st.builds(
            lambda text, family, benefit: Case(arguments=(text, family, benefit)),
            st.one_of(statements, statements, statements, spoiled_text(statements, 2)),
            families,
            benefits,
        ),
        read_statements,
        statements_hold,
    ),
    Reader(
        "printed ratios",
        st.builds(
            lambda text, rest: Case(arguments=(text, rest)),
            ratios,
            st.sampled_from(
                ("", "", ", discount=0.5", ", baseline_risk=0.4", ', baseline_risk="0.2 to 0.5"')
            ),
        ),
        read_ratio,
        prior_holds,
    ),
)
