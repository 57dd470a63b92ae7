"""What it is worth to know more before treating, and what a trial is worth less what it costs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayes_ivig.formulas.ties import most, settled_one
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TrialValue:
    """What a trial of one size is worth.

    ``treatment`` and ``control`` are people randomised to each arm, or ``standard_error`` is that of its
    estimate; none of them for a trial without end, which shows its own effect. ``every`` says whether all
    that it may find was added up, else ``error`` is the Monte Carlo standard error of ``evsi``, the expected
    value of sample information for one person. ``population_evsi`` is that of everybody, ``cost`` that of the
    trial, ``enbs`` the first less the second, the expected net benefit of sampling; None where it was not
    said how many there are, or, of a trial without end, what cannot be paid.
    """

    treatment: int | None
    control: int | None
    standard_error: float | None
    every: bool
    evsi: float
    error: float
    population_evsi: float | None
    cost: float | None
    enbs: float | None

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, eq=False)
class ValueOfInformation(Shown):
    """What it is worth to know more before one decides to treat or not to treat.

    All values are in the unit of the costs: events, unless ``worth`` says what one event is worth. ``today``
    is the expected net benefit of treating one person, judged today. ``perfect`` is the value for one person
    of knowing ``everything`` (EVPI), and of knowing one thing alone (EVPPI): ``mu``, ``theta_new`` where the
    decision rests on it, ``tau``, ``control_risk``; without what is known already. ``people`` are those whose
    treatment hangs on the decision, discounted, or None. ``event`` says whether the event is good or bad,
    ``control`` where control risks came from.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    >>> value = bi.planning.value_of_information(post, per_arm=[50], cost=0.05)
    >>> value.decision, round(value.evpi, 3)
    ('treat', 0.017)
    """

    posterior: Posterior
    quantity: str
    event: str
    control: str
    today: float
    perfect: dict[str, float]
    sizes: tuple[TrialValue, ...]
    endless: TrialValue
    people: float | None
    settings: tuple[tuple[str, float | None], ...]

    @property
    def evpi(self) -> float:
        """The expected value of perfect information, for one person."""
        return self.perfect["everything"]

    @property
    def evppi(self) -> dict[str, float]:
        """The expected value of perfect information on one thing alone, for one person."""
        return {name: value for name, value in self.perfect.items() if name != "everything"}

    @property
    def decision(self) -> str | None:
        """What is better judged today, ``"treat"`` or ``"do not treat"``; None where neither is."""
        today = settled_one(self.today)
        return None if today == 0 else "treat" if today > 0 else "do not treat"

    @property
    def best(self) -> TrialValue | None:
        """The size with the largest expected net benefit of sampling, None where none is above 0."""
        nets = [each.enbs for each in self.sizes if each.enbs is not None]
        if not nets:
            return None
        best = self.sizes[most(nets)]
        return best if best.enbs is not None and settled_one(best.enbs) > 0 else None

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row for each size, a trial without end, and for each thing that may be known; ``known``
        says which.
        """
        import pandas as pd

        rows = [_row("trial", each) for each in self.sizes]
        rows.append(_row("trial without end", self.endless))
        people = self.people
        for name, value in self.perfect.items():
            known = {"known": name, "value": value, "monte_carlo_error": 0.0}
            rows.append(known | {"population_value": None if people is None else value * people})
        return pd.DataFrame(rows)


def _row(known: str, trial: TrialValue) -> dict[str, Any]:
    return {
        "known": known,
        "treatment_total": trial.treatment,
        "control_total": trial.control,
        "standard_error": trial.standard_error,
        "value": trial.evsi,
        "monte_carlo_error": trial.error,
        "population_value": trial.population_evsi,
        "cost": trial.cost,
        "enbs": trial.enbs,
    }
