"""Scripts for other programs: what each states is the posterior's own, and what none holds is refused."""

import math
import re

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting.programs.densities_text import IN_PYMC, IN_R, IN_STAN

DATA = bi.Dataset(
    (
        bi.Study('A "quoted" 2001', 3, 20, 6, 21),
        bi.Study("B's 2002", 8, 40, 9, 38),
        bi.Study("C", 0, 15, 4, 16),
    ),
    "mine",
)
MODELS = {
    "reference": bi.Model(),
    "control": bi.Model(baseline="control", effects="student_t(4)", tau="half_cauchy(0.5)"),
    "given": bi.Model("hypergeometric", mu="student_t(3, 0, 1)"),
    "normal": bi.Model("normal", tau="half_student_t(4, 0.5)"),
    "mixed": bi.Model("normal", tau="mixture(0.5: half_normal(0.5), 0.5: log_normal_tau2(-2, 1))"),
    "common": bi.Model(effects="common", alpha="logistic(0, 1)"),
}
HELD = {
    "stan": set(MODELS),
    "brms": {"reference", "normal", "common"},
    "bayesmeta": {"normal", "mixed"},
    "metafor": set(MODELS),
    "pymc": set(MODELS),
}


def script(model: str, program: str) -> str:
    return bi.export_code(bi.fit(DATA, MODELS[model]), program)  # type: ignore[arg-type]


@pytest.mark.parametrize("program", HELD)
@pytest.mark.parametrize("model", MODELS)
def test_a_program_holds_a_model_or_says_what_it_holds(program: str, model: str) -> None:
    if model in HELD[program]:
        text = script(model, program)
        for mark in ("()", "[]", "{}"):
            assert text.count(mark[0]) == text.count(mark[1])
        assert all(line.startswith("# ") for line in text.splitlines()[:4])
    else:
        with pytest.raises(
            ModelError, match=rf"export_code: the script for {program} does not hold .*; it holds"
        ):
            script(model, program)


def numbers(text: str, name: str) -> list[float]:
    """The numbers of a vector that a script calls ``name``."""
    found = re.search(rf"\b{name} = (?:as\.array\()?(?:c|np\.array)\(\[?([^)\]]*)", text)
    assert found, name
    return [float(each) for each in found[1].split(",")]


@pytest.mark.parametrize("program", ["stan", "pymc"])
def test_counts_are_those_of_the_table(program: str) -> None:
    text = script("reference", program)
    assert numbers(text, "r1") == [3, 8, 0] and numbers(text, "n1") == [20, 40, 15]
    assert numbers(text, "r0") == [6, 9, 4] and numbers(text, "n0") == [21, 38, 16]


@pytest.mark.parametrize(("program", "names"), [("stan", "y se"), ("bayesmeta", "y sigma"), ("pymc", "y se")])
def test_estimates_are_log_odds_ratios_with_half_added_to_the_zero_cell(program: str, names: str) -> None:
    cells = [(3, 17, 6, 15), (8, 32, 9, 29), (0.5, 15.5, 4.5, 12.5)]
    y, se = (numbers(script("normal", program), name) for name in names.split())
    assert y == pytest.approx([math.log(a * d / (b * c)) for a, b, c, d in cells])
    assert se == pytest.approx([math.sqrt(sum(1 / each for each in own)) for own in cells])


def test_arms_of_brms_are_half_an_effect_apart_from_the_midpoint() -> None:
    text = script("reference", "brms")
    assert numbers(text, "events") == [3, 8, 0, 6, 9, 4]
    assert numbers(text, "total") == [20, 40, 15, 21, 38, 16]
    assert "x = rep(c(0.5, -0.5), each = 3)" in text
    assert 'prior(normal(0, 2.82), class = b, coef = "x")' in text
    assert "prior(normal(0, 0.5), class = sd)" in text
    assert "+ (0 + x | study)" in text and "| study)" not in script("common", "brms")


def test_names_of_trials_are_quoted_and_what_came_out_here_is_said() -> None:
    post = bi.fit(DATA, MODELS["normal"])
    text = bi.export_code(post, "bayesmeta")
    assert r'labels = c("A \"quoted\" 2001", "B' in text and "B's 2002" in text
    assert "(95% credible interval " in text and "P(OR > 1) = " in text


def test_metafor_is_said_to_be_classical() -> None:
    assert "It has no priors, so it differs" in script("given", "metafor")
    assert 'model = "CM.EL", method = "ML"' in script("given", "metafor")
    assert 'model = "UM.FS", method = "EE"' in script("common", "metafor")
    assert 'method = "REML"' in script("normal", "metafor")


def python(expression: str) -> float:
    """The value of an expression of Stan or R at x = 0.7, with SciPy's densities of the same names."""
    x = 0.7
    lpdf = {
        "normal": stats.norm.logpdf,
        "student_t": stats.t.logpdf,
        "cauchy": stats.cauchy.logpdf,
        "lognormal": lambda x, m, s: stats.lognorm.logpdf(x, s, scale=math.exp(m)),
        "inv_gamma": lambda x, a, b: stats.invgamma.logpdf(x, a, scale=b),
        "exponential": lambda x, r: stats.expon.logpdf(x, scale=1 / r),
    }
    known = {f"{name}_lpdf": density for name, density in lpdf.items()}
    known |= {"log_sum_exp": np.logaddexp.reduce, "square": np.square, "log": math.log}
    known |= {
        "dhalfnormal": lambda x, s: 2 * stats.norm.pdf(x, 0, s),
        "dhalft": lambda x, d, s: 2 * stats.t.pdf(x, d, 0, s),
        "dhalfcauchy": lambda x, s: 2 * stats.cauchy.pdf(x, 0, s),
        "dlnorm": lambda x, m, s: stats.lognorm.pdf(x, s, scale=math.exp(m)),
        "dinvgamma": lambda x, a, b: stats.invgamma.pdf(x, a, scale=b),
        "dexp": lambda x, r: stats.expon.pdf(x, scale=1 / r),
    }
    return float(
        eval(expression.replace("|", ",").replace("^", "**"), {"__builtins__": {}}, known | {"x": x})
    )


PRIORS = (
    "half_normal(0.5)", "half_student_t(4, 0.5)", "half_cauchy(0.5)", "log_normal(-1, 0.8)",
    "inverse_gamma(2, 1)", "exponential(2)", "log_normal_tau2(-2, 1.3)", "inverse_gamma_tau2(1.77, 0.55)",
    "mixture(0.3: half_normal(0.5), 0.7: log_normal_tau2(-2, 1))",
    "mixture(0.4: half_cauchy(1), 0.6: exponential(3))",
)  # fmt: skip


@pytest.mark.parametrize("text", PRIORS)
def test_a_prior_has_the_same_density_there(text: str) -> None:
    prior = bi.priors.parse_prior(text)
    expected = float(prior.logpdf(0.7))
    in_stan, in_r = IN_STAN.density(prior, "x"), IN_R.density(prior, "x")
    assert in_stan is not None and in_r is not None
    # Stan cuts a half family at 0 itself: its density there is known but for the constant 2
    constant = math.log(2) if text.startswith("half") else 0.0
    assert python(in_stan) + constant == pytest.approx(expected, rel=1e-9)
    assert math.log(python(in_r)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("text", PRIORS)
def test_a_prior_is_the_same_in_pymc(text: str) -> None:
    import pymc as pm

    prior = bi.priors.parse_prior(text)
    density = IN_PYMC.density(prior, "x")
    assert density is not None
    value = eval(density, {"pm": pm, "np": np, "x": 0.7})
    assert float(value.eval()) == pytest.approx(float(prior.logpdf(0.7)))


@pytest.mark.parametrize(
    "posterior",
    [
        lambda: bi.fit(DATA, bi.Model()).weighted({"C": 0.5}),
        lambda: bi.fit(DATA, bi.Model(measure="RR")),
        lambda: bi.fit(DATA, bi.Model(tau="uniform_shrinkage()")),
    ],
)
def test_what_no_script_can_state_is_refused(posterior) -> None:
    with pytest.raises(ModelError, match="export_code: the script for stan does not hold"):
        bi.export_code(posterior(), "stan")
