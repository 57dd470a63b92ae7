"""Effects that move with the size of the trial, against direct sums over slope, limit and tau."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import halfcauchy, halfnorm, norm

import bayes_ivig as bi

FRAME = pd.DataFrame({
    "study": list("abcdef"),
    "treatment_events": [14, 7, 4, 3, 2, 1], "treatment_total": [120, 61, 40, 20, 19, 12],
    "control_events": [20, 15, 11, 9, 6, 5], "control_total": [118, 60, 41, 21, 20, 13],
})  # fmt: skip
DATA = bi.Dataset.from_dataframe(FRAME)
SCALES = {"pet": 1.0, "peese": 5.0}


@cache
def _sums(form: str, sign: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean and SD of mu and of the slope, and the log evidence, by sums over 480 x 201 x 101 values."""
    a, n, c, m = (FRAME[name].to_numpy(float) for name in FRAME.columns[1:])
    y, s = np.log(a * (m - c) / (c * (n - a))), np.sqrt(1 / a + 1 / (n - a) + 1 / c + 1 / (m - c))
    x = sign * (s if form == "pet" else s**2)
    b = np.concatenate([np.linspace(0, 8, 401)[:-1], np.linspace(8, 60, 80)])
    mu, tau = np.linspace(-7, 7, 201), np.linspace(0, 2.5, 101)
    weights = np.gradient(b)
    weights[[0, -1]] /= 2
    step = np.full(tau.size, tau[1])
    step[0] /= 2
    logs = np.log(weights)[:, None, None] + np.log(step) + np.log(mu[1] - mu[0])
    logs = logs + halfcauchy.logpdf(b, scale=SCALES[form])[:, None, None] + halfnorm.logpdf(tau, scale=0.5)
    logs = logs + norm.logpdf(mu, 0, 2.82)[:, None]
    for own, error, moved in zip(y, s, x, strict=True):
        logs += norm.logpdf(own, (mu + moved * b[:, None])[..., None], np.hypot(error, tau))
    top = logs.max()
    mass = np.exp(logs - top)
    evidence = top + float(np.log(mass.sum()))
    mass /= mass.sum()
    moments = [(part @ at, np.sqrt(part @ at**2 - (part @ at) ** 2))
               for part, at in ((mass.sum(axis=(0, 2)), mu), (mass.sum(axis=(1, 2)), b))]  # fmt: skip
    return np.array(moments[0]), np.array(moments[1]), evidence


@pytest.mark.parametrize("direction", ["above", "below"])
@pytest.mark.parametrize("form", ["pet", "peese"])
def test_limit_slope_and_evidence_are_those_of_direct_sums(form: str, direction: str) -> None:
    posterior = bi.fit(DATA, bi.models.PetPeese(form, direction, likelihood="normal"))
    mu, slope, evidence = _sums(form, 1 if direction == "above" else -1)
    assert posterior.engine == "quadrature"
    assert posterior.diagnostics.ok
    assert [posterior["mu"].mean, posterior["mu"].sd] == pytest.approx(mu, abs=2e-3 * mu[1])
    assert posterior["slope"].mean == pytest.approx(
        slope[0], abs=3e-3 * slope[1]
    )  # of a Cauchy tail cut at 60
    assert posterior.log_marginal_likelihood == pytest.approx(evidence, abs=1e-3)


def test_the_favoured_direction_is_stated_or_read_from_the_data() -> None:
    with pytest.raises(bi.errors.ModelError, match="does not say whether an event is good or bad"):
        bi.fit(DATA, bi.models.PetPeese())
    live = bi.load_dataset("ivig", "live_birth")
    read, stated = (bi.fit(live, bi.models.PetPeese("pet", direction)) for direction in ("", "above"))
    assert read["mu"].median == stated["mu"].median
    assert "above no effect" in read.remarks[0]
    assert read["mu"].median < bi.fit(live)["mu"].median  # small trials move the other way from the limit


def test_further_questions_draws_and_files(tmp_path: object) -> None:
    posterior = bi.fit(DATA, bi.models.PetPeese("pet", "below", likelihood="hypergeometric"))
    draws = posterior.draws(3000)
    for p in (0.1, 0.5, 0.9):
        share = float((draws["slope"] < posterior["slope"].quantile(p)).mean())
        assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / 3000)
    narrow = posterior.under(slope="half_normal(0.001)")
    plain = bi.fit(DATA, bi.Model("hypergeometric"))
    assert narrow["mu"].quantile([0.025, 0.975]) == pytest.approx(
        plain["mu"].quantile([0.025, 0.975]), abs=5e-3
    )
    loaded = bi.Posterior.load(posterior.save(f"{tmp_path}/pet.nc"))
    assert loaded["slope"].quantile(0.9) == posterior["slope"].quantile(0.9)
    with pytest.raises(bi.errors.ModelError, match="family pet_peese is fitted by the exact engine alone"):
        bi.fit(DATA, posterior.model, engine=bi.NUTS())


def test_a_model_file_and_the_priors_of_each_form() -> None:
    assert str(bi.load_model("pet").slope) == str(bi.models.PetPeese("pet").slope) == "half_cauchy(1)"
    assert str(bi.models.PetPeese("peese").slope) == "half_cauchy(5)"
    with pytest.raises(bi.errors.ModelError, match="form: found 'pets'"):
        bi.models.PetPeese("pets")
    with pytest.raises(bi.errors.ModelError, match="slope: normal\\(0, 1\\) reaches below 0"):
        bi.models.PetPeese(slope="normal(0, 1)")
