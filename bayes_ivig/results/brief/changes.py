"""What would change an answer: how much prior, which trial left out; one more is in ``new_trial``."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bayes_ivig.results.brief.codes import Direction, certainty_of, direction_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior
from bayes_ivig.results.tipping.points import UNIT_SD, TippingPoint

type PriorCode = Literal["lost", "never lost", "reached", "never reached"]


@dataclass(frozen=True)
class PriorChange:
    """The prior of the effect at which a conclusion of that ``probability`` is lost, or reached.

    The prior is normal(``mean``, ``sd``) on the scale of the model, worth ``persons`` persons of two equal
    arms where the effect is an odds ratio; None where there is none, or none of a person's worth.
    """

    trials: str
    code: PriorCode
    probability: float
    side: Literal["above", "below"]
    mean: float | None = None
    sd: float | None = None
    persons: float | None = None


@dataclass(frozen=True)
class TrialChange:
    """The trials without one of which the direction shown is another: ``lost``, ``turned`` to the other side,
    or ``gained`` where all trials show none.
    """

    trials: str
    shown: Direction
    lost: tuple[str, ...]
    turned: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What would change an answer; None where it was not asked for.

    ``trial`` is about the trial set that leads, ``of_all`` about all trials where that is another one.
    """

    prior: PriorChange | None
    trial: TrialChange | None
    of_all: TrialChange | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


def changes_of(outcome: CountsOutcome, trials: str) -> Changes:
    """Return what would change the answer of one trial set: all trials, or those that the paper pooled."""
    asked = dict(outcome.how_much_prior).get(trials)
    return Changes(
        None if asked is None else _prior(asked, trials),
        _trial(outcome, trials),
        None if trials == "all" else _trial(outcome, "all"),
    )


def _prior(found: HowMuchPrior, trials: str) -> PriorChange:
    conclusion = found.conclusion
    point = found.mu if found.holds else found.advocate
    turns = () if point is None else tuple(turn for turn in point.turns if turn.holds == _wider(found))
    code: PriorCode = "lost" if found.holds else "reached"
    if point is None or not turns:
        never: PriorCode = "never lost" if found.holds else "never reached"
        return PriorChange(trials, never, conclusion.probability, conclusion.side)
    sd = turns[-1].scale
    persons = (UNIT_SD / sd) ** 2 if conclusion.measure == "OR" else None
    return PriorChange(trials, code, conclusion.probability, conclusion.side, _mean(point, sd), sd, persons)


def _wider(found: HowMuchPrior) -> str:
    """Return on which side of a turn the conclusion holds as its prior says less, or asks for it less."""
    return "above" if found.holds else "below"


def _mean(point: TippingPoint, sd: float) -> float:
    return point.centre + point.lean * sd


def _trial(outcome: CountsOutcome, trials: str) -> TrialChange | None:
    """Return the trials whose absence changes the direction shown; None where nothing was left out."""
    choices = outcome.choices
    if choices is None:
        return None
    frame = choices.without if trials == "all" else choices.published_without
    if frame is None:
        return None
    above = outcome.measure.columns.above
    shown = [_direction(float(value)) for value in frame[above]]
    whole, others = shown[0], list(zip(map(str, frame["left_out"][1:]), shown[1:], strict=True))
    opposite: Direction = "fewer" if whole == "more" else "more"
    return TrialChange(
        trials,
        whole,
        lost=tuple(name for name, each in others if each == "open" and whole != "open"),
        turned=tuple(name for name, each in others if each == opposite and whole != "open"),
        gained=tuple(name for name, each in others if each != "open" and whole == "open"),
    )


def _direction(above: float) -> Direction:
    return "open" if not math.isfinite(above) else direction_of(above, certainty_of(above))
