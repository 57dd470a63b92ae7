"""Other ways to count, side by side, for the report."""

import math

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.reporting.document.blocks import Column, Items, Section, Table, Text
from bayes_ivig.reporting.document.cells import CONFIDENCE, CREDIBLE, OR_ABOVE, ratio_cells
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

TITLE = "Sensitivity analysis: counted another way"


def alternatives_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return how far the answer moves where trials are counted in the other ways that the sidecar names,
    for the published trials and for all; None where it names none.
    """
    if not outcome.alternatives or outcome.about.complement_of:
        return None
    told = _ranges(outcome)
    *first, last = [told[name] for name in (outcome.published_trials, "all") if name in told] or told.values()
    leads = pointing(last, "counted another way", f"{appendix_key(key)}-alternatives")
    return Section(
        f"{key}-alternatives", TITLE, (*(Text(sentence) for sentence in dict.fromkeys(first)), leads)
    )


def alternatives_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return every trial set counted in every other way; None where the sidecar names none."""
    if not outcome.alternatives or outcome.about.complement_of:
        return None
    others = [
        Text(text) for name, text in _ranges(outcome).items() if name not in (outcome.published_trials, "all")
    ]
    return Section(f"{key}-alternatives", TITLE, (*others, alternatives_table(outcome), *_reasons(outcome)))


def _reasons(outcome: CountsOutcome) -> tuple[Items, ...]:
    """Return why each other way to count is one, in a list."""
    bases = {row.title: row.basis for row in outcome.alternatives if row.title and row.basis}
    items = tuple(f"{phrases.name(title)}: {phrases.name(basis)}." for title, basis in bases.items())
    return (Items(items),) if items else ()


def _ranges(outcome: CountsOutcome) -> dict[str, str]:
    """Return how far each trial set's answer moves with the way of counting, and which way moves it most."""
    sentences = {}
    for trials in dict.fromkeys(row.trials for row in outcome.alternatives):
        first, *others = [row for row in outcome.alternatives if row.trials == trials]
        moved = {
            row.title: abs(math.log((row.posterior.estimate or 1) / (first.posterior.estimate or 1)))
            for row in others
        }
        most = max(others, key=lambda row: settled_one(moved[row.title]))
        chances = [
            numbers.probability(value) for value in sorted(row.prob_or_gt_1 for row in (first, *others))
        ]
        between = (
            f"between {chances[0]} and {chances[-1]}" if chances[0] != chances[-1] else f"at {chances[0]}"
        )
        label, ways = (
            outcomes.set_label(outcome.trial_set(trials), outcome),
            "ways" if len(others) > 1 else "way",
        )
        sentences[trials] = (
            f"{label}: as counted here the posterior median odds ratio is "
            f"{numbers.ratio(first.posterior.estimate)}; of {phrases.small(len(others))} other {ways} to "
            f"count, the one that moves it most makes it {numbers.ratio(most.posterior.estimate)} "
            f"({phrases.name(most.title)}). P(OR > 1) stays {between}."
        )
    return sentences


def alternatives_table(outcome: CountsOutcome) -> Table:
    """Return each trial set as counted here and under every alternative that changes it."""
    rows = tuple(
        (
            outcomes.set_label(outcome.trial_set(row.trials), outcome),
            phrases.name(row.title) or "as in the table",
            *ratio_cells(row.pooled),
            *ratio_cells(row.posterior),
            numbers.probability(row.prob_or_gt_1),
        )
        for row in outcome.alternatives
    )
    columns = (
        Column("Trials", "text"),
        Column("Counted", "text"),
        Column("Pooled again, OR"),
        Column(CONFIDENCE),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column(OR_ABOVE),
    )
    caption = f"{outcomes.title(outcome)}: named sensitivity analyses, pooled again and posterior."
    sets = tuple(dict.fromkeys(row.trials for row in outcome.alternatives))
    return Table(caption, columns, rows, details.of_sets(outcome, classical=True, sets=sets))
