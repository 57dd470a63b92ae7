"""Priors from text: what is written is what is read, and what cannot be read is answered
with one clear message.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prior_examples import STATED

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import Mixture, OnTau2, Prior, described, resolved
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.parsing import FAMILIES, KNOWN, LIBRARIES, parse_prior
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal

TURNER = 'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")'
COCHRANE = 'cochrane("Pregnancy and Childbirth", "tau", "log OR")'


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("normal(0, 2.82)", Normal(0, 2.82)),
        ("student_t(4, 0, 1)", StudentT(4, 0, 1)),
        ("logistic(0, 1)", Logistic(0, 1)),
        ("uniform(-1, 1)", Uniform(-1, 1)),
        ("flat()", Flat()),
        ("half_normal(0.5)", HalfNormal(0.5)),
        ("half_cauchy(1e-05)", HalfCauchy(1e-5)),
        ("half_student_t(3, 0.1)", HalfStudentT(3, 0.1)),
        ("exponential(2)", Exponential(2)),
        ("log_normal(-1, 0.3333333333333333)", LogNormal(-1, 1 / 3)),
        ("inverse_gamma(1.77, 0.55)", InverseGamma(1.77, 0.55)),
        ("log_normal_tau2(-3.52, 1.74)", OnTau2(LogNormal(-3.52, 1.74))),
        ("uniform_tau2(0, 50)", OnTau2(Uniform(0, 50))),
        ("inverse_gamma_tau2(0.001, 0.001)", OnTau2(InverseGamma(0.001, 0.001))),
        ("half_cauchy_tau2(1)", OnTau2(HalfCauchy(1))),
        (
            "mixture(0.8: normal(0.2, 0.3), 0.2: normal(0, 4))",
            Mixture((0.8, 0.2), (Normal(0.2, 0.3), Normal(0, 4))),
        ),
        (
            "mixture(0.5: mixture(0.25: normal(-1, 1), 0.75: normal(1, 1)), 0.5: student_t(3, 0, 2.5e+20))",
            Mixture(
                (0.5, 0.5), (Mixture((0.25, 0.75), (Normal(-1, 1), Normal(1, 1))), StudentT(3, 0, 2.5e20))
            ),
        ),
    ],
)
def test_text_round_trip(text: str, prior: Prior) -> None:
    assert parse_prior(text) == prior
    assert str(parse_prior(text)) == text


@pytest.mark.parametrize("prior", [*STATED, Flat(), OnTau2(Flat())], ids=str)
def test_every_prior_reads_its_own_text(prior: Prior) -> None:
    assert parse_prior(str(prior)) == prior


@given(st.floats(-1e100, 1e100), st.floats(1e-100, 1e100))
def test_numbers_keep_every_bit(mean: float, sd: float) -> None:
    assert parse_prior(str(Normal(mean, sd))) == Normal(mean, sd)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("normal(mean=0, sd=2.82)", "normal(0, 2.82)"),
        ("normal(sd=2.82, mean=0)", "normal(0, 2.82)"),
        ("normal(0, sd=2.82)", "normal(0, 2.82)"),
        (" normal ( +0 ,\n 2.820e0 ) ", "normal(0, 2.82)"),
        ("normal(-0, 1.)", "normal(-0, 1)"),
        ("normal(.5, 1)", "normal(0.5, 1)"),
        ("normal(0, 1,)", "normal(0, 1)"),
        ("half_student_t(df=3, scale=.5)", "half_student_t(3, 0.5)"),
        ("log_normal_tau2(meanlog=-3.52, sdlog=1.74)", "log_normal_tau2(-3.52, 1.74)"),
        ("mixture(1: normal(mean=0, sd=1))", "mixture(1: normal(0, 1))"),
        (TURNER.replace('"', "'"), TURNER),
        (
            'turner2015(comparison="Pharmacological vs. Placebo / Control", outcome="Obstetric outcomes")',
            TURNER,
        ),
        ('cochrane("pregnancy and childbirth", "tau", "logOR")', COCHRANE),
        ('cochrane("Pregnancy and Childbirth", "tau")', COCHRANE),
    ],
)
def test_ways_to_write_the_same(text: str, same: str) -> None:
    assert str(parse_prior(text)) == same
    assert parse_prior(same) == parse_prior(text)


def test_a_library_entry_keeps_its_name_and_shows_what_it_is() -> None:
    prior = parse_prior(TURNER)
    assert str(prior) == TURNER
    assert described(prior) == f"{TURNER} = log_normal_tau2(-3.52, 1.74)"
    assert described(Normal(0, 1)) == "normal(0, 1)"
    assert resolved(prior) == OnTau2(LogNormal(-3.52, 1.74))
    mixed = f"mixture(0.5: {TURNER}, 0.5: half_normal(1))"
    assert str(parse_prior(mixed)) == mixed


REFUSED = [
    ("", "prior '': empty; write for example normal(0, 2.82)"),
    ("  ", "empty"),
    ("nomal(0, 1)", "prior 'nomal(0, 1)': unknown family 'nomal' (did you mean 'normal'?)"),
    ("Normal(0, 1)", "(did you mean 'normal'?)"),
    ("halfnormal(1)", "(did you mean 'half_normal'?)"),
    ("zzz(1)", "unknown family 'zzz'; known are normal, student_t"),
    ("normal_tau2(0, 1)", "unknown family 'normal_tau2'"),
    ("mixture_tau2(1: half_normal(1))", "unknown family 'mixture_tau2'"),
    ("half_normal(-1)", "prior 'half_normal(-1)': half_normal: scale is -1; it must be above 0"),
    (
        "normal(1e999, -1)",
        "normal: mean is inf; it must lie between -1e+100 and 1e+100; normal: sd is -1; it must be above 0",
    ),
    ("normal(0, 0)", "sd is 0; it must be above 0"),
    ("uniform(3, 1)", "uniform(3, 1): the lower limit must be below the upper one"),
    (
        "uniform_tau2(-1, 4)",
        "prior 'uniform_tau2(-1, 4)': uniform_tau2(-1, 4): tau squared cannot be negative",
    ),
    ("normal", "ends too early; '(' is missing"),
    ("normal(", "ends too early; a number is missing"),
    ("normal(0, 1", "ends too early; ',' or ')' is missing"),
    ("normal(0, 1))", "unexpected ')' after the end of the prior"),
    ("normal(0, 1) normal(0, 1)", "unexpected 'normal' after the end"),
    ("normal 0, 1", "found '0' where '(' should be"),
    ("normal(0 1)", "found '1' where ',' or ')' should be"),
    ("normal(, 1)", "found ',' where a number should be"),
    ("normal(nan, 1)", "found 'nan' where a number should be"),
    ("normal(normal(0, 1), 1)", "found 'normal' where a number should be"),
    ("normal()", "found 0 values; it is normal(mean, sd)"),
    ("student_t(4)", "found 1 value; it is student_t(df, location, scale)"),
    ("half_normal(0,5)", "found 2 values; it is half_normal(scale)"),
    ("flat(1)", "found 1 value; it is flat()"),
    ("normal(0, 1, sd=1)", "found 3 values; it is normal(mean, sd)"),
    ("normal(mean=0, s=1)", "normal has no 's' (did you mean 'sd'?); it is normal(mean, sd)"),
    ("normal(mean=0, mean=1)", "'mean' is given twice"),
    ("normal(mean=0, 1)", "a value without a name cannot follow one with a name"),
    ("normal('a', 1)", "found 'a' where a number should be; it is normal(mean, sd)"),
    ("normal(0; 1)", "cannot read '; 1)'"),
    ("1", "found '1' where a family name should be"),
    ("__import__('os').system('true')", "cannot read"),
    ("exec('1')", "unknown family 'exec'"),
    ("mixture()", "mixture: needs one weight for each part"),
    (
        "mixture(0.5: normal(0, 1), 0.6: normal(0, 2))",
        "weights are 0.5, 0.6; they must be above 0 and add up to 1",
    ),
    ("mixture(-0.5: normal(0, 1), 1.5: normal(0, 2))", "weights are -0.5, 1.5"),
    ("mixture(1: flat())", "flat() is improper"),
    ("mixture(0.5: normal(0, 1), 0.5: half_normal(1))", "all parts must start at the same lowest value"),
    ("mixture(normal(0, 1))", "found 'normal' where a number should be"),
    ("mixture(0.5 normal(0, 1))", "found 'normal' where ':' should be"),
    ("mixture(0.5: normal(0, 1) 0.5: normal(0, 1))", "found '0.5' where ',' or ')' should be"),
    ("mixture(1: " * 30 + "normal(0, 1)" + ")" * 30, "nested too deeply"),
    ("turner2015(1, 2)", "found 1.0 where text should be; it is turner2015(outcome, comparison)"),
    (
        'turner2015("obstetric outcome", "x")',
        "no outcome type 'obstetric outcome' (did you mean 'obstetric outcomes'?)",
    ),
    ('turner2015("obstetric outcomes")', "found 1 value; it is turner2015(outcome, comparison)"),
    ('cochrane("Pregnancy", "tau")', "no topic 'Pregnancy' (did you mean 'Pregnancy and Childbirth'?)"),
    ('cochrane("Pregnancy and childbirht", "mu")', "(did you mean 'Pregnancy and Childbirth'?)"),
    ('cochrane("zz", "mu")', "no topic 'zz'; there are 'Cochrane', "),
    ('cochrane("Cochrane", "alpha")', "no parameter 'alpha'; there are 'mu', 'tau'"),
    ('cochrane("Cochrane", "mu", "RoM")', "no measure 'RoM'"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_refuses(text: str, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_prior(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["nomal(0, 1)", 'cochrane("Pregnancy", "tau")', "x" * 10_000 + "(1)", "half_cauchy(-1)"]
)
def test_messages_stay_short(text: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_prior(text)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("other", [None, 0.5, Normal(0, 1), ["normal(0, 1)"]])
def test_only_text_is_read(other: object) -> None:
    with pytest.raises(
        ModelError, match=r"parse_prior: text is .*; it must be a text such as 'normal\(0, 2.82\)'"
    ):
        parse_prior(other)  # type: ignore[arg-type]


PIECES = [
    *KNOWN,
    "(",
    ")",
    ",",
    ":",
    "=",
    "mean",
    "0",
    "-1",
    "0.5",
    "1e400",
    '"x"',
    '"Cochrane"',
    '"tau"',
    " ",
    "\n",
    "'",
    "\u0663",
    "é",
]


@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_any_text_is_a_prior_or_a_model_error(text: str) -> None:
    try:
        prior = parse_prior(text)
    except ModelError as error:
        assert str(error)
    else:
        assert parse_prior(str(prior)) == prior


def test_every_known_name_is_a_family_or_a_library() -> None:
    assert set(KNOWN) >= {*FAMILIES, *LIBRARIES, "mixture"}
