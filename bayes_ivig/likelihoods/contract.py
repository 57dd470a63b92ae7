"""What every likelihood of two-arm studies answers, so that nobody has to ask which one it is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.likelihoods.baselines import Baselines, Place
from bayes_ivig.likelihoods.scales import ODDS_RATIO, Scale

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]


class Variant(NamedTuple):
    """A model that a report sets beside the reference model:
    a code, settings that differ, a title and what is different.
    """

    code: str
    settings: Mapping[str, str]
    title: str
    explained: str


@dataclass(frozen=True)
class Words:
    """A likelihood in words. ``{where}`` and ``{whose}`` stand for those of the place of the baseline.

    ``clause`` is on the likelihood and zero cells, ``sentence`` the same for a methods section, with the keys
    of works to cite, ``sources``. ``simulated`` says how data are drawn from it, ``design_effect`` what a
    design effect does, ``tables`` what must be said of tables weighted by their marginal likelihood, if
    anything. ``terms`` are for the glossary: a term, a pattern of its forms, and what it means.
    """

    clause: str
    sentence: str
    sources: tuple[str, ...]
    simulated: str
    design_effect: str
    tables: str = ""
    terms: tuple[tuple[str, str, str], ...] = ()


class Observed(NamedTuple):
    """What was observed: counts (K, 4), treatment events and total, control events and total, and estimates.

    These are effects and standard errors on the likelihood's scale, (K,) each. ``df`` are the degrees of
    freedom of their errors, (K,), where any of them is finite. Counts that are not known are NaN.
    """

    counts: Array
    estimates: tuple[Array, Array]
    df: Array | None = None


class Seen(NamedTuple):
    """What draws give a study's data to see: effects (..., K) and, where there are baselines,
    log odds of arms (..., K, 2).
    """

    theta: Array
    log_odds: Array | None = None


class Likelihood(ABC):
    """A likelihood of one study's effect theta, and of its baseline where there is one.

    ``scale`` is what theta is: a log odds ratio, unless it is said otherwise.

    ``has_baseline``: each study has baseline log odds alpha with a prior, and each arm its own log odds.
    ``keeps_uninformative``: studies that cannot tell the arms apart enter, since the baseline prior makes
    them informative. ``conditions_on_events``: all events of a study are given. ``uses_estimates``: what is
    observed is a log odds ratio, with its standard error known. ``has_page_curve``: the report's interactive
    part computes its curve (templates/explorer_curves.js).
    Reports set its ``variants`` beside their reference model; one without any stands only where it is
    asked for.
    """

    name: ClassVar[str]
    words: Words
    variants: ClassVar[tuple[Variant, ...]] = ()
    has_baseline: ClassVar[bool] = False
    keeps_uninformative: bool = False
    conditions_on_events: ClassVar[bool] = False
    uses_estimates: ClassVar[bool] = False
    has_page_curve: ClassVar[bool] = False
    scale: Scale = ODDS_RATIO

    def estimates(self, counts: Counts) -> tuple[Array, Array]:
        """Return effects and standard errors on the scale of theta, (K,) each, as grids are planned by:
        those that are given where nothing else is known.
        """
        if counts.given is None:
            return self.of_counts(counts)
        known = counts.given.known
        y, s = counts.given.y.copy(), counts.given.s.copy()
        if not known.all():
            y[~known], s[~known] = self.of_counts(counts.take(~known)._replace(given=None))
        return y, s

    def cusps(self, counts: Counts) -> NDArray[np.bool_]:
        """Mark the studies, (K,), whose curve has a cusp at theta = 0."""
        return np.zeros(counts.r1.size, np.bool_)

    def of_counts(self, counts: Counts) -> tuple[Array, Array]:
        """Return the same of studies that all have counts."""
        return self.scale.estimates(counts)

    def reach(self, estimates: tuple[Array, Array], baselines: Baselines) -> float:
        """Return how far from 0 a curve can still change: beyond it, curves are 0 or flat."""
        return around(estimates)

    @abstractmethod
    def falls(self, counts: tuple[float, float, float, float], baselines: Baselines) -> tuple[bool, bool]:
        """Return whether a study's curve falls to zero as theta goes to minus and to plus infinity.

        ``counts`` are treatment events and total, control events and total.
        """

    @abstractmethod
    def free(self, observed: Observed) -> tuple[Array, Array | None, tuple[str, ...]]:
        """Return what is free to vary, (K, arms), its totals where it has any,
        and what the arms are called.
        """

    @abstractmethod
    def replicate(self, observed: Observed, seen: Seen, rng: np.random.Generator) -> NDArray[Any]:
        """Return one replicated dataset per draw: events (..., K, 2), or log odds ratios (..., K)."""

    @abstractmethod
    def at_most(self, observed: Observed, seen: Seen, at: Array) -> Array:
        """Return P(replicate <= at) given each of S draws, (S, K, arms) with the arms that are ``free``;
        none is drawn.
        """

    @abstractmethod
    def expected(self, observed: Observed, seen: Seen) -> Array:
        """Return the mean replicate over S draws, (K, arms) with the arms that are ``free``."""

    @abstractmethod
    def log_density(self, counts: Counts, seen: Seen) -> Array:
        """Return each study's log likelihood at draws of its own effect and baseline, (..., K),
        all constants kept.
        """

    @abstractmethod
    def sampler_data(self, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
        """Return the arrays that ``add_term`` reads as data, by name;
        raises ``ModelError`` where sampling is hopeless.

        ``exact`` says whether the exact engine holds the whole model, and so is a way out.
        """

    @abstractmethod
    def add_term(self, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
        """Add what is observed to the model being built; ``pm`` is the module PyMC,
        ``data`` what ``sampler_data`` gave.

        ``theta`` is a tensor (K,) or a scalar. Where there are baselines ``log_odds`` is one of (K, 2),
        treatment first. Dimensions are called ``study`` and ``arm``.
        """

    @abstractmethod
    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the likelihood of study i as formulas in TeX, each with what its symbols mean."""

    def settled(self, text: str, place: Place) -> str:
        """Return one of the ``words`` with the place of the baseline in it."""
        return text.format(where=place.where, whose=place.whose)


class OfCounts(Likelihood):
    """A likelihood of events and totals; its curves are drawn on nodes of their own and read in between."""

    @abstractmethod
    def curves(self, counts: Counts, theta: Array, baselines: Baselines, nodes: int) -> tuple[Array, Array]:
        """Return log L_i(theta) for ``theta`` of shape (K, J), all constants kept,
        and the same from a rougher sum.

        A baseline is integrated out on ``nodes`` nodes, and in the rougher sum on every second of them.
        """

    @abstractmethod
    def simulate(
        self, truth: tuple[Array, Array], arms: Whole, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Return events under treatment and control, (K,) each,
        given effects and baselines at the midpoint, (K,) each.

        ``arms`` are the totals, (2, K), treatment first.
        """


class WithBaselines(OfCounts):
    """A likelihood of counts in which each arm has its own log odds,
    and each study a baseline with a prior.
    """

    has_baseline: ClassVar[bool] = True
    keeps_uninformative: bool = True

    @abstractmethod
    def draw_baselines(
        self, counts: Counts, theta: Array, baselines: Baselines, rng: np.random.Generator
    ) -> Array:
        """Return a draw of each study's baseline for each draw of its effect, (S, K) each."""


def around(estimates: tuple[Array, Array], errors: float = 12.0) -> float:
    """Return how far from 0 curves reach that are narrow around their estimates."""
    y, s = estimates
    return float(np.max(np.abs(y) + errors * s)) + 40.0
