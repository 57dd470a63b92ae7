"""The history of an answer: what it was after each trial, what was foretold of the next and what it did."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayes_ivig.formulas.conditional import two_sided
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown, own_level

if TYPE_CHECKING:
    import pandas as pd

BENEFIT, HARM, NEITHER = "benefit", "harm", "neither"


@dataclass(frozen=True)
class Arrival:
    """One trial as it came in, effects on the measure's own scale; None where nothing was foretold, with the
    reason in ``note``.

    ``predicted`` are lower limit, median and upper limit that the trials before it foretold of an estimate
    with its standard error (the effect of a new setting, and the trial's own error), ``reached`` and ``harm``
    the chances that the probability of a benefit, or of a harm, would come to the line after it. ``observed``
    is what it found, with limits of its own (Wald) between. ``below`` is how probable a smaller effect was,
    half of an equal one included: uniform over many trials of the model.
    """

    trial: str
    predicted: tuple[float, float, float] | None
    reached: float | None
    harm: float | None
    observed: tuple[float, float, float] | None
    below: float | None
    note: str = ""

    __repr__ = short_repr

    @property
    def p(self) -> float | None:
        """The surprise, two-sided: how probable a result at least as far from what was foretold was."""
        return None if self.below is None else two_sided(self.below)


@dataclass(frozen=True)
class Look:
    """The answer after one trial, or after all of one value of the column: ``at``, the trials ``added``, how
    many the likelihood uses, median and central limits of the effect and limits of the prediction on the
    measure's own scale, median of tau, P(benefit), and what is shown at the line: ``benefit``, ``harm``,
    ``neither``. None with a ``note`` where there is no posterior as yet.
    """

    at: str
    added: tuple[Arrival, ...]
    k: int
    effect: tuple[float, float, float] | None
    tau: float | None
    benefit: float | None
    prediction: tuple[float, float] | None
    conclusion: str
    note: str = ""

    __repr__ = short_repr


@dataclass(frozen=True)
class Operating:
    """How often a line is reached at any look of simulated histories with trials of these sizes.

    ``scenario`` is ``prior``, effect and heterogeneity drawn from the model's priors, or ``no effect``, with
    heterogeneity from its prior. ``crossed`` is the probability that either line is reached, ``benefit`` and
    ``harm`` that each is, ``wrong`` that one is reached on the other side of the mean effect that was drawn;
    under no effect every one is wrong. ``last`` is the probability that one is reached after the last trial.
    ``error`` has the Monte Carlo standard error of each by name.
    """

    scenario: str
    simulations: int
    crossed: float
    benefit: float
    harm: float
    wrong: float
    last: float
    error: dict[str, float]

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, eq=False)
class History(Shown):
    """How an answer came about: a look after each trial, or after all of one value of the column ``by``.

    ``posterior`` is that of all trials, ``line`` the probability from which a conclusion counts as reached,
    ``level`` that of all limits. ``operating`` is empty unless histories were simulated.

    >>> import bayes_ivig as bi
    >>> bi.history(bi.load_dataset("my.csv"), by=None)
    History(my, k=4): 4 looks, P(OR > 1) = 0.005 at the last, 0 surprising trials
    """

    posterior: Posterior
    by: str
    line: float
    level: float
    looks: tuple[Look, ...]
    operating: tuple[Operating, ...]
    settings: tuple[tuple[str, str], ...]

    @property
    def first(self) -> Look | None:
        """The first look at which a line was reached."""
        return next((look for look in self.looks if look.conclusion in (BENEFIT, HARM)), None)

    @property
    def surprising(self) -> tuple[Arrival, ...]:
        """Trials whose surprise is below 1 less the level, in order."""
        every = [each for look in self.looks for each in look.added]
        return tuple(each for each in every if each.p is not None and each.p < 1 - self.level)

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row for each trial, with the answer after its look; raises ``ModelError`` for another
        level than it was asked with.
        """
        import pandas as pd

        own_level(level, self.level, "ask history(..., level=...) again")
        rows = [self._row(look, each) for look in self.looks for each in look.added]
        return pd.DataFrame(rows)

    def _row(self, look: Look, each: Arrival) -> dict[str, Any]:
        names = self.posterior.measure.columns
        lower, median, upper = look.effect or (None, None, None)
        return {
            "look": look.at,
            "trial": each.trial,
            "k": look.k,
            names.median: median,
            names.lower: lower,
            names.upper: upper,
            "level": self.level,
            "tau_median": look.tau,
            "prob_benefit": look.benefit,
            "conclusion": look.conclusion,
            **_limits("theta_new", look.prediction),
            **_three("predicted", each.predicted),
            **_three("observed", each.observed),
            "prob_reaches_line": each.reached,
            "prob_harm_reaches_line": each.harm,
            "prob_below": each.below,
            "surprise_p": each.p,
            "note": "; ".join(note for note in (look.note, each.note) if note),
        }


def _limits(name: str, values: tuple[float, float] | None) -> dict[str, float | None]:
    lower, upper = values or (None, None)
    return {f"{name}_lower": lower, f"{name}_upper": upper}


def _three(name: str, values: tuple[float, float, float] | None) -> dict[str, float | None]:
    lower, middle, upper = values or (None, None, None)
    return {name: middle, f"{name}_lower": lower, f"{name}_upper": upper}
