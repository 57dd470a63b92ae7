"""How few events carry a conclusion, in a sentence and in rows."""

from bayes_ivig.inputs.counts.design_effects import unmovable
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.reporting.tipping.words import line
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.tipping.fragility import Move
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior


def fragility_sentence(result: HowMuchPrior) -> str:
    """Return how few events carry the answer across the line."""
    fragility = result.fragility
    if fragility is None:
        return f"No events are moved: {unmovable(result.posterior.dataset)}."
    turned = f"the line {line(result)} is {'no longer' if result.holds else ''} reached".replace(
        "is  ", "is "
    )
    if fragility.events is None:
        return f"No number of events moved in one arm of one trial crosses the line {line(result)}."
    ways = len(fragility.moves)
    events = f"{phrases.small(fragility.events)} event{'' if fragility.events == 1 else 's'}"
    several = "in one way" if ways == 1 else f"in {phrases.small(ways)} ways"
    rest = "" if fragility.exhaustive else " Of numbers that large not all were tried."
    return (
        f"{phrases.first_upper(turned)} after {events} moved in one arm of one trial, {several}, "
        f"and with no fewer.{rest}"
    )


def fragility_rows(result: HowMuchPrior) -> list[tuple[str, str, str, str]]:
    """Return the ways: the trial, its arm, the arm as it is and as it would be,
    the probability then; furthest first.
    """
    about = result.posterior.dataset.about
    studies = {study.name: study for study in result.posterior.dataset.studies}
    arms = {"treatment": about.treatment, "control": about.control}
    return [
        (move.study, arms[move.arm], _moved(studies[move.study], move), numbers.probability(move.chance))
        for move in (result.fragility.moves if result.fragility else ())
    ]


def _moved(study: AnyStudy, move: Move) -> str:
    r1, n1, r0, n0 = study.counts
    events, total = (r1, n1) if move.arm == "treatment" else (r0, n0)
    return f"{events}/{total} to {events + move.events}/{total}"
