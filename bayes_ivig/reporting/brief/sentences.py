"""The sentences of a brief, made from codes and numbers alone: a grammar, with nothing of any one case."""

from dataclasses import dataclass

from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.brief import verdict_words
from bayes_ivig.reporting.document.inline import Part
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.brief.verdict import main_outcome, verdict_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

type Line = tuple[Part, ...] | str


@dataclass(frozen=True)
class BriefSentences:
    """What a brief says, part by part; a part with nothing to say is empty.

    ``model`` is the one line of likelihood, priors and words of certainty that holds for every number.
    """

    question: str
    verdict: tuple[str, ...]
    model: str
    hangs_on: tuple[Line, ...] = ()
    would_change: tuple[Line, ...] = ()
    harm: str = ""
    wrong: tuple[Line, ...] = ()
    limits: tuple[Line, ...] = ()


def brief_sentences(reanalysis: Reanalysis) -> BriefSentences:
    """Return the sentences of the brief of a reanalysis."""
    outcome, verdict = main_outcome(reanalysis), verdict_of(reanalysis)
    return BriefSentences(
        question=verdict_words.question(outcome, verdict),
        verdict=verdict_words.verdict_sentences(outcome, verdict),
        model=_model(outcome),
    )


def _model(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the line of model and priors, and what the words of certainty mean."""
    if isinstance(outcome, SummaryOutcome):
        return f"Every number: normal likelihood of what is printed, mu ~ {outcome.mu_prior}. {words.steps()}"
    model = outcome.trial_set("all").posterior.model
    return f"Every number, each set of trials fitted by itself: {models.short(model)}. {words.steps()}"
