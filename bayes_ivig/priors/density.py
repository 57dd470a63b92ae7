"""A prior of one's own: any density function, or one drawn on a grid, known up to a constant."""

import math
from collections.abc import Callable
from dataclasses import InitVar, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.kinds.words import described, shown
from bayes_ivig.priors.cutting import pieces_of
from bayes_ivig.priors.pieces import Pieces
from bayes_ivig.priors.shared import REAL_LINE, Array, number

LONGEST = 60  # characters of a name
LARGEST = 1e15  # of a limit
MOST_POINTS = 2000
UNNAMED = ("", "<lambda>", "pdf", "evaluate")  # names of functions that say nothing


@checked_methods
@dataclass(frozen=True, slots=True, repr=False)
class Density:
    """A prior with a density of one's own: ``density(x)`` is it, up to a constant, on the scale of the
    parameter: the log odds ratio for mu, its between-study SD for tau.

    The function takes an array or one number at a time; it is integrated over ``support``, normalised, and
    kept as a table of its logarithm, which is exact to ``error`` (1e-9 where it is smooth). The function is
    not kept: two priors are equal where name and table are, a saved posterior holds the table, and the text
    names the prior, its support and a fingerprint of the table, from which no program can read it back.
    ``name`` is that of the function unless it is given. ``points`` are where the density jumps, has a corner
    or a peak so narrow that it may be missed (below a thousandth of its distance from 0). Raises
    ``ModelError`` for a function that raises, is negative, not finite, 0 everywhere or has no integral.

    >>> import bayes_ivig as bi
    >>> import numpy as np
    >>> mine = bi.priors.Density(lambda x: np.exp(-np.abs(x + 0.2) / 0.3), name="Laplace")
    >>> round(float(mine.quantile(0.975)), 2), round(mine.sd, 3)
    (0.7, 0.424)
    """

    density: Callable[[Any], Any] | Pieces
    support: tuple[float, float] = REAL_LINE
    name: str = ""
    points: InitVar[tuple[float, ...]] = ()
    proper = True

    def __post_init__(self, points: tuple[float, ...]) -> None:
        name = _checked_name(self.name or getattr(self.density, "__name__", ""))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "support", _checked_support(name, self.support))
        if isinstance(self.density, Pieces):
            return
        if not callable(self.density):
            raise ModelError(
                f"{name}: found {described(self.density)}; give a function of x that returns the density, or "
                "Density.from_grid(x, density)"
            )
        object.__setattr__(
            self, "density", pieces_of(self.density, self.support, _checked_points(name, points), name)
        )

    @classmethod
    def from_grid(cls, x: ArrayLike, density: ArrayLike, name: str = "drawn") -> "Density":
        """Return the prior whose density is drawn, up to a constant: straight lines between the values
        ``density`` at ``x``, as another program gives the density of its draws; or, where ``x`` has one value
        more, bars between every two of them, as an expert draws a histogram. It is 0 outside ``x``.

        Raises ``ModelError`` for values that draw no density.

        >>> import bayes_ivig as bi
        >>> bars = bi.priors.Density.from_grid([-1, -0.5, 0, 0.5], [2, 6, 2], name="expert")
        >>> float(bars.cdf(0).round(3))
        0.8
        """
        at, heights = np.asarray(x, float).reshape(-1), np.asarray(density, float).reshape(-1)
        _require_grid(name, at, heights)
        form = _bars if at.size == heights.size + 1 else _lines
        drawn = partial(form, at, heights)
        return cls(drawn, (float(at[0]), float(at[-1])), name, tuple(at[1:-1].tolist()))

    def require_whole(self) -> None:
        """Raise ``ValueError`` where a file's table is of another support."""
        if self.support != (self.pieces.lower, self.pieces.upper):
            raise ValueError("a density of another support than its table")

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        low, high = map(number, self.support)
        return f'density("{self.name}", {low}, {high}, "{self.pieces.digest}")'

    @property
    def pieces(self) -> Pieces:
        """The table of the log density."""
        assert isinstance(self.density, Pieces)
        return self.density

    @property
    def error(self) -> float:
        """How far the log density, or a probability, may be off."""
        return self.pieces.error

    @property
    def mean(self) -> float | None:
        """Mean, None where it does not exist."""
        return self.pieces.moment(1)

    @property
    def sd(self) -> float | None:
        """Standard deviation, None where it does not exist."""
        mean = self.mean
        square = None if mean is None else self.pieces.moment(2, mean)
        return None if square is None else math.sqrt(square)

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity where there is none."""
        return self.pieces.log_density(np.asarray(x, float))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return self.pieces.cdf(np.asarray(x, float))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.pieces.quantile(np.asarray(p, float))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return self.quantile(rng.random(size))


def _lines(at: Array, heights: Array, x: Array) -> Array:
    return np.interp(x, at, heights, left=0.0, right=0.0)


def _bars(at: Array, heights: Array, x: Array) -> Array:
    inside = (x >= at[0]) & (x <= at[-1])
    which = np.clip(np.searchsorted(at, x, side="right") - 1, 0, heights.size - 1)
    return np.where(inside, heights[which], 0.0)


def _require_grid(name: str, at: Array, heights: Array) -> None:
    """Raise ``ModelError`` for values that draw no density."""
    rises = at.size > 1 and bool(np.isfinite(at).all() and (np.diff(at) > 0).all())
    wrong = ""
    if heights.size not in (at.size, at.size - 1):
        wrong = f"found {at.size} x and {heights.size} densities; give as many, or one x more for bars"
    elif not rises or at.size > MOST_POINTS:
        wrong = f"x must be 2 to {MOST_POINTS} finite values, each above the one before"
    elif not (np.isfinite(heights).all() and (heights >= 0).all() and heights.max() > 0):
        wrong = "the densities must be finite, not below 0, and not all 0"
    if wrong:
        raise ModelError(f"{name}: {wrong}")


def _checked_name(name: object) -> str:
    if name in UNNAMED:
        return "own"
    if not isinstance(name, str) or not name.isprintable() or '"' in name or len(name) > LONGEST:
        raise ModelError(
            f"Density: name is {shown(name)[:80]}; it must be a text of up to {LONGEST} characters without "
            'quotation marks, for example "expert A"'
        )
    return name


def _checked_support(name: str, support: object) -> tuple[float, float]:
    """Return two limits, the lower first."""
    try:
        low, high = (float(limit) for limit in support)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        low = high = math.nan
    finite = [limit for limit in (low, high) if not math.isinf(limit)]
    if not low < high or any(abs(limit) > LARGEST for limit in finite):
        raise ModelError(
            f"{name}: support is {quoted(support)}; it must be two limits, the lower one first, for example "
            "(-inf, inf) or (0, inf)"
        )
    return low, high


def _checked_points(name: str, points: object) -> tuple[float, ...]:
    try:
        found = tuple(float(point) for point in points)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        found = (math.nan,)
    if not all(map(math.isfinite, found)) or len(found) > MOST_POINTS:
        raise ModelError(
            f"{name}: points is {quoted(points)[:80]}; it must be up to {MOST_POINTS} finite numbers, for "
            "example (0, 0.5)"
        )
    return found
