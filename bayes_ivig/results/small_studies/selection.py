"""What is left of an effect where trials were published by their p-values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

import numpy as np

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.priors.parsing import PriorLike
from bayes_ivig.results.contract import Stating
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown, checked_level
from bayes_ivig.results.small_studies.steps import Step

if TYPE_CHECKING:
    import pandas as pd

LOWEST = 0.05  # the smallest weight that is looked at
CLOSE = 1e-4  # of a weight at which a conclusion turns


type Priors = Annotated[
    PriorLike | Sequence[PriorLike], "a prior such as Normal(0, 1), its text, or a list of these", NOT_EMPTY
]


def _each(stated: Priors | None) -> tuple[Stating, ...]:
    """Return the priors that are stated, None where the model's own is meant."""
    if stated is None:
        return (None,)
    return tuple(stated) if isinstance(stated, list | tuple) else (stated,)  # type: ignore[return-value]


class Asking(Protocol):
    """What answers further questions of a selection analysis; ``bias.selection`` attaches it."""

    def at(self, weight: float) -> Marginal:
        """Return the effect where every later interval has this weight."""

    def under(self, priors: dict[str, Stating]) -> "SelectionAnalysis":
        """Return the analysis under other priors."""

    def without(self, names: tuple[str, ...]) -> "SelectionAnalysis":
        """Return the analysis without some trials."""


@dataclass(frozen=True, eq=False)
class WeightCurve:
    """The effect where every interval but the most significant has one fixed weight: mu by ``weights``,
    from 1, nothing suppressed, downwards.
    """

    __repr__ = short_repr

    weights: tuple[float, ...]
    effects: tuple[Marginal, ...]


@checked_methods
@dataclass(frozen=True, eq=False)
class SelectionAnalysis(Shown):
    """The effect where a trial's publication hung on its p-value, beside the effect where it did not.

    ``posterior`` is of the model with selection, ``uncorrected`` of the same model without.
    ``log_bayes_factor`` is the log of how many times more probable the trials are with selection, None where
    a prior is improper. ``steps`` are the intervals of the p-value with their weights, ``p_values`` those of
    the trials. ``missing`` is how many trials would be unpublished beside these, if one in the most
    significant interval always is. ``curve`` is the effect under fixed weights. ``direction`` is the side
    of no effect that significant trials lie on, blank where both sides count alike.

    None of it shows that trials were suppressed, or that none were: with few trials the weights stay where
    their prior put them, and the answer is what it would be under that rule.

    >>> import bayes_ivig as bi
    >>> found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
    >>> [(step.p_from, step.p_to, len(step.studies)) for step in found.steps]
    [(0.0, 0.025, 2), (0.025, 1.0, 6)]
    """

    posterior: Posterior
    uncorrected: Posterior
    log_bayes_factor: float | None
    steps: tuple[Step, ...]
    p_values: tuple[tuple[str, float], ...]
    missing: Marginal
    curve: WeightCurve
    direction: Literal["above", "below", ""]
    asking: Asking = field(repr=False)

    @property
    def dataset(self) -> Dataset:
        """The trials."""
        return self.posterior.dataset

    @property
    def measure(self) -> Measure:
        """The effect measure."""
        return self.posterior.measure

    @property
    def weights(self) -> str:
        """What was assumed of the weights: their prior, or the numbers that they have."""
        given = self.posterior.model.weights
        return given if isinstance(given, str) else ", ".join(f"{weight:g}" for weight in np.ravel(given))

    @property
    def empty(self) -> tuple[Step, ...]:
        """The intervals in which no trial lies."""
        return tuple(step for step in self.steps if not step.studies)

    @property
    def side(self) -> Literal["above", "below"]:
        """The side of no effect that conclusions are about: that of a benefit where the data say which it is,
        else the one where the effect without selection lies.
        """
        match self.dataset.about.event:
            case "good":
                return "above"
            case "bad":
                return "below"
            case None:
                return "above" if settled_one(self.uncorrected["mu"].prob_above(0.0)) >= 1 / 2 else "below"

    @property
    def event(self) -> str:
        """What conclusions are about, in a probability: ``benefit``, or ``OR > 1``."""
        if self.dataset.about.event:
            return "benefit"
        return self.measure.above if self.side == "above" else self.measure.below

    def chance(self, mu: Marginal) -> float:
        """Return the probability that an effect is on that side."""
        return float(mu.prob_above(0.0) if self.side == "above" else mu.prob_below(0.0))

    def tipping(self, line: Level = 0.95) -> float | None:
        """Return how much suppression it takes: the largest weight of the later intervals at which the
        probability of a benefit (of the favoured side where the data do not say what a benefit is) falls
        below ``line``.

        None where it does not fall below down to a weight of 0.05, and where it is below without selection;
        ``text()`` says which.

        >>> import bayes_ivig as bi
        >>> found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
        >>> round(found.tipping(0.8), 1)
        0.6
        """
        chances = [self.chance(mu) for mu in self.curve.effects]
        below = [settled_one(chance - line) < 0 for chance in chances]
        if self.short_of(line) or not any(below):
            return None
        first = below.index(True)
        high, low = self.curve.weights[first - 1], self.curve.weights[first]
        while high - low > CLOSE:
            middle = (high + low) / 2
            if settled_one(self.chance(self.asking.at(middle)) - line) < 0:
                low = middle
            else:
                high = middle
        return (high + low) / 2

    def short_of(self, line: Level = 0.95) -> bool:
        """Return whether the probability that ``tipping`` asks for is below a line without any selection."""
        return settled_one(self.chance(self.curve.effects[0]) - line) < 0

    def under(self, *, mu: Stating = None, tau: Stating = None) -> "SelectionAnalysis":
        """Return the analysis under other priors of the effect and of the spread between trials,
        as objects or as text; raises ``ModelError``.

        >>> import bayes_ivig as bi
        >>> found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
        >>> round(found.under(mu="normal(0, 0.35)").posterior.odds_ratio.median, 1)
        1.1
        """
        return self.asking.under({"mu": mu, "tau": tau})

    def compare_priors(
        self, *, mu: Priors | None = None, tau: Priors | None = None, level: Level = 0.95
    ) -> "pd.DataFrame":
        """Return the effect with selection under every combination of priors, a row each, on the measure's
        own scale, beside its probability above no effect without selection (``prob_no_selection``).

        ``mu`` and ``tau`` are priors, their texts, or lists of either; those of the model where none is
        given. Raises ``ModelError``.

        >>> import bayes_ivig as bi
        >>> found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
        >>> frame = found.compare_priors(mu=["normal(0, 2.82)", "normal(0, 0.35)"])
        >>> frame[["mu_prior", "or_median"]].round(1).to_numpy().tolist()
        [['normal(0, 2.82)', 1.3], ['normal(0, 0.35)', 1.1]]
        """
        import pandas as pd

        checked_level(level)
        rows = []
        for one, other in product(_each(mu), _each(tau)):
            found = self.asking.under({"mu": one, "tau": other})
            model = found.posterior.model
            row = found._row(("", float("nan")), found.posterior["mu"], level)
            del row["selection"], row["weight"]
            priors = {"mu_prior": str(model.mu), "tau_prior": str(model.tau)}
            without = float(found.uncorrected["mu"].prob_above(0.0))
            rows.append(priors | row | {"prob_no_selection": without})
        return pd.DataFrame(rows)

    def without(self, *names: str) -> "SelectionAnalysis":
        """Return the analysis of all trials but these; raises ``DataError`` for names that are not there."""
        return self.asking.without(names)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return the effect without selection, with it, and under every fixed weight of the curve, a row
        each, on the measure's own scale.

        ``weight`` is that of the later intervals where it is fixed. ``prob_benefit`` is blank where the data
        do not say whether an event is good.
        """
        import pandas as pd

        checked_level(level)
        rows = [
            self._row(("none", 1.0), self.uncorrected["mu"], level),
            self._row((self.weights, float("nan")), self.posterior["mu"], level),
        ]
        points = zip(self.curve.weights, self.curve.effects, strict=True)
        rows += [self._row(("fixed", weight), mu, level) for weight, mu in points]
        return pd.DataFrame(rows)

    def steps_table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return the intervals of the p-value, a row each: from (above) and to (up to), how many trials lie
        in it and for how many it is within reach, the weight and its prior, and the trials.
        """
        import pandas as pd

        checked_level(level)
        return pd.DataFrame([step.row(level) for step in self.steps])

    def _row(self, named: tuple[str, float], mu: Marginal, level: float) -> dict[str, object]:
        quantiles = np.asarray(mu.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]))
        columns = self.measure.columns
        known = self.dataset.about.event is not None
        return {
            "selection": named[0],
            "weight": named[1],
            **columns.of(np.asarray(self.measure.own_values(quantiles)), level),
            columns.above: float(mu.prob_above(0.0)),
            "prob_benefit": self.chance(mu) if known else float("nan"),
        }
