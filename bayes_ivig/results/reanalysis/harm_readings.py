"""Benefit against harm in every way that the harm is known, and what a report shows of it."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.benefit.findings import ControlSource
from bayes_ivig.results.other_models.sampled import SampledAnswer
from bayes_ivig.results.posterior.control_risk import NotCarried
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown
from bayes_ivig.results.weighing.benefit_harm import Weighed

if TYPE_CHECKING:
    import pandas as pd

type Known = Literal["counts", "reconstructed", "summary", "joint", "same table"]


@dataclass(frozen=True)
class HarmReading:
    """One way to know the harm, weighed against the benefit.

    ``known`` says from what: ``"counts"``, all ``tables`` that agree with the reading ``code`` of a published
    result, or its ``"summary"`` under that reading; ``"joint"`` is a joint model of both outcomes on one
    reconstructed table, and ``"same table"`` the two posteriors of that table taken as independent.
    ``trials`` is the benefit's trial set, ``problems`` what the diagnostics of a sampled answer found.
    """

    known: Known
    code: str
    tables: int
    trials: str
    weighed: Weighed
    problems: tuple[str, ...] = ()
    sampled: SampledAnswer | None = None  # how a joint answer was sampled; its own numbers are in ``weighed``

    __repr__ = short_repr

    def rows(self) -> list[dict[str, object]]:
        """Return one row per weight, as ``HarmReadings.table`` has them."""
        weighed, rows = self.weighed, []
        own = {
            "known": self.known,
            "reading": self.code,
            "tables": self.tables,
            "dependence": weighed.dependence,
        }
        people = {
            f"{name}_{key}": value
            for name, each in weighed.effects
            for key, value in asdict(each).items()
            if key != "mcse"
        }
        means = dict(weighed.effects)
        for weight, chance in weighed.curve:
            net = means["benefit"].mean - weight * means["harm"].mean
            rows.append(
                {
                    **own,
                    "weight": weight,
                    "prob_net_benefit": chance,
                    "net_mean": net,
                    **people,
                    "level": weighed.level,
                }
            )
        return rows


@dataclass(frozen=True)
class HarmComparison:
    """A benefit against a harm: ``readings`` are on one footing of control risks and trials,
    the first of them the main one.

    ``risks`` are the main reading at other control risks, by name, and ``others`` further harms against the
    same benefit. ``joint`` holds the answers of a joint model that are stored, each followed by the same
    counts taken as independent; ``unsampled`` counts those that could be asked and are not stored.
    ``trial_sets`` pair the benefit of each main trial set with the first readings of the harm, whose trials
    stay the same. ``not_weighed`` names harms whose control arms carry no control risk. ``benefit`` is the
    benefit's outcome, ``control`` where its control risks and those of the harm come from.
    """

    readings: tuple[HarmReading, ...]
    risks: tuple[tuple[str, Weighed], ...] = ()
    others: tuple[HarmReading, ...] = ()
    joint: tuple[HarmReading, ...] = ()
    unsampled: int = 0
    trial_sets: tuple[HarmReading, ...] = ()
    benefit: str = ""
    control: tuple[ControlSource, ControlSource] = ("control arms", "control arms")
    not_weighed: tuple[tuple[str, NotCarried], ...] = ()

    @property
    def main(self) -> Weighed:
        """The first reading's numbers."""
        return self.readings[0].weighed


@checked_methods
@dataclass(frozen=True, eq=False)
class HarmReadings(Shown):
    """Every reading of a harm against one benefit, with the posteriors that were weighed.

    ``harm`` is its posterior where the harm is known from counts, else None.
    """

    readings: tuple[HarmReading, ...]
    benefit: Posterior
    harm: Posterior | None = None

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - limits are those of the readings
        """Return one row per reading and weight: the probability of a net benefit,
        and what is expected of 100 people.
        """
        import pandas as pd

        return pd.DataFrame([row for reading in self.readings for row in reading.rows()])
