"""Sums over one likelihood surface for many cases: pairs of priors, or rows of study weights.

Both kinds of case give the same thing: for every case the log densities of mu and of tau on the surface's
nodes, each also with every second node of the other axis left out, which is what errors are stated by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk.priors import distinct, landmarks, log_densities
from bayes_ivig.engines.bulk.rows import denser
from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.priors.composite import Prior

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

CACHED = 100_000  # numbers worked on at once, so that they stay close to the processor
FAINT = -340.0  # logs below which a factor counts as 0
LEAST = 1e-130  # sums of products below this are taken again in logs
NOTHING = 1e-290  # floor of sums that count as 0
ALL = slice(None)
SAMPLE = 64  # cases for which the error of the surface is found
DENSER = 2  # nodes of tau to sum over for each that is computed


class Joint(NamedTuple):
    """Log densities of N cases, per u and with all constants: mu (N, M), tau (N, T), and of the thinned sums.

    ``tau`` is None under a common effect. Thinned in tau means from every second node of tau,
    interpolation included.
    """

    mu: Array
    tau: Array | None
    mu_thin_tau: Array
    tau_thin_mu: Array | None
    tau_thin_tau: Array | None


class Cases(Protocol):
    """N questions to one surface."""

    def __len__(self) -> int:
        """Return N."""

    def taken(self, which: Index) -> "Cases":
        """Return some of the cases."""

    def order(self) -> Index:
        """Return the cases in an order in which neighbours need similar grids, shape (N,)."""


def sampled(cases: Cases) -> Index:
    """Return ``SAMPLE`` of more cases than that, spread evenly."""
    return cases.order()[np.linspace(0, len(cases) - 1, SAMPLE).astype(np.intp)]


@dataclass(frozen=True, eq=False)
class PriorPairs:
    """N pairs of priors on one set of studies; ``which_mu``
    and ``which_tau`` (N,) index the different priors.
    """

    mu: tuple[Prior, ...]
    tau: tuple[Prior, ...]  # empty under a common effect
    which_mu: Index
    which_tau: Index

    @classmethod
    def of(cls, pairs: Sequence[tuple[Prior, Prior]], heterogeneous: bool) -> "PriorPairs":
        """Sort out which priors differ."""
        mu, which_mu = distinct([pair[0] for pair in pairs])
        tau, which_tau = (
            distinct([pair[1] for pair in pairs]) if heterogeneous else ((), np.zeros(len(pairs), np.intp))
        )
        return cls(mu, tau, which_mu, which_tau)

    def __len__(self) -> int:
        return len(self.which_mu)

    def pair(self, i: int) -> tuple[Prior, Prior | None]:
        """Return the priors of one case."""
        return self.mu[self.which_mu[i]], self.tau[self.which_tau[i]] if self.tau else None

    def taken(self, which: Index) -> "PriorPairs":
        """Return some of the cases."""
        mu, tau = (
            np.unique(self.which_mu[which], return_inverse=True),
            np.unique(self.which_tau[which], return_inverse=True),
        )
        return PriorPairs(
            tuple(self.mu[i] for i in mu[0]),
            tuple(self.tau[i] for i in tau[0]) if self.tau else (),
            mu[1],
            tau[1],
        )

    def order(self) -> Index:
        """Return the cases by where their priors on mu lie."""
        return np.argsort(landmarks(self.mu)[self.which_mu, 2], kind="stable")

    def cells(self, built: Surface) -> int:
        """Return how many numbers one case needs at once."""
        return 12 * built.axes.mu.size

    def on(self, built: Surface) -> Callable[[slice], Joint]:
        """Two matrix products: over tau for every prior of tau, over mu for every prior of mu;
        then one sum of logs a case.
        """
        mu, tau = built.axes.mu, built.axes.tau
        log_mu, total = log_densities(self.mu, mu.x), built.total()
        own = log_mu + mu.log_slope(mu.u)
        if tau is None:
            return lambda part: Joint(rows := own[self.which_mu[part]] + total[:, 0], None, rows, None, None)
        full, thin = dense(total), dense(total[:, ::2])
        log_tau = log_densities(self.tau, (fine := tau.refined(DENSER)).x) + fine.log_weights
        log_thin = log_tau[:, ::DENSER][:, : thin.shape[1]] + np.log(DENSER)
        weighted = log_mu + mu.log_weights
        over_tau = _log_products(full, log_tau), _log_products(thin, log_thin)
        over_mu = _log_products(full.T, weighted), _log_products(full[::2].T, weighted[:, ::2] + np.log(2))
        over_mu_thin = _log_products(thin.T, weighted)

        def joint(part: slice) -> Joint:
            u, v = self.which_mu[part], self.which_tau[part]
            prior_mu, prior_tau = own[u], log_tau[v]
            return Joint(
                mu=prior_mu + over_tau[0][v],
                tau=prior_tau + over_mu[0][u],
                mu_thin_tau=prior_mu + over_tau[1][v],
                tau_thin_mu=prior_tau + over_mu[1][u],
                tau_thin_tau=over_mu_thin[u] + log_thin[v],
            )

        return joint


@dataclass(frozen=True, eq=False)
class StudyWeights:
    """N rows of weights in [0, 1], shape (N, K), one for each study of the surface, under one prior on mu.

    ``tau`` is one prior for all, one for each row (those that depend on the data),
    or empty under a common effect.
    """

    weights: Array
    mu: Prior
    tau: tuple[Prior, ...]

    def __len__(self) -> int:
        return len(self.weights)

    def taken(self, which: Index) -> "StudyWeights":
        """Return some of the rows."""
        tau = tuple(self.tau[i] for i in which) if len(self.tau) > 1 else self.tau
        return StudyWeights(self.weights[which], self.mu, tau)

    def summed(self, values: Array) -> Array:
        """Return sums over the studies of each row, shape (N, n), of values (n, K)."""
        return self.weights @ values.T

    def order(self) -> Index:
        """Return the rows by how many studies they count."""
        return np.argsort(self.weights.sum(axis=1), kind="stable")

    def cells(self, built: Surface) -> int:
        """Return how many numbers one case needs at once."""
        return built.axes.mu.size * (built.axes.tau.size if built.axes.tau else 1)

    def on(self, built: Surface) -> Callable[[slice], Joint]:
        """One matrix product for the sums over studies, then one exponential for each node of each case."""
        beliefs = Beliefs.on(built.axes, self.mu, self.tau)
        if built.random is None:
            return lambda part: beliefs.joint(_Product(self.weights[part], built.common[:, :, None]), None)
        each = built.each
        full, thin = dense(each), dense(each[:, :, ::2])
        return lambda part: beliefs.joint(
            _Product(self.weights[part], full), _Product(self.weights[part], thin), part
        )


class LogLikelihoods(Protocol):
    """Log likelihoods of N choices of studies at the nodes, a few at a time."""

    def __len__(self) -> int:
        """Return N."""

    def of(self, part: slice) -> Array:
        """Return some of them, shape (n, mu, tau) or (n, mu, 1), an array of their own."""


@dataclass(frozen=True, eq=False)
class _Product:
    """Log likelihoods of rows of weights (N, K) over surfaces (K, mu, tau)."""

    weights: Array
    each: Array

    def __len__(self) -> int:
        return len(self.weights)

    def of(self, part: slice) -> Array:
        """Return some of them."""
        _, m, t = self.each.shape
        return (self.weights[part] @ self.each.reshape(len(self.each), -1)).reshape(-1, m, t)


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Log priors at the nodes: of mu (M,) per u, of tau (1 or N, T) with the nodes' weights,
    on all of them and on every second; None without tau.
    """

    axes: Axes
    mu: Array
    tau: Array | None
    tau_thin: Array | None

    @classmethod
    def on(cls, axes: Axes, mu: Prior, tau: tuple[Prior, ...]) -> "Beliefs":
        """Evaluate one prior of mu, and one of tau or one for each case."""
        prior = log_densities([mu], axes.mu.x)[0] + axes.mu.log_slope(axes.mu.u)
        if axes.tau is None:
            return cls(axes, prior, None, None)
        log_tau = log_densities(tau, (fine := axes.tau.refined(DENSER)).x) + fine.log_weights
        size = (axes.tau.halved().size - 1) * DENSER + 1
        return cls(axes, prior, log_tau, log_tau[:, ::DENSER][:, :size] + np.log(DENSER))

    def joint(self, full: LogLikelihoods, thin: LogLikelihoods | None, part: slice = ALL) -> Joint:
        """Return the log densities of some of the cases from their log likelihoods;
        ``thin`` are those interpolated from every second node of tau.
        """
        if self.tau is None or self.tau_thin is None or thin is None:
            rows = full.of(slice(0, len(full)))[:, :, 0] + self.mu
            return Joint(rows, None, rows, None, None)
        own = part if len(self.tau) > 1 else ALL
        by_mu, by_tau, by_tau_thin = _sums(full, self.mu, self.tau[own])
        by_mu_thin, thin_tau, _ = _sums(thin, self.mu, self.tau_thin[own])
        step = np.log(self.axes.mu.step)
        return Joint(by_mu, by_tau + step, by_mu_thin, by_tau_thin + step + np.log(2), thin_tau + step)


def _sums(rows: LogLikelihoods, prior: Array, log_tau: Array) -> tuple[Array, Array, Array]:
    """Return logs of the sums over tau (N, M), over mu (N, T), and over every second node of mu (N, T)."""
    n, m, t = len(rows), prior.size, log_tau.shape[1]
    masses = np.empty((n, m)), np.empty((n, t)), np.empty((n, t))
    block = max(1, CACHED // (m * t))
    for start in range(0, n, block):
        part = slice(start, min(start + block, n))
        logs = rows.of(part)
        logs += prior[:, None] + (log_tau[part] if len(log_tau) > 1 else log_tau)[:, None, :]
        top = logs.max(axis=(1, 2), keepdims=True)
        np.exp(np.subtract(logs, top, out=logs), out=logs)
        for out, terms, axis in zip(masses, (logs, logs, logs[:, ::2]), (2, 1, 1), strict=True):
            out[part] = np.log(np.maximum(terms.sum(axis=axis), NOTHING)) + top[:, 0]
    return shaken(masses[0]), shaken(masses[1]), shaken(masses[2])


def dense(values: Array) -> Array:
    """Return a surface with ``DENSER`` nodes of tau in place of one:
    its logs are far smoother than a posterior of tau.
    """
    flat = denser(values.reshape(-1, values.shape[-1]), DENSER)
    return flat.reshape(*values.shape[:-1], -1)


def _log_products(logs: Array, others: Array) -> Array:
    """Return log sum over j of exp(logs[i, j] + others[u, j]), shape (U, I), by one matrix product;
    rows of both scaled.

    Rows in which the product falls below what floats can hold are summed one by one instead.
    """
    top, peak = logs.max(axis=1, keepdims=True), others.max(axis=1, keepdims=True)
    products = _exp(others - peak) @ _exp(logs - top).T
    small = products < LEAST
    out = np.log(np.maximum(products, LEAST)) + top.T + peak
    at_u, at_i = np.nonzero(small)
    block = max(1, CACHED // logs.shape[1])
    for start in range(0, at_u.size, block):
        u, i = at_u[start : start + block], at_i[start : start + block]
        terms = logs[i] + others[u]
        most = terms.max(axis=1, keepdims=True)
        terms -= np.where(np.isneginf(most), 0.0, most)
        with np.errstate(divide="ignore"):
            out[u, i] = np.log(np.exp(terms).sum(axis=1)) + np.where(np.isneginf(most[:, 0]), 0.0, most[:, 0])
    return shaken(np.asarray(out))


def _exp(logs: Array) -> Array:
    """Exponentials, those too small to count set to 0: processors are slow
    with numbers next to the smallest.
    """
    values = np.exp(logs)
    values[logs < FAINT] = 0.0
    return np.asarray(values)
