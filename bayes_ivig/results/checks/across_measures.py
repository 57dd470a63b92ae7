"""One table of counts on several scales: the posterior on each, and what each says of the same people."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import described
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.posterior.absolute import PER, AbsoluteEffects
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown, checked_level

if TYPE_CHECKING:
    import pandas as pd

TEXTS = ("measure", "likelihood", "effects", "mu_prior", "tau_prior")  # columns of the table

type RiskSource = Literal["median of the control arms", "typical control arm", "stated", "none"]


@brief
@dataclass(frozen=True, eq=False)
class OnMeasure:
    """The posterior on the scale of one measure; ``absolute`` is what it says of people at the common control
    risk, None where there is no control risk or the measure tells no risk.
    """

    posterior: Posterior
    absolute: AbsoluteEffects | None

    @property
    def model(self) -> Model:
        """Likelihood and priors, which are on the scale of this measure."""
        model: Model = self.posterior.model
        return model

    @property
    def measure(self) -> Measure:
        """The measure that trials are alike in."""
        return self.posterior.measure

    @property
    def prob_above(self) -> float:
        """The probability of an effect above no effect."""
        return float(self.posterior["mu"].prob_above(0.0))

    @property
    def prob_benefit(self) -> float | None:
        """The probability of a benefit; None where the data do not say whether an event is good or bad."""
        match self.posterior.dataset.about.event:
            case "good":
                return self.prob_above
            case "bad":
                return float(self.posterior["mu"].prob_below(0.0))
            case None:
                return None

    @property
    def prob_impossible(self) -> float | None:
        """The probability of effects that would take the common control risk above 1 or below 0, and are held
        there; None where that risk is not a number.
        """
        if self.absolute is None or self.absolute.baseline != "known":
            return None
        mu, risk = self.posterior["mu"], self.absolute.baseline_risk
        match self.measure.code:
            case "RR":
                return float(mu.prob_above(-math.log(risk)))
            case "RD":
                return float(mu.prob_above(1 - risk)) + float(mu.prob_below(-risk))
            case _:
                return 0.0

    def effect(self, level: float) -> tuple[float, float, float]:
        """Return median and limits on the measure's own scale."""
        lower, upper = self.posterior["mu"].interval(level)
        own = self.measure.own
        return own(float(self.posterior["mu"].quantile(0.5))), own(lower), own(upper)

    def tau(self, level: float) -> tuple[float, float, float]:
        """Return median and limits of the spread between trials, on the scale of the model."""
        tau = self.posterior["tau"]
        return float(tau.quantile(0.5)), *tau.interval(level)

    def treated(self, level: float) -> tuple[float, float, float] | None:
        """Return events per 1000 with treatment, and their limits."""
        if self.absolute is None:
            return None
        lower, upper = self.absolute.risk.interval(level)
        return PER * float(self.absolute.risk.quantile(0.5)), PER * lower, PER * upper

    def difference(self, level: float) -> tuple[float, float, float] | None:
        """Return events per 1000 more with treatment than without, and their limits."""
        if self.absolute is None:
            return None
        marginal = self.absolute.per_1000
        return float(marginal.quantile(0.5)), *marginal.interval(level)


@checked_methods
@dataclass(frozen=True, eq=False)
class MeasureComparison(Shown):
    """One table of counts on several scales, a row for each model; none of them is chosen.

    ``control_risk`` is the risk without treatment at which every row is told per 1000 people, ``source``
    whence it is, ``no_risk`` why there is none. ``left_out`` names measures without a row, and why. There is
    no marginal likelihood beside the rows: under other likelihoods, priors and parameters it would not say
    which scale is right, and between some of them it is of different data.
    """

    dataset: Dataset
    rows: tuple[OnMeasure, ...]
    control_risk: float | None
    source: RiskSource
    no_risk: str = ""
    left_out: tuple[tuple[str, str], ...] = field(default=())

    @property
    def problems(self) -> tuple[str, ...]:
        """What the checks of the fits found, by measure."""
        return tuple(
            f"{row.measure.code}: {problem}"
            for row in self.rows
            for problem in row.posterior.diagnostics.problems
        )

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per model: measure, likelihood, priors, effect on its own scale, probabilities, tau
        on the scale of the model, and events per 1000 with treatment and more than without.
        """
        import pandas as pd

        checked_level(level)
        frame = pd.DataFrame([_record(row, level) for row in self.rows])
        numeric = [name for name in frame.columns if name not in TEXTS]
        return frame.astype(dict.fromkeys(numeric, float))


def _record(row: OnMeasure, level: float) -> dict[str, object]:
    model = row.model
    return {
        "measure": row.measure.code,
        "likelihood": model.likelihood,
        "effects": model.effects,
        "mu_prior": described(model.mu),
        "tau_prior": described(model.tau) if model.heterogeneous else "0",
        **_named("", row.effect(level)),
        "level": level,
        "prob_above": row.prob_above,
        "prob_benefit": row.prob_benefit,
        **_named("tau_", row.tau(level)),
        **_named("treated_", row.treated(level)),
        **_named("difference_", row.difference(level)),
        "prob_impossible": row.prob_impossible,
    }


def _named(start: str, numbers: tuple[float, float, float] | None) -> dict[str, float | None]:
    names = (f"{start}median", f"{start}lower", f"{start}upper")
    return dict(zip(names, numbers or (None, None, None), strict=True))
