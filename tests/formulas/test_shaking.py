"""The switch that moves last bits: off it does nothing, on it moves every value a little,
always in the same way.
"""

import numpy as np
import pytest

from bayes_ivig.formulas import shaking
from bayes_ivig.formulas.likelihood import Counts, hypergeometric, normal
from bayes_ivig.formulas.shaking import SIZE, shaken

COUNTS = Counts(*(np.array([value]) for value in (7.0, 50.0, 9.0, 60.0)))
THETA = np.linspace(-2.0, 2.0, 201)


def test_off_the_very_same_array_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaking, "SEED", None)
    values = np.array([1.0, -2.0])
    assert shaken(values) is values


@pytest.mark.parametrize("shape", [(0,), (1,), (7, 9), (3, 50, 40), ()])
def test_every_value_moves_by_its_last_bits_and_by_no_more(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...]
) -> None:
    monkeypatch.setattr(shaking, "SEED", 3)
    values = -np.exp(np.linspace(-5.0, 6.0, int(np.prod(shape)))).reshape(shape)
    moved = shaken(values) / values - 1
    assert moved.shape == shape
    assert np.all(np.abs(np.abs(moved) - SIZE) < 3e-16)


def test_a_seed_gives_the_same_signs_and_another_seed_others_both_as_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.ones((100, 100))
    found = []
    for seed in (1, 1, 2):
        monkeypatch.setattr(shaking, "SEED", seed)
        found.append(shaken(values) > 1)
    assert np.array_equal(found[0], found[1])
    assert 0.45 < np.mean(found[0] == found[2]) < 0.55
    assert 0.45 < np.mean(found[0]) < 0.55


def test_zeros_stay_and_infinities_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaking, "SEED", 0)
    assert np.array_equal(shaken(np.array([0.0, -np.inf])), [0.0, -np.inf])


def test_curves_pass_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def curves() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.concatenate(
            [hypergeometric(COUNTS, THETA), normal(np.array([0.2]), np.array([0.4]), THETA)]
        )

    monkeypatch.setattr(shaking, "SEED", None)
    still = curves()
    monkeypatch.setattr(shaking, "SEED", 5)
    assert np.all(still != curves())
    assert still == pytest.approx(curves(), rel=2e-14, abs=0)
