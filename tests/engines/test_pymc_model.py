"""The PyMC model that a user gets, and the script that needs nothing of us: both sample our posterior."""

import subprocess
import sys

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError, ModelError

pytestmark = pytest.mark.mcmc

DATA = bi.Dataset(
    (bi.Study("A", 3, 20, 6, 21), bi.Study("B", 8, 40, 9, 38), bi.Study("C", 2, 15, 4, 16)), "mine"
)
SHARES = [0.025, 0.5, 0.975]
# posterior SDs: four Monte Carlo errors of a 2.5% quantile, 2.7 / sqrt(n) SDs, of 3,000 effective draws
WITHIN = 0.2


def test_it_samples_the_exact_posterior() -> None:
    import pymc as pm

    with bi.pymc_model(DATA) as built:
        drawn = pm.sample(
            1500, tune=1000, chains=2, cores=1, random_seed=1, target_accept=0.98, progressbar=False,
            quiet=True,
        )  # fmt: skip
    assert {"mu", "tau", "theta", "alpha"} <= set(built.named_vars)
    assert list(built.coords["study"]) == ["A", "B", "C"]
    exact = bi.fit(DATA)
    for name in ("mu", "tau"):
        own = np.quantile(np.asarray(drawn.posterior[name]), SHARES)
        assert own == pytest.approx(exact[name].quantile(SHARES), abs=WITHIN * exact[name].sd)
    theta = np.asarray(drawn.posterior["theta"])[..., 0]
    assert np.quantile(theta, 0.5) == pytest.approx(
        exact.theta["A"].quantile(0.5), abs=WITHIN * exact.theta["A"].sd
    )


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
def test_the_script_gives_our_numbers_without_us(likelihood: str, tmp_path) -> None:
    posterior = bi.fit(DATA, bi.Model(likelihood))
    script = tmp_path / "theirs.py"
    script.write_text(bi.export_code(posterior, "pymc"), encoding="utf-8")
    assert "import bayes_ivig" not in script.read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    printed = np.fromstring(done.stdout.rpartition("[")[2].rstrip("]\n"), sep=" ")
    expected = posterior["mu"].quantile([0.5, 0.025, 0.975])
    assert np.log(printed) == pytest.approx(expected, abs=WITHIN * posterior["mu"].sd)


def test_what_cannot_be_built_is_refused() -> None:
    with pytest.raises(ModelError):
        bi.pymc_model(bi.Dataset(DATA.studies[:1]), bi.Model("normal", mu="flat()", tau="flat()"))
    with pytest.raises((DataError, ModelError), match="design effects"):
        bi.pymc_model(DATA.with_design_effects([2.0, 2.0, 2.0]))
