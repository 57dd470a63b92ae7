"""Benefit against harm in codes and numbers: the weighing where there is one, else the other outcomes."""

from dataclasses import asdict, dataclass
from typing import Any

from bayes_ivig.results.brief.answers import Answer, answer_of_set, answers_of_summary
from bayes_ivig.results.reanalysis.harm_readings import HarmReading
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

ONE = 1.0  # weight at which one harm cancels one benefit


@dataclass(frozen=True)
class Net:
    """Probability of a net benefit at weight 1, and its least and most over the trial sets that the benefit
    may be taken from and the ways in which the harm is known; ``readings`` are the least and the most over
    those ways alone, the benefit from the same trials.
    """

    probability: float
    least: float
    most: float
    readings: tuple[float, float]


@dataclass(frozen=True)
class Harm:
    """What is said of harm: answers of outcomes whose event is bad, by name, the one weighed first, and the
    net benefit where one is weighed. ``others`` are further answers of the same outcomes, under other
    readings of a published result.
    """

    answers: tuple[tuple[str, Answer], ...]
    net: Net | None
    others: tuple[tuple[str, Answer], ...] = ()

    def of(self, outcome: str) -> tuple[Answer, ...]:
        """Return every answer of one outcome."""
        return tuple(each for name, each in (*self.answers, *self.others) if name == outcome)

    def to_dict(self) -> dict[str, Any]:
        """Return codes and numbers by name."""
        return {
            "outcomes": [{"outcome": name, "answer": each.to_dict()} for name, each in self.answers],
            "other_readings": [{"outcome": name, "answer": each.to_dict()} for name, each in self.others],
            "net_benefit": None if self.net is None else asdict(self.net),
        }


def harm_of(reanalysis: Reanalysis, main: str) -> Harm:
    """Return what is said of harm beside the main outcome."""
    weighed = reanalysis.harm
    first = weighed.main.setting.harm_title if weighed else ""
    bad = [
        each
        for each in reanalysis.outcomes
        if each.about.event == "bad" and each.name != main and not each.about.complement_of
    ]
    bad.sort(key=lambda each: each.about.outcome_title != first)
    found = [(each.name, _answers(each)) for each in bad]
    answers = tuple((name, each[0]) for name, each in found if each)
    others = tuple((name, other) for name, each in found for other in each[1:])
    if weighed is None:
        return Harm(answers, None, others)
    readings = [_at_one(each) for each in weighed.readings]
    chances = readings + [_at_one(each) for each in weighed.trial_sets]
    net = Net(chances[0], min(chances), max(chances), (min(readings), max(readings)))
    return Harm(answers, net, others)


def _answers(outcome: CountsOutcome | SummaryOutcome) -> tuple[Answer, ...]:
    """Return the answer of all trials, or one for each reading of a published result."""
    if isinstance(outcome, CountsOutcome):
        return (answer_of_set(outcome.trial_set("all")),)
    return answers_of_summary(outcome)


def _at_one(reading: HarmReading) -> float:
    return next(net.probability for net in reading.weighed.nets if net.weight == ONE)
