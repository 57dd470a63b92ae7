"""Calibration of regression and of selection, simulated under selection: any of it can be made again."""

import runpy
from pathlib import Path

import numpy as np
import pytest

PROGRAM = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "calibrate_beyond.py"))


@pytest.mark.parametrize("design", list(PROGRAM["DESIGNS"]))
def test_a_simulation_is_the_same_again_and_of_its_own(design: str) -> None:
    first, again, other = (PROGRAM["one"](design, number) for number in (0, 0, 1))
    assert first == again
    assert first != other
    assert all(0 < value < 1 for value in (*first.values(), *other.values()))


def test_tables_keep_their_margins_and_follow_the_effect() -> None:
    """Fisher's noncentral hypergeometric distribution, its mean by SciPy."""
    from scipy.stats import nchypergeom_fisher

    rng, margins = np.random.default_rng(4), (12, 20, 9)
    drawn = [PROGRAM["table"](rng, 0.8, margins) for _ in range(4000)]
    law = nchypergeom_fisher(32, 9, 12, np.exp(0.8))
    assert np.mean(drawn) == pytest.approx(law.mean(), abs=4 * law.std() / 4000**0.5)
    assert np.std(drawn) == pytest.approx(law.std(), rel=0.06)


def test_p_values_fall_into_the_intervals_of_the_model() -> None:
    """One-sided, above favoured: 1.96 standard errors and more are most significant, below 0 least."""
    assert [PROGRAM["interval"](z) for z in (3.0, 1.97, 1.95, 0.1, -0.1, -4.0)] == [0, 0, 1, 1, 2, 2]
    assert PROGRAM["wald"]((10, 10, 10), 8) == pytest.approx(2 * np.log(4) / (2 * (1 / 8 + 1 / 2)) ** 0.5)
