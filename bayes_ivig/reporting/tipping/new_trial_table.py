"""What one more trial would make of an answer, as a table."""

from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.cells import Row
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.brief.new_trial import NewTrial
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

FINDS = {
    "the opposite": "the opposite of what these trials show",
    "the margin": "the smallest difference that is called important",
}


def new_trial_table(outcome: CountsOutcome) -> Table | None:
    """Return a row for every trial that is added; None where none was."""
    if not outcome.new_trials:
        return None
    about = outcome.about
    what = "P(benefit)" if about.event else f"P({outcome.measure.above})"
    columns = (
        Column("Added to", "text"),
        Column("It finds", "text"),
        Column("Odds ratio found"),
        Column("People in each arm"),
        Column(f"{what} before"),
        Column(f"{what} after"),
    )
    lines = (
        "The added trial has the control risk of these trials' control arms together and just the events "
        "that the odds ratio found leads to, rounded; everything is fitted again with it.",
        *models.details(outcome.trial_set("all").posterior.model),
    )
    rows = tuple(_row(each, outcome) for each in outcome.new_trials)
    return Table(f"{outcomes.title(outcome)}: what one more trial would make of it.", columns, rows, lines)


def _added_to(key: str, outcome: CountsOutcome) -> str:
    group = outcome.comparisons.group(key) if outcome.comparisons else None
    if group is not None:
        return phrases.first_upper(phrases.name(group.phrase))
    return phrases.first_upper(outcomes.set_phrase(outcome.trial_set(key), outcome))


def _row(each: NewTrial, outcome: CountsOutcome) -> Row:
    return (
        _added_to(each.key, outcome),
        FINDS[each.finds],
        numbers.ratio(each.effect),
        numbers.count(each.per_arm),
        numbers.probability(each.before),
        numbers.probability(each.after),
    )
