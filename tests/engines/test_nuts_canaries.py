"""The hash of the sampled models: of densities that are stated, and that every model has."""

import subprocess
import sys

import pytest

import bayes_ivig as bi
from bayes_ivig.engines import nuts
from bayes_ivig.engines.nuts import canaries
from bayes_ivig.engines.nuts.canaries import CANARIES, Canary, models_sha256
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.files import KINDS
from tests.engines.nuts_numbers import dataset, model_of, numbers_of

NAMES = [f"{canary.kind}-{i}" for i, canary in enumerate(CANARIES)]


@pytest.mark.mcmc
@pytest.mark.parametrize("canary", CANARIES, ids=NAMES)
def test_a_model_has_the_stated_densities(canary: Canary) -> None:
    """Where a density changes on purpose, these are the numbers to state: then all is sampled again."""
    plan = nuts.engine.plan_of(dataset(), model_of(canary))
    assert numbers_of(plan) == pytest.approx(canary.numbers, abs=2e-7, rel=1e-9)


@pytest.mark.mcmc
def test_another_prior_has_another_density() -> None:
    """By far more than the comparison allows."""
    own = numbers_of(nuts.engine.plan_of(dataset(), bi.Model()))
    other = numbers_of(nuts.engine.plan_of(dataset(), bi.Model(mu="normal(0, 2.83)")))
    assert abs(own[0] - other[0]) > 1e-3


def test_every_kind_of_model_has_one() -> None:
    sampled = {canary.kind for canary in CANARIES}
    for kind in set(KINDS) - sampled:
        with pytest.raises(ModelError, match="exact engine alone"):
            nuts.engine.plan_of(dataset(), KINDS[kind]())
    assert len(sampled) == len(KINDS) - 2, "all but PET-PEESE and selection models"
    assert all(len(canary.numbers) == 3 for canary in CANARIES)


def test_the_hash_needs_no_sampler() -> None:
    code = (
        "import sys; from bayes_ivig.engines.nuts.canaries import models_sha256 as hash;"
        "print(hash()); sys.exit('pymc' in sys.modules or 'pytensor' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, models_sha256())


def test_a_number_changes_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    first = CANARIES[0]
    moved = first._replace(numbers=(first.numbers[0] + 1e-6, *first.numbers[1:]))
    monkeypatch.setattr(canaries, "CANARIES", (moved, *CANARIES[1:]))
    assert models_sha256.__wrapped__() != models_sha256()
