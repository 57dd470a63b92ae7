"""Elicited priors give the stated probabilities, by closed forms and by scipy;
statements that cannot be met are refused.
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import resolved
from bayes_ivig.priors.elicitation.elicit import elicit, statements_met
from bayes_ivig.priors.families import HalfNormal, Normal, StudentT
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.skewed import Exponential, LogNormal

# normal quantiles of .975, .95, .80, .85
Z95, Z90, Z20, Z15 = 1.959963985, 1.644853627, 0.841621234, 1.036433389
CLOSE = 2e-6


@pytest.mark.parametrize(
    ("statements", "mean", "sd"),
    [
        ("0.5 < OR < 4: 0.95", math.log(0.5 * 4) / 2, math.log(4 / 0.5) / (2 * Z95)),
        ("P(OR > 2) at most 5%", 0.0, math.log(2) / Z90),
        ("P(OR \u2265 2) \u2264 5 %", 0.0, math.log(2) / Z90),
        ("P(0\u00b75 < OR < 4) = 0\u00b795", math.log(0.5 * 4) / 2, math.log(4 / 0.5) / (2 * Z95)),
        ("P(OR < 0.5) = 0.05", 0.0, math.log(2) / Z90),
        ("median(OR) = 1.3; P(OR < 1) = 20%", math.log(1.3), math.log(1.3) / Z20),
        ("P(OR > 1) = 0.8; P(OR > 2) = 0.05", Z20 * math.log(2) / (Z20 + Z90), math.log(2) / (Z20 + Z90)),
    ],
)
def test_normal_priors_in_closed_form(statements: str, mean: float, sd: float) -> None:
    prior = elicit(statements)
    found = resolved(prior)
    assert isinstance(found, Normal)
    assert (found.mean, found.sd) == pytest.approx((mean, sd), abs=CLOSE)
    assert all(each.given == pytest.approx(each.stated, abs=CLOSE) for each in statements_met(prior))


def test_other_families() -> None:
    """Each from its own quantile function, in closed form or by scipy."""
    tail = "P(tau > 1) = 0.05"
    assert resolved(elicit(tail)) == HalfNormal(float(f"{1 / Z95:.6g}"))
    assert float(elicit(tail, family="half_cauchy").quantile(0.95)) == pytest.approx(1, rel=CLOSE)
    assert float(elicit(tail, family="half_student_t(3)").quantile(0.95)) == pytest.approx(1, rel=CLOSE)
    assert resolved(elicit(tail, family="exponential")) == Exponential(float(f"{math.log(20):.6g}"))
    found = resolved(elicit("median tau = 0.2", tail))
    assert isinstance(found, LogNormal)
    assert (found.meanlog, found.sdlog) == pytest.approx((math.log(0.2), math.log(5) / Z90), rel=CLOSE)
    between = resolved(elicit("P(0.1 < tau < 1) = 0.95"))
    assert isinstance(between, LogNormal)
    assert (between.meanlog, between.sdlog) == pytest.approx(
        (math.log(0.1) / 2, math.log(10) / (2 * Z95)), rel=1e-5
    )
    heavy = resolved(elicit("0.5 < OR < 4: 0.9", family="student_t(4)"))
    assert isinstance(heavy, StudentT)
    assert heavy.scale == pytest.approx(math.log(8) / 2 / stats.t(4).ppf(0.95), rel=1e-5)
    baseline = elicit("P(0.2 < risk < 0.6) = 0.95")
    assert Model(alpha=baseline).alpha == baseline
    assert float(baseline.cdf(math.log(0.6 / 0.4)) - baseline.cdf(math.log(0.25))) == pytest.approx(
        0.95, abs=CLOSE
    )
    logistic = elicit("P(OR > 3) = 0.1", family="logistic")
    assert float(logistic.cdf(math.log(3))) == pytest.approx(0.9, abs=CLOSE)


def test_benefit_and_harm() -> None:
    """Zampieri et al. 2021: a moderate optimist gives harm 0.15;
    the direction comes from what a benefit is.
    """
    up = elicit("P(harm) = 0.15; P(benefit > 2) = 0.25", benefit="OR > 1")
    down = elicit("P(harm) = 15%; P(benefit > 2) = 25%", benefit="OR < 1")
    assert str(up) == 'elicited("P(OR < 1) = 0.15; P(OR > 2) = 0.25")'
    assert float(up.cdf(0.0)) == pytest.approx(0.15, abs=CLOSE)
    assert (resolved(up).mean, resolved(up).sd) == pytest.approx(
        (-resolved(down).mean, resolved(down).sd), rel=CLOSE
    )
    assert resolved(up).mean / resolved(up).sd == pytest.approx(Z15, rel=1e-5)
    alone = elicit("P(benefit) = 0.85; median(OR) = 1.5", benefit="OR > 1")
    assert resolved(alone) == resolved(
        parse_prior('elicited("P(harm) = 0.15; median(OR) = 1.5", benefit="OR > 1")')
    )


def test_bounds_leave_the_widest_prior_within_them() -> None:
    """With the median given, the SD is the least of those at which each bound would hold with equality."""
    prior = elicit("median(OR) = 1.3; P(OR > 2) <= 0.05; P(OR < 0.5) <= 0.05")
    assert resolved(prior).sd == pytest.approx(min(math.log(2 / 1.3), math.log(1.3 / 0.5)) / Z90, rel=1e-5)
    free = elicit("P(OR > 2) <= 0.05; P(OR < 0.8) <= 0.1")
    assert [each.given for each in statements_met(free)] == pytest.approx([0.05, 0.1], abs=CLOSE)
    symmetric = elicit("median(OR) = 1; P(OR > 2) <= 0.05; P(OR < 0.5) <= 0.05")
    assert resolved(symmetric).sd == pytest.approx(math.log(2) / Z90, rel=1e-5)


def test_too_many_statements_are_met_by_least_squares() -> None:
    stated = ((1.0, 0.7), (2.0, 0.2), (3.0, 0.1))
    prior = elicit(*(f"P(OR > {x:g}) = {p}" for x, p in stated))
    found = resolved(prior)
    assert isinstance(found, Normal)

    def off(mean: float, sd: float) -> float:
        return sum((stats.norm.sf(math.log(x), mean, sd) - p) ** 2 for x, p in stated)

    least = off(found.mean, found.sd)
    assert least > 1e-4  # no normal meets all three
    for step in (-0.01, 0.01):
        assert off(found.mean + step, found.sd) > least
        assert off(found.mean, found.sd + step) > least
    assert "P(OR > 2) = 0.2 (is 0.223)" in prior.source
    consistent = elicit("P(0.5 < OR < 2) = 0.90", "P(OR > 2) = 0.05", "median(OR) = 1")
    assert resolved(consistent).sd == pytest.approx(math.log(2) / Z90, rel=1e-5)


def test_a_mass_beside_a_median_is_solved_numerically() -> None:
    prior = elicit("P(0.8 < OR < 1.25) = 0.3; median(OR) = 1.2")
    mean, sd = resolved(prior).mean, resolved(prior).sd
    assert mean == pytest.approx(math.log(1.2), rel=1e-5)
    assert stats.norm.cdf(math.log(1.25), mean, sd) - stats.norm.cdf(
        math.log(0.8), mean, sd
    ) == pytest.approx(0.3, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.floats(-2, 2), st.floats(0.05, 3), st.floats(0.02, 0.45), st.floats(0.55, 0.98))
def test_two_quantiles_give_the_normal_back(mean: float, sd: float, low: float, high: float) -> None:
    x = [math.exp(stats.norm.ppf(p, mean, sd)) for p in (low, high)]
    prior = elicit(f"P(OR < {x[0]!r}) = {low!r}", f"P(OR < {x[1]!r}) = {high!r}")
    assert (resolved(prior).mean, resolved(prior).sd) == pytest.approx((mean, sd), rel=1e-5, abs=1e-5 * sd)
    assert parse_prior(str(prior)) == prior


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('elicited("0.5<OR<4:95%")', 'elicited("P(0.5 < OR < 4) = 0.95")'),
        ('elicited("p(or > 2) is at most 5%")', 'elicited("P(OR > 2) <= 0.05")'),
        ('elicited("median tau = .2; P(tau>=1) = 0.05")', 'elicited("median(tau) = 0.2; P(tau > 1) = 0.05")'),
        (
            "elicited('P(tau > 1) = 0.05', family='half_cauchy')",
            'elicited("P(tau > 1) = 0.05", "half_cauchy")',
        ),
        ('elicited("OR > 2: 0.05", "student_t( 4 )")', 'elicited("P(OR > 2) = 0.05", "student_t(4)")'),
    ],
)
def test_text_round_trip(text: str, same: str) -> None:
    assert str(parse_prior(text)) == same
    assert parse_prior(same) == parse_prior(text)
    mixed = f"mixture(0.8: {same}, 0.2: {'half_normal(1)' if 'tau' in same else 'normal(0, 4)'})"
    assert str(parse_prior(mixed)) == mixed


@pytest.mark.parametrize(
    ("statements", "options", "said"),
    [
        ("", {}, "no statement; write for example"),
        ("P(0,5 < OR < 4) = 0,95", {}, "write decimal points; write for example P(0.5 < OR < 4) = 0.95"),
        ("OR 0.74 (0.41 to 1.33)", {}, "is a printed result, no statement; write evidence("),
        ("RR 1.25 [1.00; 1.56]", {}, "is a printed result, no statement"),
        ("surely positive", {}, "cannot read 'surely positive'; write for example P(0.5 < OR < 4) = 0.95"),
        ("P(OR > 2) = 1.2", {}, "the probability is 1.2; it must lie between 0 and 1"),
        ("P(OR > 2) = -5%", {}, "the probability is -0.05"),
        ("P(OR > 2) = 0", {}, "the probability is 0; it must lie"),
        ("P(4 < OR < 0.5) = 0.95", {}, "no value lies between 4 and 0.5"),
        ("P(2 < OR < 2) = 0.95", {}, "no value lies between 2 and 2"),
        ("P(OR > -1) = 0.95", {}, "found -1; OR must lie above 0"),
        ("P(risk > 1) = 0.1", {}, "found 1; risk must lie between 0 and 1"),
        ("P(RR > 2) = 0.05", {}, "unknown 'RR'"),
        ("P(OR > 2) = 0.3; P(OR > 1) = 0.2", {}, "contradicts P(OR > 1) = 0.2: OR > 2 is a part of OR > 1"),
        ("P(OR > 2) = 0.6; P(OR < 1) = 0.5", {}, "would be more probable than 1"),
        ("P(OR > 2) = 0.05; P(tau > 1) = 0.05", {}, "statements about OR and tau in one prior"),
        ("P(OR > 2) = 0.6", {}, "taken with a median odds ratio of 1, which contradicts it"),
        ("P(OR > 1) = 0.6", {}, "leaves the width of a normal open"),
        ("median(OR) = 2", {}, "median(OR) = 2 alone"),
        ("P(tau > 1) = 0.05", {"family": "log_normal"}, "leaves the width of a log_normal open"),
        (
            "P(0.5 < OR < 2) = 0.5; P(0.25 < OR < 4) = 0.9",
            {},
            "is met by normal(-0.685, 0.547) and normal(0.685, 0.547)",
        ),
        (
            "median(OR) = 1; P(OR > 2) = 0.05; P(OR < 0.5) <= 0.01",
            {},
            "no normal prior meets these statements together",
        ),
        (
            "P(OR > 3) = 0.2; P(0.9 < OR < 1.1) = 0.7; P(OR < 0.3) = 0.09",
            {},
            "no normal prior meets these statements together",
        ),
        ("P(OR > 2) = 0.5; P(OR > 1) = 0.5", {}, "no normal prior meets"),
        ("P(harm) = 0.1", {}, 'benefit="OR > 1" or benefit="OR < 1"'),
        ("P(benefit > 0.5) = 0.1", {"benefit": "OR > 1"}, "write benefit > 2 for odds ratios beyond 2"),
        ("P(OR > 2) = 0.05", {"family": "half_normal"}, "no family 'half_normal' for OR"),
        ("P(OR > 2) = 0.05", {"family": "student_t"}, "needs its degrees of freedom, as in student_t(4)"),
        ("P(OR > 2) = 0.05", {"family": "student_t(-1)"}, "must be a number above 0"),
        ("P(OR > 2) = 0.05", {"family": "normal(3)"}, "takes no number"),
    ],
)
def test_refuses(statements: str, options: dict[str, str], said: str) -> None:
    with pytest.raises(ModelError) as caught:
        elicit(statements, **options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_elicited_priors_have_statements() -> None:
    with pytest.raises(ModelError, match="not made from statements"):
        statements_met(Normal(0, 1))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "P(",
                ")",
                "OR",
                "tau",
                ">",
                "<",
                "=",
                "<=",
                "0.5",
                "2",
                "5%",
                ";",
                "median",
                "harm",
                " ",
                "0.95",
                ":",
            ]
        ),
        max_size=12,
    )
)
def test_any_text_is_a_prior_or_a_model_error(pieces: list[str]) -> None:
    try:
        prior = elicit("".join(pieces))
    except ModelError as error:
        assert str(error)
    else:
        assert parse_prior(str(prior)) == prior


def test_a_second_statement_in_place_of_the_family_is_told_where_it_goes():
    with pytest.raises(ModelError, match="joined by semicolons"):
        parse_prior('elicited("P(OR > 2) = 5%", "median OR = 1")')
