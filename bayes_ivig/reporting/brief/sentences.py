"""The sentences of a brief, made from codes and numbers alone: a grammar, with nothing of any one case."""

from dataclasses import dataclass

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.brief import change_words, verdict_words
from bayes_ivig.reporting.brief.harm_words import harm_sentence
from bayes_ivig.reporting.brief.wrong_words import limit_lines, wrong_lines
from bayes_ivig.reporting.document.inline import Part
from bayes_ivig.reporting.document.outline import outcome_keys
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.brief.brief import brief_of
from bayes_ivig.results.brief.verdict import main_outcome
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

type Line = tuple[Part, ...] | str


@dataclass(frozen=True)
class BriefSentences:
    """What a brief says, part by part; a part with nothing to say is empty.

    ``words`` says what the words of certainty mean and how the evidence was judged; ``model`` is the one line
    of likelihood and priors that holds for every number.
    """

    question: str
    verdict: tuple[str, ...]
    words: str
    model: str
    hangs_on: tuple[Line, ...] = ()
    would_change: tuple[Line, ...] = ()
    harm: str = ""
    wrong: tuple[Line, ...] = ()
    limits: tuple[Line, ...] = ()


def brief_sentences(reanalysis: Reanalysis) -> BriefSentences:
    """Return the sentences of the brief of a reanalysis."""
    outcome, brief = main_outcome(reanalysis), brief_of(reanalysis)
    key = outcome_keys(reanalysis)[outcome.name]
    counted = outcome if isinstance(outcome, CountsOutcome) else None
    return BriefSentences(
        question=verdict_words.question(outcome, brief.verdict),
        verdict=verdict_words.verdict_sentences(outcome, brief.verdict),
        words=_words(outcome.about),
        model=_model(outcome),
        hangs_on=change_words.hangs_on(counted, brief, key) if counted else (),
        would_change=change_words.would_change(counted, brief, key) if counted else (),
        harm=harm_sentence(reanalysis, brief.harm),
        wrong=wrong_lines(reanalysis, brief),
        limits=limit_lines(reanalysis, outcome),
    )


def _words(about: About) -> str:
    """Return what the words of certainty mean, and the certainty of the evidence as a person judged it."""
    certainty = about.judgements.certainty if about.judgements else None
    judged = "not judged"
    of = ""
    if certainty is not None and certainty.overall is not None:
        of = f", {phrases.name(certainty.of)}" if certainty.of else ""
        by = f"judged by {phrases.name(certainty.overall.by)}" if certainty.overall.by else "as entered"
        judged = f"{certainty.overall.rating}, {by}, not computed"
    return f"{phrases.first_upper(words.steps())}. Certainty of evidence (GRADE{of}): {judged}."


def _model(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the line of model and priors."""
    if isinstance(outcome, SummaryOutcome):
        of = f"Model: normal likelihood of what is printed, mu ~ {outcome.mu_prior}"
    else:
        of = f"{models.short(outcome.trial_set('all').posterior.model)}"
    return f"{phrases.first_upper(of)}."
