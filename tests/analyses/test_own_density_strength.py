"""How much a density of one's own is worth, and how it is called in tables."""

import math

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.analyses.priors.strength import information
from bayes_ivig.reporting.wording.priors import in_words

pytestmark = pytest.mark.slow


def test_is_worth_what_its_family_is() -> None:
    own = bi.priors.Density(lambda x: np.exp(-0.5 * (x / 0.5) ** 2))
    assert information(own) == pytest.approx(information(bi.priors.Normal(0, 0.5)), rel=1e-3)
    laplace = bi.priors.Density(stats.laplace(0, 0.4).pdf)
    assert information(laplace) == pytest.approx(16 / 0.4**2, rel=1e-2)  # E[(log p)'^2] = 1 / scale^2


@pytest.mark.parametrize("support", [(-1.0, 1.0), (-1.0, math.inf)])
def test_a_jump_has_none(support: tuple[float, float]) -> None:
    assert math.isnan(information(bi.priors.Density(stats.norm.pdf, support)))


def test_is_called_by_its_name() -> None:
    own = bi.priors.Density(stats.laplace(0, 0.4).pdf, name="expert A")
    assert in_words(own) == f"expert A (own density {own.pieces.digest})"
