"""What is asked of many cases, and their answers: numbers read off the densities of mu and tau,
with a bound of their error.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk.rows import Rows
from bayes_ivig.engines.bulk.sums import DENSER, Joint
from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Progress = Callable[[int], None]

# accuracy claimed for halving a step; the eighth power would give 256
GAINS = {"mu": 4.0, "tau": 16.0, "theta": 32.0}
EVIDENCE = 0.1  # weight of the log marginal likelihood's error beside errors in posterior SDs, as there


@dataclass(frozen=True)
class Questions:
    """What to ask of every case: probabilities of quantiles, effects to give the probability above of:
    ratios, or differences where not ``log``.
    """

    mu: tuple[float, ...] = (0.025, 0.5, 0.975)
    tau: tuple[float, ...] = (0.5,)
    above: tuple[float, ...] = (1.0,)
    theta_new: tuple[float, ...] = ()
    log: bool = True

    @property
    def at(self) -> Array:
        """The effects on the scale of mu."""
        return np.asarray(np.log(self.above) if self.log else np.asarray(self.above, float))


class Answers(NamedTuple):
    """The answers of N cases, all on the log odds ratio scale.

    ``mu`` (N, P), ``tau`` (N, P) and ``theta_new`` (N, P) are quantiles, ``above`` (N, X) probabilities above
    odds ratios; ``mean`` and ``sd`` (N,) of mu are NaN where they do not exist, ``log_evidence`` (N,) the log
    marginal likelihood, which has a meaning under proper priors only. ``error`` (N,) bounds the numerical
    error of every number, in posterior SDs (probabilities: as they are; log marginal likelihood: a tenth of
    it); ``beyond`` (N,) is about the share of the posterior beyond the grid; ``alone`` (N,) marks the cases
    computed on a grid of their own.
    """

    mu: Array
    tau: Array
    above: Array
    theta_new: Array
    mean: Array
    sd: Array
    log_evidence: Array
    error: Array
    beyond: Array
    alone: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int, asked: Questions) -> "Answers":
        """Return room for N answers."""
        tables = [
            np.full((n, len(columns)), np.nan)
            for columns in (asked.mu, asked.tau, asked.above, asked.theta_new)
        ]
        rows = [np.full(n, np.nan) for _ in range(5)]
        return cls._make([*tables, *rows, np.zeros(n, bool)])

    def put(self, where: Index | slice, answers: "Answers") -> None:
        """Write the answers of some cases into their places."""
        for whole, part in zip(self, answers, strict=True):
            whole[where] = part


@dataclass(frozen=True)
class Task:
    """A dataset, a model but for its cases, and what is asked."""

    dataset: Dataset
    model: Model
    asked: Questions
    progress: Progress | None = field(default=None, compare=False)


def numbers(asked: Questions, axes: Axes, joint: Joint, error: float) -> Answers:
    """Read all answers off the densities of mu and tau, and bound their error by
    what leaving out nodes changes; ``error`` is that of the surface itself.
    """
    mu = Rows(axes.mu, joint.mu)
    errors = [_moved(mu, mu.thinned()), _moved(mu, Rows(mu.axis, joint.mu_thin_tau))]
    beyond = mu.ends_share()
    tau = np.zeros((len(joint.mu), len(asked.tau)))
    if (
        axes.tau is not None
        and joint.tau is not None
        and joint.tau_thin_mu is not None
        and joint.tau_thin_tau is not None
    ):
        spread = Rows(axes.tau.refined(DENSER), joint.tau)
        tau = spread.quantile(np.array(asked.tau))
        errors[0] = np.maximum(errors[0], spread.moved(Rows(spread.axis, joint.tau_thin_mu)))
        small = Rows(axes.tau.halved().refined(DENSER), joint.tau_thin_tau)
        errors[1] = np.maximum(errors[1], spread.moved(small))
        beyond = np.maximum(beyond, spread.ends_share())
    return Answers(
        mu=mu.quantile(np.array(asked.mu)),
        tau=tau,
        above=mu.above(asked.at),
        theta_new=mu.quantile(np.array(asked.theta_new)),  # of a common effect; otherwise found afterwards
        mean=mu.mean,
        sd=mu.sd,
        log_evidence=mu.log_total,
        error=errors[0] / GAINS["mu"] + errors[1] / GAINS["tau"] + error,
        beyond=beyond,
        alone=np.zeros(len(joint.mu), bool),
    )


def _moved(rows: Rows, other: Rows) -> Array:
    """Return how far the numbers of mu and the log marginal likelihood move
    from one computation to another.
    """
    return np.maximum(rows.moved(other), EVIDENCE * np.abs(other.log_total - rows.log_total))


def smoothing(axes: Axes, fine: Joint, coarse: Joint) -> float:
    """Bound what smoothing the curves and integrating the baseline contribute, the largest of all cases:
    ``coarse`` is made half as finely, on the same ``axes`` of mu and tau.
    """
    gaps = _moved(Rows(axes.mu, fine.mu), Rows(axes.mu, coarse.mu))
    if axes.tau is not None and fine.tau is not None and coarse.tau is not None:
        axis = axes.tau.refined(DENSER)
        gaps = np.maximum(gaps, Rows(axis, fine.tau).moved(Rows(axis, coarse.tau)))
    return float(gaps.max() / GAINS["theta"])
