"""Log curves smoothed by normal densities, each value accurate relative to itself far into the tails.

Used in both directions: a study's likelihood curve smoothed by the between-study distribution gives its
surface over (mu, tau); a posterior of mu smoothed the same way gives the predictive density of a new study's
effect.

Three ways, by the width of the normal in steps of the axis: trapezoid sums over the nodes, the same over
nodes ``REFINED`` times as dense, and below that an expansion of the log curve. What would underflow in sums,
or bends too much to be expanded, is done value by value in logs.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.single_values import OVERSHOOT, laplace, summed
from bayes_ivig.engines.grid.sums import DEEP, LEAST, Rows, few_sums, mixed_sums, single_sums, sums
from bayes_ivig.formulas.interpolation import POINTS, log_sum, stencil, upsample
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Mask = NDArray[np.bool_]
type Matters = Callable[[Array, Mask], Mask]

WIDE = 1.0  # from this many local steps on, sums over the nodes are accurate to exp(-2 pi^2) or better
REFINED = 4  # nodes for one where normals are narrower than that
NARROW = WIDE / REFINED  # below this many local steps a second-order expansion serves
LITTLE = 0.1  # squared width over squared scale of the row, up to which the expansion is valid
TINY = 3e-4  # below this many local steps a normal leaves a row as it is
MARGIN = 40.0  # logs by which a share of a mixture may be less before it is left out
# logs by which a share of a density may be less than the density at its mode before it is left out
WORTH = 60.0
UNKNOWN = -600.0  # log of what is too small to matter; lower than anything computed by sums
NEAR = 64  # points whose nodes are read together
TOGETHER = 256  # rows smoothed together


class Widths(NamedTuple):
    """Where each normal stands, in local steps of the axis;
    masks of shape (T, C), and the centres in u, clipped to it.
    """

    u: Array
    wide: Mask
    middle: Mask
    narrow: Mask


def smooth(
    log_rows: Array,
    axis: Axis,
    centres: Array,
    sds: Array,
    *,
    tails: bool = False,
    matters: Matters | None = None,
) -> Array:
    """Return log of the integral of exp(row(x)) Normal(x | centre, sd^2) dx, shape (T, R, C).

    ``log_rows`` has shape (T, R, n), or (1, R, n) where the same rows go with every sd, on the nodes of
    ``axis``; ``centres`` (C,), ``sds`` (T,). With ``tails`` a row goes on at its edge value beyond an
    that is not between limits,
    as a likelihood that has reached its plateau does. ``matters`` may spare work: given all values, some of
    them upper bounds only, and where they are bounds, it says at which (sd, centre) they must be replaced by
    the values; the others become ``UNKNOWN``, relative to their row's maximum, or stay where they are if that
    is lower.
    """
    top = log_rows.max(axis=-1, keepdims=True)
    logs = _finite(log_rows - top)
    widths = _widths(axis, centres, sds)
    tails = tails and endless(axis)
    out, redo = _together(logs, axis, (centres, sds), widths, tails)
    if redo.any():
        if matters is not None:
            wanted = redo & matters(out, redo)[:, None, :]
            np.copyto(out, np.minimum(out, UNKNOWN), where=redo & ~wanted)  # a bound may lie deeper than that
            redo = wanted
        _redo(out, redo, (logs, axis, tails), (centres, sds), widths)
    out += top
    return shaken(out)


def looked_at(log_rows: Array, axis: Axis, centres: Array, sds: Array) -> tuple[Array, Mask]:
    """Return what ``matters`` is given where rows have tails: values relative to each row's maximum,
    (T, R, C), and where they are upper bounds only.
    """
    logs = _finite(log_rows - log_rows.max(axis=-1, keepdims=True))
    return _together(logs, axis, (centres, sds), _widths(axis, centres, sds), endless(axis))


def endless(axis: Axis) -> bool:
    """Whether rows go on beyond an axis: between limits there is nothing beyond."""
    return axis.link != "interval"


def _together(
    logs: Array, axis: Axis, normals: tuple[Array, Array], widths: Widths, tails: bool
) -> tuple[Array, Mask]:
    """Return ``_values``, of ``TOGETHER`` rows at a time."""
    if logs.shape[1] <= TOGETHER:
        return _values(logs, axis, normals, widths, tails)
    out = np.empty((normals[1].size, logs.shape[1], normals[0].size))
    redo = np.empty(out.shape, bool)
    for start in range(0, logs.shape[1], TOGETHER):
        some = slice(start, start + TOGETHER)
        out[:, some], redo[:, some] = _values(logs[:, some], axis, normals, widths, tails)
    return out, redo


def _values(
    logs: Array, axis: Axis, normals: tuple[Array, Array], widths: Widths, tails: bool
) -> tuple[Array, Mask]:
    """Smoothed rows relative to their maximum, (T, R, C), and where they are upper bounds only."""
    centres, sds = normals
    out = np.zeros((sds.size, logs.shape[1], centres.size))
    if (at := np.flatnonzero(widths.wide.any(axis=1))).size:
        for part, values in sums(Rows.of(_of(logs, at), axis, tails), centres, sds[at]):
            _put(out, at[part], widths.wide, values)
    if (at := np.flatnonzero(widths.middle.any(axis=1))).size:
        for (t, c), values in single_sums(
            Rows.of(*refined(_of(logs, at), axis), tails), centres, sds[at], widths.middle[at]
        ):
            out[at[t], :, c] = values.T
    redo = ~widths.narrow[:, None, :] & (out <= DEEP)
    np.log(np.maximum(out, DEEP, out=out), out=out)
    if (at := np.flatnonzero(widths.narrow.any(axis=1))).size:
        expanded, valid = _expanded(_of(logs, at), axis, widths.u, sds[at])
        _put(out, at, widths.narrow, expanded)
        redo[at] = np.where(widths.narrow[at, None, :], ~valid, redo[at])
    return out, redo


def mixture(
    log_rows: Array,
    axis: Axis,
    centres: Array,
    sds: Array,
    log_factors: Array | None = None,
    worth: float | None = None,
) -> Array:
    """Return the log of the sum over sds of what ``smooth`` returns, shape (R, C), for rows (T, R,
    n) of every sd's own.

    Sums over nodes and sds go together, in one matrix product. Where that underflows, or a normal is too
    narrow for what its row does, they are taken apart, but only if the sum, times factors whose logs are (R,
    C), is worth it there: of its row, or, with ``worth``, within so many logs of the best of all rows.
    """
    log_rows, sds = _narrowest_together(log_rows, axis, centres, sds)
    top = log_rows.max(axis=(0, 2), keepdims=True)
    logs = _finite(log_rows - top)
    widths = _widths(axis, centres, sds)
    total = np.zeros((logs.shape[1], centres.size))
    if (at := np.flatnonzero(widths.wide.any(axis=1))).size:
        total += mixed_sums(Rows.of(_of(logs, at), axis, False), centres, sds[at], widths.wide[at])
    if (at := np.flatnonzero(widths.middle.any(axis=1))).size:
        total += few_sums(Rows.of(*refined(_of(logs, at), axis), False), centres, sds[at], widths.middle[at])
    left_out = np.full(total.shape, -np.inf)
    if (at := np.flatnonzero(widths.narrow.any(axis=1))).size:
        expanded, valid = _expanded(_of(logs, at), axis, widths.u, sds[at])
        # beyond, rows are 0
        narrow = widths.narrow[at, None, :] & ((centres >= axis.x[0]) & (centres <= axis.x[-1]))
        total += (np.exp(np.maximum(expanded, LEAST)) * (narrow & valid)).sum(axis=0)
        left_out = np.where(narrow & ~valid, expanded, -np.inf).max(axis=0)
    apart = total <= DEEP
    out = np.log(np.maximum(total, DEEP))
    left_out = np.where(apart, out, left_out)
    apart |= left_out > out - MARGIN
    if apart.any():
        factors = np.zeros((1, 1)) if log_factors is None else log_factors
        made, least = out + top[0] + factors, WORTH if worth is None else worth
        best = made.max(axis=1, keepdims=True) if worth is None else made.max()
        apart &= left_out + top[0] + factors > best - least
        for r in np.flatnonzero(apart.any(axis=1)):
            c = np.flatnonzero(apart[r])
            out[r, c] = np.logaddexp.reduce(smooth(logs[:, r : r + 1], axis, centres[c], sds)[:, 0], axis=0)
    return shaken(np.asarray(out + top[0]))


def _narrowest_together(log_rows: Array, axis: Axis, centres: Array, sds: Array) -> tuple[Array, Array]:
    """Add up the rows (T, R, n) of normals so narrow that they leave a row as it is;
    those of neighbouring sds are much alike.
    """
    u = np.clip(axis.u_of(centres), *axis.u[[0, -1]])
    tiny = sds < TINY * axis.step * float(np.exp(axis.log_slope(u).min()))
    if tiny.sum() < 2:
        return log_rows, sds
    together = log_sum(log_rows[tiny], axis=0)
    return np.concatenate([together[None], log_rows[~tiny]]), np.append(0.0, sds[~tiny])


def at_points(log_rows: Array, axis: Axis, x: Array) -> Array:
    """Return log rows (R, n) at points (C,), never far above the nodes around them;
    beyond the axis its ends, shape (R, C).
    """
    u = np.clip(axis.u_of(x), *axis.u[[0, -1]])
    (value,), highest = _local(_finite(log_rows)[None], (u - axis.start) / axis.step, 0)
    return shaken(np.asarray(np.minimum(value, highest + OVERSHOOT)[0]))


def refined(logs: Array, axis: Axis) -> tuple[Array, Axis]:
    """Return log rows (..., n) with ``REFINED`` nodes for one, and their axis."""
    # far tails fall too steeply for a polynomial
    cells = np.maximum(logs[..., :-1], logs[..., 1:]) + OVERSHOOT
    ceiling = np.concatenate([np.repeat(cells, REFINED, axis=-1), cells[..., -1:]], axis=-1)
    return np.minimum(upsample(logs, REFINED), ceiling), axis.refined(REFINED)


def _widths(axis: Axis, centres: Array, sds: Array) -> Widths:
    u = np.clip(axis.u_of(centres), *axis.u[[0, -1]])
    relative = sds[:, None] / (axis.step * np.exp(axis.log_slope(u)))
    wide, narrow = relative >= WIDE, relative < NARROW
    return Widths(u, wide, ~(wide | narrow), narrow)


def _of(rows: Array, at: Index) -> Array:
    """Rows of the sds at hand; the same for all where there is one set of rows."""
    return rows if rows.shape[0] in (1, at.size) else rows[at]


def _put(out: Array, at: Index, which: Mask, rows: Array) -> None:
    """Put values found for the sds ``at`` into all, (T, R, C), where ``which`` says, (T, C)."""
    if (full := which[at].all(axis=1)).all():
        out[at] = rows
        return
    for t, whole, values in zip(at, full, rows, strict=True):
        if whole:
            out[t] = values
        else:
            np.copyto(out[t], values, where=which[t])


def _finite(log_rows: Array) -> Array:
    """Replace minus infinity by the lowest finite value. No other floor:
    a kink would spoil interpolation beside it.
    """
    empty = np.isneginf(log_rows)
    return np.where(empty, log_rows[~empty].min(), log_rows) if empty.any() else log_rows


def _redo(
    out: Array, redo: Mask, curves: tuple[Array, Axis, bool], normals: tuple[Array, Array], widths: Widths
) -> None:
    """Replace values (T, R, C) by ones computed in logs."""
    logs, axis, tails = curves
    centres, sds = normals
    places = redo.any(axis=1)
    for which in (widths.wide, widths.middle, widths.narrow):
        if not (places & which).any():
            continue
        at_sd, at_row, at_centre = np.nonzero(redo & which[:, None, :])
        rows, fine = refined(logs, axis) if which is widths.middle else (logs, axis)
        row_id = at_row if rows.shape[0] == 1 else at_sd * rows.shape[1] + at_row
        rows, at = rows.reshape(-1, fine.size), (centres[at_centre], sds[at_sd])
        out[at_sd, at_row, at_centre] = (
            laplace(rows, fine, row_id, at)
            if which is widths.narrow
            else summed(rows, fine, row_id, at, tails)
        )


def _expanded(log_rows: Array, axis: Axis, u: Array, sds: Array) -> tuple[Array, Mask]:
    """Rows (T or 1, R, n) smoothed by narrow normals at shared points, and where that is valid;
    both (T, R, C).

    A row is expanded to second order at each point, which makes the integral closed; the first neglected
    terms are of fourth order in the width over the row's own scale, so it is valid where the row bends little
    over the width and does not pull the product further than a step away; elsewhere it is an upper bound, for
    a log-concave row. A width of 0 gives the row itself.
    """
    (value, d1, d2), highest = _local(log_rows, (u - axis.start) / axis.step, 2)
    slope = np.exp(axis.log_slope(u))
    d1 /= axis.step
    first_x, second_x = d1 / slope, (d2 / axis.step**2 - d1 * axis.bend(u)) / slope**2
    variance = (sds**2)[:, None, None]
    shrink = 1 - variance * second_x
    valid = (np.abs(shrink - 1) < LITTLE) & (variance * np.abs(first_x) < slope * axis.step)
    shrink = np.where(valid, shrink, 1.0)
    expanded = value + 0.5 * variance * first_x**2 / shrink - 0.5 * np.log(shrink)
    highest += OVERSHOOT
    # log of the normal beyond them
    three_steps = -4.5 / np.maximum(sds[:, None, None] / (slope * axis.step), 1e-100) ** 2
    return np.minimum(expanded, np.where(valid, highest, np.maximum(highest, three_steps))), valid


def _local(rows: Array, position: Array, derivatives: int) -> tuple[Array, Array]:
    """Values and derivatives per step of rows (T, R, n) at positions (C,),
    and the highest of the nodes they come from.
    """
    first, weights = stencil(position, rows.shape[-1], derivatives)
    pairs = np.maximum(rows[..., :-1], rows[..., 1:])
    fours = np.maximum(pairs[..., :-2], pairs[..., 2:])
    highest = np.maximum(fours[..., :-4], fours[..., 4:])[..., first]
    out = np.empty((len(weights), *rows.shape[:2], position.size))
    for start in range(0, position.size, NEAR):
        part = slice(start, start + NEAR)
        here = first[part]
        low = int(here.min())
        matrix = np.zeros((len(weights), 1, int(here.max()) + POINTS - low, here.size))
        nodes, point = here[:, None] - low + np.arange(POINTS), np.arange(here.size)[:, None]
        for k, weight in enumerate(weights):
            matrix[k, 0, nodes, point] = weight[part]
        out[..., part] = rows[..., low : low + matrix.shape[2]] @ matrix
    return out, highest
