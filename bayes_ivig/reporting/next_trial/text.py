"""What one trial more may do to an answer, as text for a terminal."""

from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.reporting.wording import information, numbers
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.next_trial.next_trial import AfterTrial, NextTrial
from bayes_ivig.results.next_trial.value import TrialValue

QUANTITIES = {"mu": "the pooled effect (mu)", "theta_new": "the effect in a new setting (theta_new)"}
ENDLESS = "without end"


def next_trial_text(plan: NextTrial, width: int = WIDTH) -> str:
    """Return the answer today, one line for each size, and what every column is."""
    posterior, about = plan.posterior, plan.posterior.dataset.about
    title = about.outcome_title or posterior.dataset.label
    lines = paragraph(
        f"{title}: what one trial more may do to {QUANTITIES[plan.quantity]}, "
        f"{information.counted(posterior)}",
        width,
    )
    nothing = information.nothing_learnt(posterior)
    lines += ["", *paragraph(nothing, width)] if nothing else []
    lines += ["", *paragraph(today(plan), width), "", *figures(_rows(plan), width)]
    return "\n".join([*lines, "", "Details", *dashes(_details(plan), width)])


def benefit_of(event: Event | None, above: str, below: str) -> str:
    """Return what the probability is of: a benefit, or a ratio above no effect where no side is good."""
    return f"P({above})" if event is None else f"P(benefit), that is P({below if event == 'bad' else above})"


def today(plan: NextTrial) -> str:
    """Return one sentence on the answer today and the most that one trial can do."""
    measure, about = plan.posterior.measure, plan.posterior.dataset.about
    name = benefit_of(about.event, measure.above, measure.below)
    most = plan.endless.value
    return (
        f"Today {numbers.equals(name, numbers.probability(plan.before['benefit']))}. Even a trial without "
        f"end takes it to {numbers.stated(plan.line)} or beyond with probability "
        f"{numbers.probability(most['reached'])} (that of the opposite: {numbers.probability(most['harm'])})."
    )


def size_of(after: AfterTrial | TrialValue) -> str:
    """Return a size in words: people in each arm, a standard error, or that there is no end."""
    if after.standard_error is not None:
        return f"standard error {numbers.stated(after.standard_error)}"
    if after.treatment is None or after.control is None:
        return ENDLESS
    arms = (
        numbers.count(after.control)
        if after.treatment == after.control
        else f"{numbers.count(after.treatment)} v {numbers.count(after.control)}"
    )
    trials = after.trials if isinstance(after, AfterTrial) else 1
    return arms if trials == 1 else f"{numbers.count(trials)} trials of {arms}"


def _rows(plan: NextTrial) -> list[tuple[str, ...]]:
    line = numbers.stated(plan.line)
    heads = ("in each arm", f"benefit {line}", "harm", "turns", "misleads", "alone p<.05", "SD(mu)")
    rows: list[tuple[str, ...]] = [heads]
    for after in (*plan.sizes, plan.endless):
        value = after.value
        alone = numbers.probability(value["significant"]) if "significant" in value else ""
        chances = [numbers.probability(value[name]) for name in ("reached", "harm", "turns", "misleading")]
        rows.append((size_of(after), *chances, alone, numbers.standard_deviation(value["sd_mu"], 3)))
    return rows


def _details(plan: NextTrial) -> list[str]:
    line, measure = numbers.stated(plan.line), plan.posterior.measure
    event = plan.posterior.dataset.about.event
    side = "the ratio above no effect" if event is None else "a benefit"
    kept = [
        f"benefit {line}, harm: the probability, over what the trial may find, that the updated posterior "
        f"probability of {side}, or of the opposite, comes to {line} (assurance)",
        "turns: that the conclusion (benefit, harm or neither at that line) becomes another",
        "misleads: that a line is reached on the other side of the effect",
        "alone: that the trial by itself is significant, Wald test of its log odds ratio, two-sided",
        f"SD(mu): expected, log scale; today {numbers.standard_deviation(plan.before['sd_mu'], 3)}",
        f"the trial's own effect is drawn from the prediction (theta_new); important: "
        f"{measure.one} {numbers.threshold(plan.important)}, in --json and --csv",
    ]
    if plan.control:
        kept.append(f"control risk: {plan.control}")
    kept += [*_errors(plan), *families.assumed(plan.posterior.model)]
    return kept


def _errors(plan: NextTrial) -> list[str]:
    """Return how what a trial may find was gone through, and the largest gap between means and today."""
    settings = dict(plan.settings)
    drawn = [each for each in plan.sizes if not each.every]
    worst = max(abs(gap) for gap in plan.gap)
    how = "all that the trial may find is added up"
    if drawn:
        error = max(each.error["reached"] for each in drawn)
        how = (
            f"sizes with more than 4,000 tables: {settings['draws']} drawn, seed "
            f"{settings['seed']}, standard error of a probability up to {numbers.numerical_error(error)}; "
            "else all tables are added up"
        )
    return [how, f"mean of the updated probabilities less today's: within {numbers.numerical_error(worst)}"]
