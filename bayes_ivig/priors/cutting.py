"""Cuts a density function into pieces: asks it where it may lie, halves what one polynomial does not follow,
and says what is wrong with it.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.pieces import NODES, PLACES, TO_CHEBYSHEV, WEIGHTS, Pieces
from bayes_ivig.priors.shared import number
from bayes_ivig.priors.stretch import Stretch

type Array = NDArray[np.float64]

LOOKED = 8000  # values of u looked at first
START = 32  # pieces to begin with
HALVINGS, MOST_PIECES = 60, 4000
ERRORS = (1e-9, 1e-7, 1e-5, 1e-3)  # of the log density, each tried where the one before takes too many pieces
FOLDED = 5.0  # logs below the top over which an error may grow by a factor of e
DEPTH = 600.0  # logs below the top, from where a density counts as none
THIN = 1e-12  # a piece of u that is not halved again
BORDER = 37.0  # logs below the top, where a function that cannot be computed further is cut off
# probability beyond what is looked at, in a tail, and between a limit and what floats tell from it
LEFT_OUT, AT_A_LIMIT = 1e-6, 0.02
ENDLESS = 1e-4  # probability of a piece that is not halved again
CHILDREN = np.concatenate([(PLACES - 1) / 2, (PLACES + 1) / 2])
# and close to both edges, since a jump may hide between an edge and the node next to it
PROBED = np.concatenate([CHILDREN, [2e-9 - 1, 1 - 2e-9]])
AT_PROBED: Array = chebyshev.chebvander(PROBED, NODES - 1) @ TO_CHEBYSHEV
PROBES = (0.31, 0.47, 0.68)  # of the way, where a function is asked with one number and with several


def pieces_of(
    function: Callable[[Any], Any], limits: tuple[float, float], points: tuple[float, ...], name: str
) -> Pieces:
    """Return a density function, known up to a constant, as the pieces of the density that integrates to one.

    ``points`` are where it jumps, bends or has narrow peaks. Raises ``ModelError`` for what is no density.
    """
    asked = _Asked(function, Stretch(*limits), name)
    edges = asked.reach(points)
    for error in ERRORS:
        cut = _cut(asked, edges, error)
        if cut is not None:
            return _normalised(asked, *cut, error)
    raise ModelError(
        f"{name}: changes too quickly to be followed by {MOST_PIECES} pieces; smooth it, or give its values "
        "with Density.from_grid(x, density)"
    )


class _Asked:
    """A user's density function, and what it said where it was looked at."""

    def __init__(self, function: Callable[[Any], Any], stretch: Stretch, name: str) -> None:
        self.function, self.stretch, self.name = function, stretch, name
        self.seen: tuple[Array, Array] = (np.empty(0), np.empty(0))
        self.why = ""  # the last exception
        low, high = stretch.ends
        self.vectorised = self._takes_arrays(stretch.x_of(low + (high - low) * np.array(PROBES)))

    def _takes_arrays(self, x: Array) -> bool:
        """Whether the function gives for an array what it gives for its numbers."""
        with np.errstate(all="ignore"):
            try:
                together = np.asarray(self.function(x.copy()), float)
            except Exception:  # whatever a user's function raises
                return False
        return together.shape == x.shape and np.array_equal(together, self._one_by_one(x), equal_nan=True)

    def _one_by_one(self, x: Array) -> Array:
        return np.array([self._value(float(each)) for each in x])

    def _value(self, x: float) -> float:
        """Return the density at one x, NaN where there is none."""
        with np.errstate(all="ignore"):
            try:
                found = np.asarray(self.function(x))
            except Exception as error:  # whatever a user's function raises
                self.why = f"raises {type(error).__name__}: {str(error)[:80]}"
                return math.nan
        if found.size != 1 or found.dtype.kind not in "fiub":
            what = (
                f"{found.size} numbers"
                if found.dtype.kind in "fiub"
                else f"a {type(found.item(0)).__name__}"
                if found.size
                else "nothing"
            )
            raise ModelError(
                f"{self.name}: gives {what} for x = {x:.6g}; it must give one number, the density there"
            )
        return float(found.reshape(-1)[0])

    def densities(self, u: Array) -> Array:
        """Return the density at u, NaN where the function cannot say; raises ``ModelError`` below 0."""
        x = self.stretch.x_of(u)
        if self.vectorised:
            with np.errstate(all="ignore"):
                found = np.asarray(self.function(x.copy()), float)
        else:
            found = self._one_by_one(x)
        if (found < 0).any():
            at = int(np.flatnonzero(found < 0)[0])
            raise ModelError(
                f"{self.name}: is {found[at]:.3g} at x = {x[at]:.6g}; a density is never below 0"
                f"{_of_tau(float(x[at]))}"
            )
        return found

    def logs(self, u: Array) -> Array:
        """Return the log density at u; raises ``ModelError`` where it is no finite number."""
        found = self.densities(u)
        if not np.isfinite(found).all():
            at = int(np.flatnonzero(~np.isfinite(found))[0])
            raise self._not_finite(float(self.stretch.x_of(u[at])), float(found[at]))
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(found))

    def _not_finite(self, x: float, value: float) -> ModelError:
        what = self.why if math.isnan(value) and self.why else f"is {value:g}".replace("nan", "NaN")
        return ModelError(
            f"{self.name}: {what} at x = {x:.6g}; a density is a finite number everywhere in its support: "
            f"give one that is, or a support without that place{_of_tau(x)}"
        )

    def reach(self, points: tuple[float, ...]) -> Array:
        """Look at the function, and return the first edges: as far as it can be computed, and where it was
        said to be rough.
        """
        low, high = self.stretch.ends
        own = self.stretch.u_of(np.array(points, float))
        own = np.unique(own[(own > low) & (own < high)])
        beside = np.concatenate([own - 10.0**-k for k in range(1, 9)] + [own + 10.0**-k for k in range(1, 9)])
        u = np.concatenate([low + (high - low) * (np.arange(LOOKED) + 0.5) / LOOKED, beside])
        u = np.unique(u[(u > low) & (u < high)])
        found = self.densities(u)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(found)
        low, high = self._computable(u, logs + self.stretch.log_slope(u), (low, high))
        kept = (u > low) & (u < high)
        self.seen = u[kept], logs[kept]
        even = np.linspace(low, high, START + 1)
        return np.unique(np.concatenate([even, own[(own > low) & (own < high)]]))

    def _computable(self, u: Array, logs: Array, ends: tuple[float, float]) -> tuple[float, float]:
        """Return the range around the top in which the function can be computed, if it is next to nothing
        at its borders.
        """
        fine = np.isfinite(logs) | np.isneginf(logs)
        heights = np.where(np.isfinite(logs), logs, -np.inf)
        if not fine.any() or np.isneginf(heights).all():
            if not fine.all():
                at = int(np.flatnonzero(~fine)[0])
                raise self._not_finite(float(self.stretch.x_of(u[at])), float(np.exp(logs[at])))
            low, high = (number(float(f"{end:.3g}")) for end in self.stretch.x_of(np.array(ends)))
            raise ModelError(
                f"{self.name}: is 0 at all {u.size} values looked at from {low} to {high}; give the support "
                "in which it lies, or points=(...) near its peaks"
            )
        top = int(np.argmax(heights))
        found = list(ends)
        for side, bad in ((0, np.flatnonzero(~fine[:top])[::-1]), (1, top + np.flatnonzero(~fine[top:]))):
            if bad.size:
                border = int(bad[0]) + (1 if side == 0 else -1)
                if heights[border] > heights[top] - BORDER:
                    raise self._not_finite(float(self.stretch.x_of(u[bad[0]])), float(np.exp(logs[bad[0]])))
                found[side] = float(u[border])
        return found[0], found[1]


def _cut(asked: _Asked, edges: Array, error: float) -> tuple[Array, Array] | None:
    """Return the edges of pieces that follow a function to ``error``, and the log densities at their nodes;
    None where there would be too many.
    """
    low, high = edges[:-1], edges[1:]
    values = asked.logs(_nodes(low, high, PLACES).reshape(-1)).reshape(low.size, -1)
    top = max(float(values.max()), float(asked.seen[1].max()))
    done: list[tuple[Array, Array]] = []
    count, mass = 0, 0.0
    for _ in range(HALVINGS):
        probed = asked.logs(_nodes(low, high, PROBED).reshape(-1)).reshape(low.size, -1)
        inner = probed[:, : 2 * NODES]
        top = max(top, float(inner.max()))
        own, others = (_masses(asked.stretch, (low, high), each, top) for each in (values, inner))
        off = np.maximum(_off(values, probed, top), _off_seen(values, (low, high), asked.seen, top))
        off = np.maximum(off, _off_mass(own, others, mass * math.exp(-top)))
        thin = high - low < THIN * np.maximum(1.0, np.abs(low))
        empty = np.maximum(values.max(axis=1), probed.max(axis=1)) < top - DEPTH
        empty &= ~_seen_above(low, high, asked.seen, top - DEPTH)
        ready = (off <= error) | thin | empty
        done.append((low[ready], _settled(values[ready], empty[ready])))
        count += int(ready.sum())
        mass += float(others[ready].sum()) * math.exp(top)
        if ready.all():
            order = np.argsort(starts := np.concatenate([each for each, _ in done]), kind="stable")
            return np.append(starts[order], edges[-1]), np.concatenate([each for _, each in done])[order]
        if count + 2 * int((~ready).sum()) > MOST_PIECES:
            return None
        middle = (low + high)[~ready] / 2
        low, high = np.stack([low[~ready], middle], 1).ravel(), np.stack([middle, high[~ready]], 1).ravel()
        values = inner[~ready].reshape(-1, NODES)
    return None


def _nodes(low: Array, high: Array, places: Array) -> Array:
    return np.asarray(low[:, None] + (high - low)[:, None] * (places + 1) / 2)


def _settled(values: Array, empty: NDArray[np.bool_]) -> Array:
    """Return the values of pieces that are halved no more: those across a jump are level."""
    values = np.where(empty[:, None], -np.inf, values)
    mixed = np.isneginf(values).any(axis=1)
    with np.errstate(divide="ignore"):
        level = np.log(np.exp(values[mixed]).mean(axis=1))
    values[mixed] = level[:, None]
    return values


def _off(values: Array, probed: Array, top: float) -> Array:
    """Return how far the polynomials of pieces are from what lies between their nodes; more is let pass deep
    below the top.
    """
    finite = np.isfinite(values).all(axis=1) & np.isfinite(probed).all(axis=1)
    followed = np.where(finite[:, None], values, 0.0) @ AT_PROBED.T
    allowed = np.exp(np.minimum(top - np.where(np.isfinite(probed), probed, top), DEPTH) / FOLDED)
    with np.errstate(invalid="ignore"):
        away = (np.abs(followed - probed) / allowed).max(axis=1)
    return np.where(finite, away, np.inf)


def _masses(stretch: Stretch, limits: tuple[Array, Array], logs: Array, top: float) -> Array:
    """Return the integrals of pieces, the top of the density being 1, from the nodes of their own or of their
    halves.
    """
    low, high = limits
    places, weights = (PLACES, WEIGHTS) if logs.shape[1] == NODES else (CHILDREN, np.tile(WEIGHTS, 2) / 2)
    u = _nodes(low, high, places)
    return np.asarray(np.exp(logs - top + stretch.log_slope(u)) @ weights * (high - low) / 2)


def _off_mass(own: Array, others: Array, before: float) -> Array:
    """Return how far integrals of pieces are from those of their halves, relative to themselves, or to what a
    piece of next to nothing is to be measured by.
    """
    total = before + float(others.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        faded = others ** (1 - 1 / FOLDED) * total ** (1 / FOLDED)
        faded = np.where(others > 0, faded, total)
        return np.nan_to_num(np.abs(own - others) / faded)


def _off_seen(values: Array, limits: tuple[Array, Array], seen: tuple[Array, Array], top: float) -> Array:
    """Return how far the polynomials are from what was seen before anything was cut."""
    low, high = limits
    which, kept = _pieces_at(low, high, seen[0])
    out = np.zeros(low.size)
    u, logs, which = seen[0][kept], seen[1][kept], which[kept]
    with np.errstate(invalid="ignore"):
        t = 2 * (u - low[which]) / (high - low)[which] - 1
        followed = np.einsum("ij,ij->i", chebyshev.chebvander(t, NODES - 1), values[which] @ TO_CHEBYSHEV.T)
        off = np.abs(followed - logs) / np.exp(
            np.minimum(top - np.where(np.isfinite(logs), logs, top), DEPTH) / FOLDED
        )
    off = np.where(np.isnan(off), np.where(np.isneginf(logs), 0.0, np.inf), off)
    np.maximum.at(out, which, off)
    return out


def _seen_above(low: Array, high: Array, seen: tuple[Array, Array], least: float) -> NDArray[np.bool_]:
    """Whether something above a height was seen in every piece."""
    which, kept = _pieces_at(low, high, seen[0])
    above = kept & (seen[1] > least)
    out = np.zeros(low.size, bool)
    out[which[above]] = True
    return out


def _pieces_at(low: Array, high: Array, u: Array) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the piece in which each u may lie, and whether it does."""
    which = np.clip(np.searchsorted(low, u, side="right") - 1, 0, low.size - 1)
    return which, (u >= low[which]) & (u <= high[which])


def _normalised(asked: _Asked, edges: Array, values: Array, error: float) -> Pieces:
    """Return pieces that integrate to one; raises ``ModelError`` where there is no integral."""
    values = values - values.max()
    edges, values = _merged(edges, values)
    low, high = asked.stretch.lower, asked.stretch.upper
    made = Pieces(low, high, tuple(edges.tolist()), tuple(values.ravel().tolist()), error)
    _require_integral(asked, made)
    scaled = replace(made, logs=tuple((values - math.log(made.total)).ravel().tolist()))
    tails = [end for end, limit in zip(scaled.ends, (low, high), strict=True) if not math.isfinite(limit)]
    return replace(scaled, error=max([error, *tails]))


def _require_integral(asked: _Asked, made: Pieces) -> None:
    """Raise ``ModelError`` where a density has no integral, or one that cannot be followed."""
    edges, limits = np.array(made.edges), (made.lower, made.upper)
    inside = float(made.masses.sum())
    endless = np.flatnonzero(
        (np.diff(edges) < 2 * THIN * np.maximum(1.0, np.abs(edges[1:]))) & (made.masses > ENDLESS * inside)
    )
    if endless.size:
        at = f"{float(asked.stretch.x_of(edges[endless[0]])):.6g}"
        raise ModelError(
            f"{asked.name}: rises without end at {at}, so that its integral has no end there, or a spike is "
            f"no density; let it stay below a limit, or give a support that ends at {at}"
        )
    for beyond, place, end in zip(made.ends, (0, -1), limits, strict=True):
        finite = math.isfinite(end)
        if beyond == math.inf:
            towards = number(end) if finite else "infinity"
            raise ModelError(
                f"{asked.name}: its integral has no end towards {towards}, so that it is no density; let it "
                "fall faster there, or give a support that ends before"
            )
        if beyond > (AT_A_LIMIT if finite else LEFT_OUT) * inside:
            place_of = float(asked.stretch.x_of(edges[place]))
            raise ModelError(
                f"{asked.name}: {beyond / (inside + beyond):.1g} of it lies beyond {place_of:.9g}, where it "
                "cannot be followed; let it fall faster there, or give a support that ends before"
            )


def _of_tau(x: float) -> str:
    """Return what to write where a density fails below 0, where no between-study SD is."""
    return "; of tau, which is never below 0, write support=(0, inf)" if x < 0 else ""


def _merged(edges: Array, values: Array) -> tuple[Array, Array]:
    """Return pieces with stretches without density in one."""
    empty = np.isneginf(values).all(axis=1)
    kept = ~(empty & np.append(False, empty[:-1]))
    return np.append(edges[:-1][kept], edges[-1]), values[kept]
