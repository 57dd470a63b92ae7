"""A surface of very many studies in blocks: the same numbers to the last bit, in bounded memory."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bayes_ivig import budget
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.grid import in_blocks
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.in_blocks import InBlocks
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.progress import told_to
from bayes_ivig.results.posterior.posterior import Posterior

MANY = 300  # more than one block
NAMES = ("Trial 0", "Trial 255", "Trial 256", "Trial 299")
LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {folder!r})
import bayes_ivig as bi
from bayes_ivig.inputs.model.two_arm import Model
from test_in_blocks import table
bi.fit(table(20), Model(likelihood="normal"))
taken = int(next(l for l in open("/proc/self/status") if l.startswith("VmSize")).split()[1]) * 1024
resource.setrlimit(resource.RLIMIT_AS, (taken + {more}, taken + {more}))
posterior = bi.fit(table({count}), Model(likelihood="normal"))
print(len(posterior.studies) * posterior.answers.log_joint.size * 8)
"""


def table(count: int) -> Dataset:
    """Trials drawn around an odds ratio of 1.2, a few of them without events."""
    rng = np.random.default_rng(3)
    n = rng.integers(20, 200, (count, 2))
    log_odds = rng.normal(-1.5, 0.7, count)
    treated = rng.binomial(n[:, 0], 1 / (1 + np.exp(-log_odds - rng.normal(math.log(1.2), 0.3, count))))
    control = rng.binomial(n[:, 1], 1 / (1 + np.exp(-log_odds)))
    counts = zip(treated, n[:, 0], control, n[:, 1], strict=True)
    return Dataset(tuple(Study(f"Trial {i}", *map(int, each)) for i, each in enumerate(counts)))


@pytest.fixture(scope="module", params=["normal", "binomial"])
def both(request: pytest.FixtureRequest) -> tuple[Posterior, Posterior]:
    """A posterior on a surface that is held whole, and the same in blocks."""
    dataset, model = table(MANY), Model(likelihood=request.param)
    whole = fit(dataset, model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_blocks, "HELD", 1)
        blocked = fit(dataset, model)
    return whole, blocked


def grid(posterior: Posterior) -> GridAnswers:
    assert isinstance(posterior.answers, GridAnswers)
    return posterior.answers


def test_blocks_change_no_bit(both: tuple[Posterior, Posterior]) -> None:
    whole, blocked = both
    one, other = grid(whole).surface.random, grid(blocked).surface.random
    assert isinstance(one, np.ndarray)
    assert isinstance(other, InBlocks)
    assert np.array_equal(grid(whole).log_joint, grid(blocked).log_joint)
    assert grid(whole).log_joint.strides == grid(blocked).log_joint.strides
    assert whole.log_marginal_likelihood == blocked.log_marginal_likelihood
    assert whole.diagnostics == blocked.diagnostics
    assert whole.settings == blocked.settings
    for name in NAMES:
        assert whole.theta[name].quantile(0.975) == blocked.theta[name].quantile(0.975)
    assert one.shape == other.shape
    assert np.array_equal(one, other.whole())
    assert np.array_equal(one[250:270], other[250:270])
    assert np.array_equal(one[-1], other[-1])


def test_further_questions_are_answered_in_blocks(both: tuple[Posterior, Posterior]) -> None:
    whole, blocked = both
    assert whole.without("Trial 7")["mu"].mean == pytest.approx(
        blocked.without("Trial 7")["mu"].mean, rel=1e-9
    )
    weights = {"Trial 1": 0.5, "Trial 290": 0.25}
    one, other = grid(whole).surface, grid(blocked).surface
    shares = np.array([weights.get(name, 1.0) for name in one.studies])
    assert np.allclose(one.total(shares), other.total(shares), rtol=1e-12, atol=0)
    for which in ("mu", "tau"):
        assert np.array_equal(one.thinned(which).each, other.thinned(which).each)
        assert np.array_equal(one.thinned(which).total(), other.thinned(which).total())


def test_a_posterior_in_blocks_is_saved(both: tuple[Posterior, Posterior], tmp_path: Path) -> None:
    blocked = both[1]
    loaded = Posterior.load(blocked.save(tmp_path / "many.nc"))
    assert isinstance(grid(loaded).surface.random, InBlocks)
    assert np.array_equal(grid(loaded).log_joint, grid(blocked).log_joint)
    assert loaded.theta["Trial 256"].quantile(0.5) == blocked.theta["Trial 256"].quantile(0.5)


def test_what_needs_all_values_at_once_is_refused_before(
    both: tuple[Posterior, Posterior], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(budget.VARIABLE, "1MB")
    with pytest.raises(DataError, match="1 MB are allowed"):
        grid(both[1]).surface.each.sum()


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_blocks, "HELD", 1)
    heard: list[tuple[str, int, int]] = []
    with told_to(lambda *news: heard.append(news)):
        fit(table(MANY), Model(likelihood="normal"))
    assert {total for _, _, total in heard} == {MANY}
    assert {done for _, done, _ in heard} == {0, 256, MANY}


@pytest.mark.skipif(sys.platform != "linux", reason="address space is read from /proc")
def test_memory_is_bounded() -> None:
    """A fit gets by with less memory than the surface of its trials would take if it were held whole."""
    more = 350 * budget.MB
    code = LIMITED.format(folder=str(Path(__file__).parent), more=more, count=9_000)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert int(done.stdout) > more
