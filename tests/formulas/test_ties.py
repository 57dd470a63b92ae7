"""What is equal but for noise counts as equal, and what differs does not."""

import numpy as np
import pytest

from bayes_ivig.formulas.ties import (
    least,
    most,
    narrowest,
    settled,
    settled_figures,
    settled_one,
    steps_to_cover,
)
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.tipping.points import Conclusion

NOISE = 1e-13


@pytest.mark.parametrize("noise", [(0, 0, 0), (0, 1, -1), (0, -1, 1), (2, 0, -3)])
def test_equals_stay_in_their_order_whatever_their_last_bits(noise: tuple[int, ...]) -> None:
    values = np.array([0.7, 0.3, 0.3, 0.3, 0.9, 0.9]) * (1 + NOISE * np.array([0, *noise, *noise[1:]]))
    assert np.argsort(settled(values), kind="stable").tolist() == [1, 2, 3, 0, 4, 5]
    assert least(values) == 1
    assert most(values) == 4


def test_what_differs_is_told_apart() -> None:
    assert least(np.array([0.3, 0.3 - 1e-6])) == 1
    assert most(np.array([0.3, 0.3 + 1e-6])) == 1
    assert settled_one(0.3) != settled_one(0.3 + 1e-8)


def test_what_is_0_but_for_noise_is_the_first_of_the_zeros() -> None:
    assert least([1e-17, 0.0, 5]) == 0
    assert most([-1e-17, 0.0, -5]) == 0
    assert least([1e-17, -1e-6, 5]) == 1


def test_steps_are_told_apart_however_small() -> None:
    assert narrowest([3e-12, 1e-12, 1e-12 * (1 - NOISE), 5.0]) == 1
    assert narrowest([0.3, 0.3 * (1 - NOISE)]) == 0
    assert narrowest([np.inf, np.inf]) == 0


def test_zero_has_no_sign_and_infinities_stay() -> None:
    assert np.array_equal(np.copysign(1.0, settled([-1e-17, -0.0])), [1.0, 1.0])
    assert np.array_equal(settled([np.inf, -np.inf]), [np.inf, -np.inf])
    assert least([np.inf, np.inf]) == 0


def test_figures_keep_the_size_of_small_numbers() -> None:
    values = np.array([1.234567890123e-12, 0.0, -np.inf, 3e15, 1.0 - NOISE, 1.0 + NOISE])
    found = settled_figures(values)
    assert found[:4] == pytest.approx(values[:4], rel=1e-9, abs=0)
    assert found[4] == found[5]


@pytest.mark.parametrize("length", [3.0, 3.0 * (1 - NOISE), 3.0 * (1 + NOISE)])
def test_a_whole_number_of_steps_is_one_on_every_machine(length: float) -> None:
    assert steps_to_cover(length, 0.1) == 30
    assert steps_to_cover(length + 1e-6, 0.1) == 31


def test_an_axis_has_as_many_nodes_on_every_machine() -> None:
    reach = float(np.sinh(1.0))
    sizes = {
        Axis.spanning("identity", (0.0, 1.0), (-r, r), 0.1).size
        for r in (reach, reach * (1 + NOISE), reach * (1 - NOISE))
    }
    assert sizes == {21}


@pytest.mark.parametrize("chance", [0.5, 0.5 - NOISE, 0.5 + NOISE])
def test_a_conclusion_on_its_line_is_reached_on_every_machine(chance: float) -> None:
    """Mirrored trials give P(OR > 1) = 0.5 but for noise; a conclusion that asks
    for 0.5 must not hang on that.
    """
    assert Conclusion(probability=0.5).reached(chance)
    assert not Conclusion(probability=0.5).reached(chance - 1e-6)
