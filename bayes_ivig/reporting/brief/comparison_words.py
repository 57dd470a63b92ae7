"""What the brief calls a comparison: its people are named where they are not simply all people."""

from bayes_ivig.reporting.comparisons.words import comparison_phrase
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.comparisons.by_comparison import ComparisonResult
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome


def against(group: ComparisonResult, outcome: CountsOutcome) -> str:
    """Return what goes on from the name of the treatment; marked where nothing was learnt."""
    return _of_people(phrases.name(group.phrase), group, outcome)


def compared(group: ComparisonResult, outcome: CountsOutcome) -> str:
    """Return what is compared with what; marked where nothing was learnt."""
    return _of_people(comparison_phrase(group, outcome.about), group, outcome)


def _of_people(phrase: str, group: ComparisonResult, outcome: CountsOutcome) -> str:
    own = group.people and group.people != outcome.about.words.people
    return marked(
        f"{phrase}, in {phrases.name(group.people)}" if own else phrase, group.result.posterior.k_informative
    )
