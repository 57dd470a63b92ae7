"""The surface of very many studies, smoothed a block of studies at a time and never held as a whole.

Blocks are those in which curves are smoothed anyway, and sums go study by study, so that the numbers are
those of a surface held whole, to the last bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.budget import FLOAT, MB, require
from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.grid.limits import divided, log_shares
from bayes_ivig.engines.grid.smoothing import TOGETHER, Mask, Matters, looked_at, smooth
from bayes_ivig.engines.grid.student_t import Mixing, smooth_robust
from bayes_ivig.errors import DataError
from bayes_ivig.progress import tell

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

HELD = 100 * MB  # of a surface that is held whole


def must_be(studies: int, axes: Axes) -> bool:
    """Whether the surface of so many studies on these axes is too large to be held whole."""
    return studies > TOGETHER and FLOAT * studies * _nodes(axes) > HELD


def _nodes(axes: Axes) -> int:
    return axes.mu.size * (1 if axes.tau is None else axes.tau.size)


@dataclass(frozen=True, eq=False)
class InBlocks:
    """Log likelihoods of K studies at (mu, tau), each smoothed from its curve when it is asked for.

    ``log_curves`` has shape (K, theta). ``exact``, (tau, mu), marks where values must be right, elsewhere
    they may be lower; None means everywhere. ``total``, (mu, tau), is the sum over all studies.
    ``steps`` are 2 along an axis on which only every second node counts.
    """

    log_curves: Array
    axes: Axes
    mixed: Mixing | None
    exact: Mask | None
    total: Array
    steps: tuple[int, int] = (1, 1)
    _last: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, log_curves: Array, axes: Axes, mixed: Mixing | None, matters: Matters | None = None
    ) -> "InBlocks":
        """Smooth all studies and keep their sum; ``matters`` is that of ``smooth``,
        asked of sums over studies.
        """
        bare = cls(log_curves, axes, mixed, None, np.zeros((0, 0)))
        if matters is not None and mixed is None:
            bare = replace(bare, exact=bare._asked(matters))
        return replace(bare, total=bare._summed())

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the values, (K, mu, tau)."""
        return (len(self), *self.total.shape)

    def __len__(self) -> int:
        return len(self.log_curves)

    def __getitem__(self, which: int | slice) -> Array:
        """Return the values of one study, (mu, tau), or of a range of studies, (R, mu, tau)."""
        if isinstance(which, slice):
            start, stop, _ = which.indices(len(self))
            parts = [
                self._block(first)[max(0, start - first) : stop - first]
                for first in range(start - start % TOGETHER, stop, TOGETHER)
            ]
            return parts[0] if len(parts) == 1 else np.concatenate(parts)
        place = range(len(self))[which]
        return np.asarray(self._block(place - place % TOGETHER)[place % TOGETHER])

    def whole(self) -> Array:
        """Return all values at once; raises ``DataError`` where that is more memory than allowed."""
        require(
            3 * FLOAT * int(np.prod(self.shape)),
            f"this question about {len(self):,} trials at once",
            "ask it of fewer trials",
            DataError,
        )
        return self[:]

    def kept(self, which: list[int]) -> "InBlocks | Array":
        """Return some of the studies, held whole where they are few."""
        part = replace(self, log_curves=self.log_curves[which])
        if not must_be(len(which), self.axes):
            return part[:]
        return replace(part, total=part._summed())

    def weighted(self, weights: Array) -> Array:
        """Return the sum over studies times ``weights``, (mu, tau)."""
        total = np.zeros(self.total.shape)
        for first in range(0, len(self), TOGETHER):
            total += np.tensordot(weights[first : first + TOGETHER], self._block(first), axes=1)
        return total

    def thinned(self, which: str) -> "InBlocks":
        """Return the values at every second node of ``"mu"`` or of ``"tau"``."""
        mu, tau = self.steps
        if which == "mu":
            return replace(self, total=self.total[::2], steps=(2 * mu, tau))
        return replace(self, total=self.total[:, ::2], steps=(mu, 2 * tau))

    def _block(self, first: int) -> Array:
        """Values of the studies from a multiple of ``TOGETHER`` on, so many of them, (R, mu, tau)."""
        if self._last.get("first") != first:
            values = self._smoothed(self.log_curves[first : first + TOGETHER])
            self._last.update(first=first, values=values)
        return np.asarray(self._last["values"][:, :: self.steps[0], :: self.steps[1]])

    def _smoothed(self, curves: Array) -> Array:
        theta, mu, tau = self.axes
        assert tau is not None
        shares = log_shares(self.axes, self.mixed)
        if self.mixed is not None:
            return divided(smooth_robust(curves, (theta, mu, tau), self.mixed), shares)
        exact = self.exact
        matters = None if exact is None else lambda _values, _bounds: exact
        values = smooth(curves[None], theta, mu.x, tau.x, tails=True, matters=matters)
        return divided(np.asarray(np.moveaxis(values, 0, -1)), shares)

    def _summed(self) -> Array:
        """Return the sum over all studies, one after the other."""
        total: Array | None = None
        for first in self._firsts("adding up trials"):
            for values in self._smoothed(self.log_curves[first : first + TOGETHER]):
                total = values.copy(order="K") if total is None else np.add(total, values, out=total)
        assert total is not None
        return total[:: self.steps[0], :: self.steps[1]]

    def _asked(self, matters: Matters) -> Mask:
        """Return where values must be right, (tau, mu)."""
        theta, mu, tau = self.axes
        assert tau is not None
        total, bounds = np.zeros((tau.size, mu.size)), np.zeros((tau.size, mu.size), bool)
        for first in self._firsts("looking at trials"):
            values, bound = looked_at(self.log_curves[None, first : first + TOGETHER], theta, mu.x, tau.x)
            for each in np.moveaxis(values, 1, 0):
                total += each
            bounds |= bound.any(axis=1)
        counted = np.broadcast_to(bounds[:, None], (tau.size, TOGETHER, mu.size))  # as of one block's studies
        shares = log_shares(self.axes, self.mixed)
        if shares is not None:
            total -= len(self) * shares.T
        return matters(total[:, None], counted)

    def _firsts(self, work: str) -> Iterator[int]:
        """Yield the first study of every block, and tell of the progress."""
        for first in range(0, len(self), TOGETHER):
            tell(work, first, len(self))
            yield first
        tell(work, len(self), len(self))
