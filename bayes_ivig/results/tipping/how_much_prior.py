"""How much prior a conclusion takes: every answer to that question about one posterior, side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.checks.power_scaling import PowerScaling
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown
from bayes_ivig.results.tipping.credibility import Credibility
from bayes_ivig.results.tipping.fragility import BayesianFragility
from bayes_ivig.results.tipping.points import Conclusion, TippingGrid, TippingPoint, says

if TYPE_CHECKING:
    import pandas as pd

type Missing = Literal["", "no estimate", "other side", "no side", "no level"]


@checked_methods
@dataclass(frozen=True, eq=False)
class HowMuchPrior(Shown):
    """The priors at which a conclusion turns, what the posterior answers to, and how few events carry it.

    ``mu`` are sceptical priors, normal around the odds ratio of the conclusion; ``advocate`` priors that
    reach the conclusion by themselves, None where it holds without; ``tau`` half-normal ones and ``grid``
    both scales together, None under a common effect. ``credibility`` is the closed-form analysis of
    ``pooled`` at ``level`` (the central interval that excludes the line exactly where the conclusion holds),
    measured from the line; where there is none, ``missing`` says why: ``"no estimate"``, ``"other side"`` of
    the line, ``"no side"``, on the line itself, or ``"no level"``, a conclusion of probability one half or
    less. ``fragility`` is None where a trial is known by its estimate only, which has no events to move.
    """

    posterior: Posterior
    conclusion: Conclusion
    level: float
    mu: TippingPoint
    advocate: TippingPoint | None
    tau: TippingPoint | None
    grid: TippingGrid | None
    pooled: PooledEstimate
    credibility: Credibility | None
    missing: Missing
    power: PowerScaling
    fragility: BayesianFragility | None

    @property
    def chance(self) -> float:
        """The probability that the conclusion is about, under the stated priors."""
        return self.mu.chance

    @property
    def holds(self) -> bool:
        """Whether the conclusion holds under the stated priors."""
        return self.mu.holds

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per prior at which the conclusion turns, on the whole model and in closed form.

        Columns: ``question`` (``"sceptical mu"``, ``"advocating mu"``, ``"tau"``, ``"sceptical mu, closed
        form"``, ``"advocating mu, closed form"``), ``prior`` as text, its ``scale``, ``holds`` above or below
        that scale, ``or_range`` (95% of a prior for mu lie between odds ratios 1/D and D times its centre)
        and ``persons``, its weight in persons of two equal arms.
        """
        import pandas as pd

        asked = {"sceptical mu": self.mu, "advocating mu": self.advocate, "tau": self.tau}
        tables = {question: point.table() for question, point in asked.items() if point is not None}
        frames = [frame.assign(question=question) for question, frame in tables.items() if len(frame)]
        closed = pd.DataFrame([self._closed()] if self.credibility is not None else [])
        columns = ["question", "prior", "scale", "holds", *says(self.conclusion.of, 1.0)]
        frames = [frame for frame in (*frames, closed) if len(frame)]
        return (pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()).reindex(columns=columns)

    def _closed(self) -> dict[str, str | float]:
        """Return the row of the closed form; a normal prior of the pooled estimate's mean."""
        credibility, line = self.credibility, self.mu.centre
        assert credibility is not None
        if credibility.sceptical_sd is not None:
            sd, centre, question, holds = credibility.sceptical_sd, line, "sceptical mu, closed form", "above"
        else:
            z = self.mu.conclusion.z
            assert credibility.advocacy_limit is not None
            sd, centre = abs(credibility.advocacy_limit) / (2 * z), line + credibility.advocacy_limit / 2
            question, holds = "advocating mu, closed form", "below"
        prior = f"normal({centre:.10g}, {sd:.10g})"
        return {
            "question": question,
            "prior": prior,
            "scale": sd,
            "holds": holds,
            **says(self.conclusion.of, sd),
        }
