"""What a report does not cover, so that nobody takes silence for an answer."""

from collections.abc import Iterator

from bayes_ivig.reporting.document.blocks import Items, Section, Text
from bayes_ivig.reporting.evidence.table import records
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

KEY, TITLE = "not_covered", "What this report does not cover"
# trials from which on tests for small-study effects are advised (Sterne et al. 2011, BMJ 343:d4002)
ENOUGH = 10


def limits_section(reanalysis: Reanalysis) -> Section:
    """Return what is missing from the report, and why."""
    intro = Text("Nothing is to be read from the absence of these:")
    return Section(KEY, TITLE, (intro, Items(tuple(_missing(reanalysis)))))


def _missing(reanalysis: Reanalysis) -> Iterator[str]:
    if not any(each.about.judgements and each.about.judgements.certainty for each in reanalysis.outcomes):
        yield (
            "The certainty of the evidence (GRADE) is not judged. A rating takes judgements of risk of bias, "
            "of how well the trials fit the question and of what was not published; a posterior probability "
            "takes none of these in. The description of the data can enter one, by outcome and domain."
        )
    yield _small_studies(reanalysis)
    yield _harms(reanalysis)
    if not records(reanalysis, "risk_of_bias"):
        yield "Risk of bias: no judgements of the trials stand with the data."
    if not records(reanalysis, "prisma"):
        yield "Search and selection: how the trials were found and chosen does not stand with the data."
    undirected = [outcome for outcome in reanalysis.outcomes if not outcome.about.event]
    if undirected:
        named = [phrase for outcome in undirected if (phrase := outcomes.phrase(outcome))]
        start = f"{phrases.first_upper(phrases.series(named))}: no" if named else "No"
        yield f"{start} probability of benefit, since the data do not say which direction is good."
    if any(isinstance(outcome, CountsOutcome) for outcome in reanalysis.outcomes):
        yield (
            "Single participants: trials count with the totals of their arms, "
            "so nothing is said of who benefits."
        )


def assumed_small(reanalysis: Reanalysis) -> bool:
    """Whether any outcome is answered under selection by p-value and in the limit of a large trial."""
    counted = (each for each in reanalysis.outcomes if isinstance(each, CountsOutcome))
    return any(each.small_studies is not None and each.small_studies.sets for each in counted)


def _small_studies(reanalysis: Reanalysis) -> str:
    counted = [len(o.trial_set("all").dataset) for o in reanalysis.outcomes if isinstance(o, CountsOutcome)]
    most = max(counted, default=0)
    text = (
        "Trials that were not published, and effects that depend "
        "on a trial's size (publication bias, small-study effects)"
    )
    if most >= ENOUGH:
        found = _assumed(reanalysis) or "not part of this report; "
        return f"{text}: {found}funnel and small_study_test, of the Python package, draw and test them."
    number = f"the {phrases.small(most)} here" if most else "here there are none with known counts"
    untested = (
        f"no funnel plot and no test, which are customary from {phrases.small(ENOUGH)} trials on and "
        f"would tell little of {number}"
    )
    return f"{text}: {_assumed(reanalysis)}{untested}."


def _assumed(reanalysis: Reanalysis) -> str:
    """Return what is asked of outcomes in the place of a test, blank where nothing is."""
    if not assumed_small(reanalysis):
        return ""
    return (
        "what they would change is assumed by outcome (selection by p-value, PET and PEESE), whether there "
        "were any cannot be told; "
    )


def _harms(reanalysis: Reanalysis) -> str:
    bad = [o for o in reanalysis.outcomes if o.about.event == "bad" and not o.about.complement_of]
    arm = phrases.name(reanalysis.about.treatment)
    if not bad:
        return f"Harms of {arm}: no outcome is described as a harm."
    named = phrases.series([outcomes.phrase(outcome) or outcomes.title(outcome) for outcome in bad])
    return (
        f"Harms of {arm} other than {named}, its side effects among them: "
        "no other outcome stands with the data."
    )
