"""The section of an outcome that goes by what the treatment was compared with: one question each."""

from functools import partial

from bayes_ivig.reporting.comparisons import words
from bayes_ivig.reporting.comparisons.chart import comparisons_alternative, plot_comparisons
from bayes_ivig.reporting.comparisons.table import comparisons_table, contrasts_table
from bayes_ivig.reporting.document.blocks import Block, Figure, Items, Section, Text
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.results.comparisons.by_comparison import ByComparison
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

TITLE = "By comparison (subgroup analysis)"
MOST_SAID = 2  # contrasts that are told in sentences as well as in the table


def comparisons_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return the comparisons of an outcome: a sentence for each on what it estimates, table and chart, the
    contrasts; None where nothing says what was compared.
    """
    found = outcome.comparisons
    if found is None:
        return None
    about = outcome.about
    differ = (
        "is not the same in all trials, so each comparison is a question of its own"
        if len(found.groups) > 1
        else "is one question here"
    )
    blocks: list[Block] = [
        Text(
            f"What {phrases.name(about.treatment)} was compared with {differ}. "
            f"{words.estimand_sentence(outcome)}"
        ),
        Items(tuple(words.comparison_line(group, about) for group in found.groups)),
        comparisons_table(outcome, found),
    ]
    if len(found.groups) > 1:
        blocks.append(_figure(outcome, key, found))
    if sentence := words.tau_sentence(found):
        blocks.append(Text(sentence))
    if found.contrasts:
        if len({each.key for each in found.contrasts}) <= MOST_SAID:
            blocks.append(Text(" ".join(words.contrast_sentences(found))))
        blocks.append(contrasts_table(outcome, found))
    blocks += [Text(line) for line in words.unnamed_sentences(found, _sets_with(outcome, found))]
    return Section(f"{key}-comparisons", TITLE, tuple(blocks))


def _figure(outcome: CountsOutcome, key: str, found: ByComparison) -> Figure:
    caption = (
        f"{outcomes.title(outcome)}: {phrases.name(outcome.about.treatment)} by what it was compared with. "
        "Squares: pooled again, with 95% confidence intervals. Circles: the mean of such trials, with 95% "
        "credible intervals. Lines without a mark: the effect in a new trial, of the same fit."
    )
    return Figure(
        f"{key}_comparisons", caption, comparisons_alternative(found), partial(plot_comparisons, found)
    )


def _sets_with(outcome: CountsOutcome, found: ByComparison) -> tuple[str, ...]:
    """Return the trial sets that hold trials which compare nothing, as sentences call them."""
    out = set(found.compared_nothing)
    return tuple(
        phrases.with_article(outcomes.set_phrase(result, outcome))
        for result in outcomes.ordered_sets(outcome)
        if out & set(result.dataset.study_names)
    )
