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
    may be taken from and the ways in which the harm is known.
    """

    probability: float
    least: float
    most: float


@dataclass(frozen=True)
class Harm:
    """What is said of harm: answers of outcomes whose event is bad, by name, the one weighed first, and the
    net benefit where one is weighed.
    """

    answers: tuple[tuple[str, Answer], ...]
    net: Net | None

    def to_dict(self) -> dict[str, Any]:
        """Return codes and numbers by name."""
        return {
            "outcomes": [{"outcome": name, "answer": each.to_dict()} for name, each in self.answers],
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
    answers = tuple((each.name, answer) for each in bad if (answer := _answer(each)) is not None)
    if weighed is None:
        return Harm(answers, None)
    readings = (*weighed.readings, *weighed.trial_sets)
    chances = [_at_one(each) for each in readings]
    return Harm(answers, Net(chances[0], min(chances), max(chances)))


def _answer(outcome: CountsOutcome | SummaryOutcome) -> Answer | None:
    """Return the answer of all trials, or of the first reading of a published result."""
    if isinstance(outcome, CountsOutcome):
        return answer_of_set(outcome.trial_set("all"))
    return next(iter(answers_of_summary(outcome)), None)


def _at_one(reading: HarmReading) -> float:
    return next(net.probability for net in reading.weighed.nets if net.weight == ONE)
