"""A log-normal risk ratio as a prior on the log odds ratio:
the whole curve, carried through the baseline risk.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.priors.baseline_risk import check_risk, risk_nodes
from bayes_ivig.priors.shared import LARGEST, LOG_SQRT_2PI, REAL_LINE, SMALLEST, Array, number

HALVINGS = 80
MOST_IMPOSSIBLE = 0.5


def impossible_share(mean: float, sd: float, baseline_risk: float | str, event: str = "") -> float:
    """Return the probability that a log-normal risk ratio leaves to risks of 1 or more under treatment."""
    log_odds, weights = risk_nodes(baseline_risk, sd)
    log_risks = special.log_expit((-1.0 if event else 1.0) * np.array(log_odds))
    return float(np.array(weights) @ special.ndtr((log_risks + mean) / sd))


@checked_methods
@dataclass(frozen=True, slots=True)
class RiskRatio:
    """Log odds ratio of an event whose log risk ratio is normal with ``mean`` and ``sd``,
    at its risk without treatment.

    At the risk p the risk ratio R gives theta = logit(p R) - logit(p), so that log R = log expit(theta +
    logit p) - log p, and the density of theta is that of log R there times d log R / d theta = 1 - p R. A
    risk of 1 or more under treatment cannot be: the density is cut off at log R = -log p and divided by what
    is left. ``baseline_risk`` is a number, a 95% range ``"0.4 to 0.6"`` (normal on the log odds) or the
    events of control arms, ``"119 of 216"`` (Jeffreys' posterior); then the risk and R are independent but
    for the cut, and theta is averaged over both. ``event="opposite"`` is the log odds ratio of the opposite
    event: the ratio's own then has the risk one minus ``baseline_risk``.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.RiskRatio(0.22, 0.11, 0.55)
    >>> prior.quantile([0.025, 0.975]).round(2).tolist()
    [0.01, 1.53]
    """

    mean: float
    sd: float
    baseline_risk: float | str
    event: str = ""
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        for name in ("mean", "sd"):
            value = getattr(self, name)
            value = value.item() if isinstance(value, np.integer | np.floating) else value
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
                raise ModelError(
                    f"risk_ratio: {name} is {quoted(str(value)[:20])}; it must be a number, of a log risk "
                    "ratio"
                )
            object.__setattr__(self, name, float(value))
        if self.sd < SMALLEST:
            raise ModelError(f"risk_ratio: sd is {number(self.sd)}; it must be above 0")
        object.__setattr__(self, "baseline_risk", check_risk(self.baseline_risk, "risk_ratio: baseline_risk"))
        if self.event not in ("", "opposite"):
            raise ModelError(f'risk_ratio: event is {quoted(self.event)}; leave it out, or write "opposite"')
        if self.impossible > MOST_IMPOSSIBLE:
            raise ModelError(
                f"{self}: {100 * self.impossible:.0f}% of it are risks of 1 or more under treatment, which "
                "cannot be; state a lower baseline risk, or the ratio of the opposite event"
            )

    def __str__(self) -> str:
        risk = (
            f'"{self.baseline_risk}"' if isinstance(self.baseline_risk, str) else number(self.baseline_risk)
        )
        event = f', "{self.event}"' if self.event else ""
        return f"risk_ratio({number(self.mean)}, {number(self.sd)}, {risk}{event})"

    @property
    def sign(self) -> float:
        """1, or -1 for the opposite event."""
        return -1.0 if self.event else 1.0

    @property
    def nodes(self) -> tuple[Array, Array]:
        """Log odds of the risks of the ratio's own event that are averaged over, and their weights,
        which add up to 1.
        """
        log_odds, weights = risk_nodes(self.baseline_risk, self.sd)
        return self.sign * np.array(log_odds), np.array(weights)

    @property
    def impossible(self) -> float:
        """The share of the log-normal that is cut off: its probability of a risk of 1
        or more under treatment.
        """
        return impossible_share(self.mean, self.sd, self.baseline_risk, self.event)

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        log_odds, weights = self.nodes
        treated = self.sign * np.asarray(x, float)[..., None] + log_odds
        with np.errstate(over="ignore"):
            logs = np.log(weights) - 0.5 * self._score(treated, log_odds) ** 2 + special.log_expit(-treated)
        constant = LOG_SQRT_2PI + math.log(self.sd) + math.log1p(-self.impossible)
        return np.asarray(special.logsumexp(logs, axis=-1) - constant)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x); at 0 it is that of the risk ratio at 1, given that it is possible."""
        lower, upper = self._tails(self.sign * np.asarray(x, float))
        return upper if self.event else lower

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it; over an uncertain risk
        by bisection between those at each.
        """
        p = np.asarray(p, float)
        lower, upper = (1 - p, p) if self.event else (p, 1 - p)
        log_odds, _ = self.nodes
        ends = self._at_risk(lower[..., None], upper[..., None], log_odds)
        if log_odds.size == 1:
            return self.sign * ends[..., 0]
        low, high = np.clip(ends.min(axis=-1), -LARGEST, None), np.clip(ends.max(axis=-1), None, LARGEST)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            tails = self._tails(middle)
            below = np.where(lower < 0.5, tails[0] < lower, tails[1] > upper)
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        inside = np.where(upper <= 0, np.inf, np.where(lower <= 0, -np.inf, (low + high) / 2))
        return np.asarray(self.sign * inside)

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        log_odds, weights = self.nodes
        shares = weights * special.ndtr(self._highest(log_odds))
        which = rng.choice(log_odds.size, size=size, p=shares / shares.sum())
        p = rng.uniform(size=size)
        return self.sign * self._at_risk(p, 1 - p, log_odds[which])

    def _score(self, treated: Array, log_odds: Array) -> Array:
        """Return the normal score of the log risk ratio that leads from one log odds to the other."""
        return np.asarray((special.log_expit(treated) - special.log_expit(log_odds) - self.mean) / self.sd)

    def _highest(self, log_odds: Array) -> Array:
        """Return the normal score of the log risk ratio at which everyone treated has the event."""
        return np.asarray((-special.log_expit(log_odds) - self.mean) / self.sd)

    def _tails(self, theta: Array) -> tuple[Array, Array]:
        """Return the probabilities below and above log odds ratios of the ratio's own event,
        each precise where small.
        """
        log_odds, weights = self.nodes
        score = self._score(theta[..., None] + log_odds, log_odds)
        possible = 1 - self.impossible
        above = np.maximum(special.ndtr(-score) - special.ndtr(-self._highest(log_odds)), 0.0)
        return np.asarray(special.ndtr(score) @ weights / possible), np.asarray(above @ weights / possible)

    def _at_risk(self, lower: Array, upper: Array, log_odds: Array) -> Array:
        """Return the log odds ratio of the ratio's own event with these probabilities below and above it,
        at known risks.
        """
        highest = self._highest(log_odds)
        left, right = special.ndtr(highest), special.ndtr(-highest)
        score = np.where(lower < 0.5, special.ndtri(lower * left), -special.ndtri(upper * left + right))
        log_risk = np.minimum(self.mean + self.sd * score + special.log_expit(log_odds), -1e-300)
        log_odds_at_risk = log_risk - np.log(-np.expm1(log_risk)) - log_odds
        return np.where(upper <= 0, np.inf, np.where(lower <= 0, -np.inf, log_odds_at_risk))
