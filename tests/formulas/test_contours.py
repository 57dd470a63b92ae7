"""Contours against shapes whose outline and area are known."""

import math
from itertools import pairwise

import numpy as np
import pytest

from bayes_ivig.formulas.contours import outlines, regions, smoother, visible

X = np.linspace(-2, 2, 41)
RADIUS = np.hypot(X[:, None], X)
AXES = (X, X)


def area(ring: np.ndarray) -> float:
    x, y = ring.T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def test_a_ring_is_a_disc_with_a_hole() -> None:
    """High between radius 0.5 and 1.5: the outer ring belongs, the inner one does not."""
    found = regions(-np.abs(RADIUS - 1), AXES, -0.5)
    assert [holds for _, holds in found] == [True, False]
    assert [area(ring) for ring, _ in found] == pytest.approx([math.pi * 2.25, math.pi * 0.25], rel=0.01)


def test_an_island_in_a_hole_belongs_again() -> None:
    found = regions(np.cos(2 * np.pi * RADIUS / 1.2), AXES, 0.0)
    inner = [(area(ring), holds) for ring, holds in found if np.abs(ring).max() < 1.4]
    assert [holds for _, holds in inner] == [False, True]
    assert [size for size, _ in inner] == pytest.approx([math.pi * 0.81, math.pi * 0.09], rel=0.05)


def test_a_region_is_closed_by_the_edge_with_its_corners() -> None:
    half = regions(np.broadcast_to(X[:, None], (41, 41)), AXES, 0.0)
    ((ring, holds),) = half
    assert holds and (ring[0] == ring[-1]).all()
    assert area(ring) == pytest.approx(8, rel=1e-6)
    assert regions(np.full((41, 41), -1.0), AXES, 0.0) == ()
    ((whole, inside),) = regions(np.full((41, 41), 1.0), AXES, 0.0)
    assert inside and area(whole) == pytest.approx(16, rel=1e-6)


def test_splines_find_the_line_between_coarse_nodes() -> None:
    coarse = np.linspace(-2, 2, 9)
    values, axes = smoother(coarse[:, None] ** 3 - coarse, (coarse, coarse), 4)
    assert values.shape == (33, 33) and axes[0].size == 33
    assert values[::4, ::4] == pytest.approx(coarse[:, None] ** 3 - coarse)
    (line,) = outlines(values, axes, 0.3)
    assert line[:, 0] ** 3 - line[:, 1] == pytest.approx(0.3, abs=0.02)
    two = np.array([0.0, 1.0])
    flat, _ = smoother(np.array([[0.0, 1.0], [2.0, 3.0]]), (two, two), 2)
    assert flat == pytest.approx(2 * np.linspace(0, 1, 3)[:, None] + np.linspace(0, 1, 3))


def test_a_thinned_line_stays_within_the_tolerance() -> None:
    angle = np.linspace(0, 2 * np.pi, 721)
    circle = 100 * np.column_stack([np.cos(angle), np.sin(angle)])
    kept = visible(circle, 0.4)
    assert kept[0] == 0 and kept[-1] == 720 and 20 < kept.size < 80
    for first, last in pairwise(kept):
        chord, inner = circle[last] - circle[first], circle[first : last + 1] - circle[first]
        assert np.abs(chord[0] * inner[:, 1] - chord[1] * inner[:, 0]).max() / np.hypot(*chord) <= 0.4
    assert visible(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), 0.1).tolist() == [0, 2]
