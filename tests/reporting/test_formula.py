from xml.etree import ElementTree

import pytest

from bayes_ivig.inputs.model.files import load_model
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.reporting.report.methods_section import POOLING
from bayes_ivig.reporting.wording.equations import equations_of
from bayes_ivig.reporting.wording.formula import Formula, quoted
from bayes_ivig.resources import names


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (r"r_{0i} \sim \op{Binomial}(n_{0i}, \op{logit}^{-1}(\alpha_i))", "r₀ᵢ ~ Binomial(n₀ᵢ, logit⁻¹(αᵢ))"),
        (r"\frac{a + b}{c}", "(a + b) / c"),
        (r"\sqrt{x^2 + 1}", "√(x² + 1)"),
        (r"\theta_{\op{new}} = \mu", "θ_new = μ"),
        (r"\op{log} \op{OR}", "log OR"),
        (r"\op{Normal}(\mu, \Sigma)", "Normal(μ, Σ)"),
        (r"\sum_i w_i", "∑ᵢ wᵢ"),
    ],
)
def test_one_source_gives_plain_text(source, plain):
    assert Formula(source).plain == plain


def test_one_source_gives_mathml():
    tree = ElementTree.fromstring(
        Formula(r"\frac{x_i^2}{\sqrt{y}} \sim \op{Normal}(0, 1)").mathml(block=True)
    )
    assert tree.tag == "math" and tree.get("display") == "block"
    assert [node.tag for node in tree.iter()] == [
        "math", "mrow", "mfrac", "msubsup", "mi", "mi", "mn", "msqrt", "mi", "mo", "mi", "mo",
        "mn", "mo", "mn", "mo",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["</math><script>alert(1)</script>", 'a & "b"', "{x}_^\\frac", "~*_"])
def test_text_from_elsewhere_is_text(text):
    formula = Formula(rf"\mu \sim {quoted(text)}")
    tree = ElementTree.fromstring(formula.mathml())
    assert {node.tag for node in tree.iter()} == {"math", "mrow", "mi", "mo", "mtext"}
    kept = text.translate(str.maketrans("", "", "{}\\"))
    assert kept in "".join(tree.itertext()) and kept in formula.plain


@pytest.mark.parametrize("source", ["{a", "a}", "_a", r"\nothing", r"\frac{a}", "a_"])
def test_what_does_not_read_is_refused(source):
    with pytest.raises(ValueError, match=r"."):
        Formula(source).plain  # noqa: B018


@pytest.mark.parametrize("name", names("models", ".toml"))
def test_every_bundled_model_has_equations_with_a_prior_for_every_parameter(name):
    model = load_model(name)
    lines = [equation.plain for equation in equations_of(model)]
    for equation in equations_of(model):
        ElementTree.fromstring(equation.formula.mathml())
    assert any(str(model.mu) in line for line in lines)
    assert len({line.partition(",")[0] for line in lines}) == len(lines)


def test_equations_say_what_differs():
    def lines(**fields):
        return "\n".join(equation.plain for equation in equations_of(Model(**fields)))

    assert "θᵢ = μ" in lines(effects="common") and "τ" not in lines(effects="common")
    assert "αᵢ \N{MINUS SIGN} θᵢ/2" in lines(baseline="midpoint")
    assert "noncentral hypergeometric" in lines(likelihood="hypergeometric") and "logit" not in lines(
        likelihood="normal"
    )


def test_the_equations_of_pooling_are_those_of_review_manager():
    """The printed formulas, computed as they are printed, give what ``pool`` gives."""
    import math

    from bayes_ivig.frequentist.pooling import pool
    from bayes_ivig.inputs.counts.dataset import Dataset
    from bayes_ivig.inputs.counts.study import Study

    cells = [(5, 40, 12, 41), (4, 50, 9, 52), (12, 20, 3, 19), (7, 30, 8, 33)]
    data = Dataset(tuple(Study(f"S{i}", *cell) for i, cell in enumerate(cells)))
    over = sum(r1 * (n0 - r0) / (n0 + n1) for r1, n1, r0, n0 in cells)
    fixed = math.log(over / sum(r0 * (n1 - r1) / (n0 + n1) for r1, n1, r0, n0 in cells))
    y = [math.log(r1 * (n0 - r0) / (r0 * (n1 - r1))) for r1, n1, r0, n0 in cells]
    w = [1 / (1 / r1 + 1 / (n1 - r1) + 1 / r0 + 1 / (n0 - r0)) for r1, n1, r0, n0 in cells]
    q = sum(b * (a - fixed) ** 2 for a, b in zip(y, w, strict=True))
    tau2 = max(0, (q - (len(y) - 1)) / (sum(w) - sum(b * b for b in w) / sum(w)))
    v = [1 / (1 / b + tau2) for b in w]
    found = pool(data, method="revman-random")
    assert sum(a * b for a, b in zip(y, v, strict=True)) / sum(v) == pytest.approx(found.estimate)
    assert (q, tau2) == (pytest.approx(found.q), pytest.approx(found.tau2))
    assert max(0, (q - (len(y) - 1)) / q) * 100 == pytest.approx(found.i2)
    assert len(POOLING) == 5
