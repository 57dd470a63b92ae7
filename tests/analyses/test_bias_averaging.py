"""Averages over models of small-study bias: a published analysis, brute-force sums, single fits, symmetry."""

import csv
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.results.other_models.averaging import ModelAverage

HERE = Path(__file__).parents[1] / "reference"
SMD = bi.Model(likelihood="normal", mu="normal(0, 0.7071)", tau="half_normal(0.3536)", measure="SMD")
NORMAL = bi.Model(likelihood="normal", mu="normal(0, 1)", tau="half_normal(0.5)")
EXACT = bi.Model(likelihood="hypergeometric", mu="normal(0, 1)", tau="half_normal(0.5)")
FOUR = bi.Dataset(
    (
        bi.Study("A", 12, 40, 5, 41), bi.Study("B", 30, 120, 24, 118), bi.Study("C", 6, 20, 2, 19),
        bi.Study("D", 3, 15, 0, 16),
    ),
)  # fmt: skip
CELLS = list(product((False, True), (False, True)))


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open() as file:
        return list(csv.DictReader(file))


def differences(count: int) -> bi.Dataset:
    own = rows("lehmann2018.csv")[:count]
    y, v = (np.array([float(row[key]) for row in own]) for key in ("yi", "vi"))
    return bi.Effects(y, np.sqrt(v), measure="SMD")


@cache
def lehmann() -> ModelAverage:
    return bi.average_models(differences(81), SMD, bias="psma", direction="above")


@cache
def thirteen() -> ModelAverage:
    return bi.average_models(differences(13), SMD, bias="psma", direction="above")


def logs_of(average: ModelAverage, bias: str) -> dict[tuple[bool, bool], float]:
    return {(w.effect, w.heterogeneity): w.log_marginal_likelihood for w in average.weights if w.bias == bias}


PSMA = {row["quantity"]: row for row in rows("psma.csv")}
OF_BIASES = {
    "none": "none", "two-sided .05": "two_sided_05", "two-sided .05 .10": "two_sided_05_10",
    "one-sided .05": "one_sided_05", "one-sided .025 .05": "one_sided_025_05",
    "one-sided .05 .5": "one_sided_05_50", "one-sided .025 .05 .5": "one_sided_025_05_50",
    "PET": "pet", "PEESE": "peese",
}  # fmt: skip


@pytest.mark.parametrize("quantity", OF_BIASES)
def test_the_published_probabilities_of_biases(quantity: str) -> None:
    """The brute force draws its weights 400 times; RoBMA samples, and its evidence has two digits."""
    found = lehmann().biases().set_index("bias")["posterior_probability"][OF_BIASES[quantity]]
    assert found == pytest.approx(float(PSMA[quantity]["brute_force"]), abs=0.003)
    assert found == pytest.approx(float(PSMA[quantity]["robma_4_0_0_printed"]), abs=0.04)


def test_the_published_probabilities_of_components_and_the_averaged_effect() -> None:
    average = lehmann()
    for component, name in (("effect", "an effect"), ("heterogeneity", "heterogeneity"), ("bias", "bias")):
        expected = float(PSMA[f"posterior probability of {name}"]["brute_force"])
        assert average.inclusion_probability(component) == pytest.approx(expected, rel=0.02)  # type: ignore[arg-type]
    assert average.inclusion_bayes_factor("effect") == pytest.approx(0.226, rel=0.02)
    assert average.inclusion_bayes_factor("bias") == pytest.approx(22.7, rel=0.02)
    mu, tau = average.averaged["mu"], average.averaged["tau"]
    assert mu.mean == pytest.approx(0.0136, abs=3e-4)
    assert mu.sd == pytest.approx(0.057, abs=1e-3)
    assert mu.quantile([0.025, 0.975]) == pytest.approx([-0.064, 0.203], abs=5e-3)
    assert tau.mean == pytest.approx(0.3053, abs=3e-4)
    assert tau.quantile([0.025, 0.975]) == pytest.approx([0.229, 0.391], abs=2e-3)
    # printed averaged over all models, 0 in those without
    printed = {
        name: float(PSMA[f"{name} mean (model-averaged)"]["robma_4_0_0_printed"]) for name in ("PET", "PEESE")
    }
    shares = {name: float(PSMA[name]["robma_4_0_0_printed"]) for name in ("PET", "PEESE")}
    for name in ("PET", "PEESE"):
        slope = average.conditional[name.lower()]
        assert slope.mean == pytest.approx(printed[name] / shares[name], rel=0.03)
        share = float(average.biases().set_index("bias")["posterior_probability"][name.lower()])
        assert average.averaged[name.lower()].mean == pytest.approx(share * (slope.mean or 0))


@cache
def exact_logs(bias: str) -> dict[tuple[bool, bool], float]:
    """Log marginal likelihoods of the four models of 13 trials with a bias, by plain sums."""
    own = rows("lehmann2018.csv")[:13]
    y, v = (np.array([float(row[key]) for row in own]) for key in ("yi", "vi"))
    by_sums = sloped if bias in ("pet", "peese") else published
    return {cell: by_sums(bias, (y, v), *cell) for cell in CELLS}


def taus(heterogeneity: bool) -> tuple[Any, Any]:
    """Return midpoints with log weights, the prior in them."""
    tau, width = midpoints(0, 2.2, 220)
    logs = stats.halfnorm.logpdf(tau, scale=0.3536) + np.log(width)
    return (tau, logs) if heterogeneity else (np.zeros(1), np.zeros(1))


def sloped(bias: str, data: tuple[Any, Any], effect: bool, heterogeneity: bool) -> float:
    """Sums over tau and the slope; mu in closed form, as everything is normal given these."""
    y, v = data
    power, scale, most = (1, 1.0, 12.0) if bias == "pet" else (2, 5.0, 60.0)
    (slope, width), (tau, logs) = midpoints(0, most, 3000), taus(heterogeneity)
    left = y - slope[:, None] * np.sqrt(v) ** power
    total = []
    for t, log in zip(tau, logs, strict=True):
        w = 1 / (v + t**2)
        squares = (w * left**2).sum(axis=1)
        each = 0.5 * np.log(w / (2 * np.pi)).sum() - 0.5 * squares + log
        if effect:
            precision = 1 / 0.7071**2
            each += 0.5 * np.log(precision / (precision + w.sum()))
            each += 0.5 * (left @ w) ** 2 / (precision + w.sum())
        total.append(each + stats.halfcauchy.logpdf(slope, scale=scale) + np.log(width))
    return float(special.logsumexp(total))


def published(bias: str, data: tuple[Any, Any], effect: bool, heterogeneity: bool) -> float:
    """Sums over mu, tau and the one weight of a rule that is uniform, denser towards 0."""
    assert bias == "one_sided_05"
    (y, v), (tau, logs) = data, taus(heterogeneity)
    mu, width = midpoints(-2, 2, 200) if effect else (np.zeros(1), 1.0)
    nodes, weights = np.polynomial.legendre.leggauss(100)
    root, own = (nodes + 1) / 2, weights / 2
    cut = stats.norm.isf(0.05)
    sd = np.sqrt(v[:, None, None] + tau**2)
    total = stats.norm.logpdf(y[:, None, None], mu[:, None], sd).sum(axis=0) + logs
    total += (stats.norm.logpdf(mu, 0, 0.7071) + np.log(width))[:, None] if effect else 0
    above = special.ndtr((mu[:, None] - cut * np.sqrt(v)[:, None, None]) / sd)
    count = int((y / np.sqrt(v) < cut).sum())
    each = [
        count * np.log(r**4) - np.log(above + r**4 * (1 - above)).sum(axis=0) + np.log(4 * r**3 * w)
        for r, w in zip(root, own, strict=True)
    ]
    return float(special.logsumexp(total + special.logsumexp(each, axis=0)))


def midpoints(low: float, high: float, count: int) -> tuple[Any, float]:
    width = (high - low) / count
    return low + width * (np.arange(count) + 0.5), width


@pytest.mark.parametrize("bias", ["pet", "peese", "one_sided_05"])
def test_evidence_against_brute_force_sums(bias: str) -> None:
    expected, found = exact_logs(bias), logs_of(thirteen(), bias)
    for cell in CELLS:
        assert found[cell] == pytest.approx(expected[cell], abs=1e-3), cell


@pytest.mark.slow
@pytest.mark.parametrize("bias", [code for code in OF_BIASES.values() if "sided" in code])
def test_evidence_of_rules_against_single_fits(bias: str) -> None:
    """The other engine has axes and nodes of its own for every model."""
    average = thirteen()
    found = logs_of(average, bias)
    for heterogeneity in (False, True):
        rule = replace(average.rules[bias], effects="random" if heterogeneity else "common")
        single = bi.fit(average.dataset, rule)
        assert found[True, heterogeneity] == pytest.approx(single.log_marginal_likelihood, abs=1e-3)


def test_a_slope_under_the_hypergeometric_likelihood_against_direct_sums() -> None:
    """Curves summed over the tables on the margins, smoothed by plain sums over effects."""
    average = bi.average_models(FOUR, EXACT, bias=["pet"], direction="above")
    theta, step = midpoints(-9, 23, 3200)
    curves, errors = [], []
    for study in FOUR.studies:
        r1, n1, r0, n0 = (int(count) for count in study.counts)
        x = np.arange(max(0, r1 + r0 - n0), min(n1, r1 + r0) + 1)
        terms = np.log(special.binom(n1, x) * special.binom(n0, r1 + r0 - x)) + theta[:, None] * x
        curves.append(np.exp(terms[:, x == r1][:, 0] - special.logsumexp(terms, axis=1)))
        cells = np.array([r1, n1 - r1, r0, n0 - r0]) + 0.5 * (min(r1, r0) == 0)
        errors.append(float(np.sqrt((1 / cells).sum())))
    mu, mu_weight = midpoints(-4, 4, 100)
    tau, tau_weight = midpoints(0, 2.5, 50)
    slope, slope_weight = midpoints(0, 12, 300)
    logs = np.empty((tau.size, mu.size, slope.size))
    wide = np.arange(-4.1, 22.5, 0.02)
    for t, spread in enumerate(tau):
        kernel = stats.norm.pdf(wide[:, None], theta, spread) * step
        kernel /= kernel.sum(axis=1, keepdims=True)
        rows_of = [np.log(np.maximum(kernel @ curve, 1e-300)) for curve in curves]
        logs[t] = sum(
            np.interp(mu[:, None] + slope * error, wide, row)
            for row, error in zip(rows_of, errors, strict=True)
        )
    logs += stats.norm.logpdf(mu)[:, None] + stats.halfcauchy.logpdf(slope)
    logs += stats.halfnorm.logpdf(tau, scale=0.5)[:, None, None]
    expected = special.logsumexp(logs) + np.log(mu_weight * tau_weight * slope_weight)
    assert logs_of(average, "pet")[True, True] == pytest.approx(expected, abs=4e-3)


def test_all_weight_on_no_bias_is_the_average_of_before_to_the_last_digit() -> None:
    plain, all_on_none = bi.average_models(FOUR, EXACT), bi.average_models(FOUR, EXACT, bias={"none": 3})
    assert all_on_none.weights == plain.weights
    assert (
        all_on_none.averaged["mu"].quantile([0.025, 0.5]).tolist()
        == plain.averaged["mu"].quantile([0.025, 0.5]).tolist()
    )
    assert all_on_none.components == ("effect", "heterogeneity")
    assert all_on_none.numerical_error is None


@pytest.mark.parametrize("form", ["pet", "peese"])
def test_evidence_of_slopes_against_single_fits(form: str) -> None:
    own = bi.models.PetPeese(
        form,
        direction="above",
        likelihood="hypergeometric",
        mu="normal(0, 1)",
        tau="half_normal(0.5)",
        name="own",
    )
    found = logs_of(bi.average_models(FOUR, EXACT, bias=[own]), "own")
    for heterogeneity in (False, True):
        single = bi.fit(FOUR, replace(own, effects="random" if heterogeneity else "common"))
        assert found[True, heterogeneity] == pytest.approx(single.log_marginal_likelihood, abs=1e-3)


def test_a_rule_that_publishes_everything_is_no_bias() -> None:
    everything = bi.models.Selection(steps=(0.025,), direction="above", weights=(1.0,), name="everything")
    average = bi.average_models(FOUR, EXACT, bias=["none", everything])
    none, all_published = logs_of(average, "none"), logs_of(average, "everything")
    for cell in CELLS:
        assert all_published[cell] == pytest.approx(none[cell], abs=1e-4)


def test_arms_and_direction_swapped_mirror_the_effect() -> None:
    swapped = bi.Dataset(
        tuple(bi.Study(s.name, s.counts[2], s.counts[3], s.counts[0], s.counts[1]) for s in FOUR.studies)
    )
    one = bi.average_models(FOUR, EXACT, bias="psma", direction="above")
    other = bi.average_models(swapped, EXACT, bias="psma", direction="below")
    assert one.averaged["mu"].mean == pytest.approx(-other.averaged["mu"].mean, abs=1e-5)  # type: ignore[operator]
    probabilities = [each.posterior_probability for each in other.weights]
    assert [each.posterior_probability for each in one.weights] == pytest.approx(probabilities, abs=1e-6)


def test_priors_of_biases_and_of_components_multiply() -> None:
    average = bi.average_models(
        FOUR,
        NORMAL,
        prior={"null random": 1, "effect random": 3},
        bias={"none": 1, "pet": 4},
        direction="above",
    )
    priors = {(w.effect, w.bias): w.prior_probability for w in average.weights}
    assert priors == pytest.approx(
        {(False, "none"): 0.05, (True, "none"): 0.15, (False, "pet"): 0.2, (True, "pet"): 0.6}
    )
    assert sum(w.posterior_probability for w in average.weights) == pytest.approx(1)
    odds = np.exp(logs_of(average, "pet")[True, True] - logs_of(average, "none")[True, True])
    posterior = {(w.effect, w.bias): w.posterior_probability for w in average.weights}
    assert posterior[True, "pet"] / posterior[True, "none"] == pytest.approx(4 * odds)


def test_the_stated_error_bounds_what_brute_force_changes() -> None:
    average = thirteen()
    exact = {bias: exact_logs(bias) for bias in ("pet", "peese", "one_sided_05")}
    logs = [
        np.log(w.prior_probability)
        + exact.get(w.bias, {}).get((w.effect, w.heterogeneity), w.log_marginal_likelihood)
        for w in average.weights
    ]
    expected = np.exp(logs - special.logsumexp(logs))
    errors = [abs(w.posterior_probability - p) for w, p in zip(average.weights, expected, strict=True)]
    assert average.numerical_error is not None
    assert max(errors) < average.numerical_error < 1e-3


def test_what_is_shown_of_biases() -> None:
    average = thirteen()
    text = bi.text(average)
    assert "published by p, one-sided .025, .05, .5" in text
    assert "PET: a slope on the standard error" in text
    assert "P(bias) = 0.865" in repr(average)
    first, *_, last = average.publication
    assert (first.p_above, first.averaged, last.p_up_to) == (0.0, pytest.approx(1.0), 1.0)
    document = average.to_dict()
    assert document["inclusion"][2]["component"] == "bias"
    assert len(document["biases"]) == 9
    assert len(average.models()) == 36


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bias": "PSMA"}, 'give "psma"'),
        ({"bias": {"pett": 1}}, "did you mean 'pet'"),
        ({"bias": {"none": -1}}, "0 or more"),
        ({"bias": []}, "above 0"),
        ({"bias": "psma", "direction": "up"}, "direction: found 'up'"),
        ({"bias": ["pet"]}, "does not say whether an event is good or bad"),
        ({"bias": "psma", "model": bi.Model(), "direction": "above"}, "'hypergeometric'.* or 'normal'"),
        ({"bias": [bi.models.Selection(direction="above", mu="normal(0, 9)")]}, "state it there"),
    ],
)
def test_biases_that_cannot_be_averaged_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        bi.average_models(FOUR, **options)
