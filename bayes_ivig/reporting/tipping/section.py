"""How much prior it takes to cross a stated line of probability, as a part of an outcome's section."""

from functools import partial

from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.reporting.document.blocks import Block, Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.columns import MOVED
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.tipping import words as prose
from bayes_ivig.reporting.tipping.chart import event_of, limit_of, plot_tipping, tipping_alternative
from bayes_ivig.reporting.tipping.fragility_words import fragility_rows, fragility_sentence
from bayes_ivig.reporting.tipping.new_trial_table import new_trial_table
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import priors as prior_words
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior
from bayes_ivig.results.tipping.points import TippingGrid

GREEK = prose.Symbols("μ", "τ")
TITLE = "Tipping point and fragility: how much prior, and how few events, it takes"
MOST_MOVES = 12


def tipping_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return how much prior, and how few events, it takes to cross the line, in a sentence for each trial set
    that was asked about.
    """
    if outcome.about.complement_of or not outcome.in_depth:
        return None
    if not outcome.how_much_prior:
        sd = outcome.trial_set(outcome.published_trials).posterior["mu"].sd or 0.0
        why = (
            f"The data are so precise (posterior SD of μ {numbers.prior_scale(sd, 2)}) that priors of the "
            "scales usually compared hardly matter; "
        )
        return Section(
            f"{key}-tipping", TITLE, (Text(f"{why}the command bayes-ivig tipping asks for them one by one."),)
        )
    said = [
        f"{outcomes.set_label(outcome.trial_set(name), outcome)}: {prose.state(found)} {prose.meaning(found)}"
        for name, found in outcome.how_much_prior
    ]
    last = pointing(said[-1], "how much prior it takes", f"{appendix_key(key)}-tipping")
    return Section(f"{key}-tipping", TITLE, (*(Text(each) for each in said[:-1]), last))


def tipping_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return the tables for each trial set that was asked about,
    and its contours where the line is crossed among them.
    """
    if outcome.about.complement_of or not outcome.in_depth or not outcome.how_much_prior:
        return None
    few = details.few(outcome)
    blocks: list[Block] = [Text(prose.convention(outcome.how_much_prior[0][1]))]
    for name, found in outcome.how_much_prior:
        result = outcome.trial_set(name)
        blocks.append(_prior_table(outcome, result, found))
        if few:
            blocks.append(Text(fragility_sentence(found)))
            continue
        if found.grid is not None:
            blocks.append(_map(outcome, result, found.grid, key))
        blocks += [_power_table(outcome, result, found), *_fragility(outcome, result, found)]
    added = new_trial_table(outcome)
    shown = (*blocks, added) if added else tuple(blocks)
    return Section(f"{key}-tipping", "How much prior it takes", shown)


def _title(outcome: CountsOutcome, result: TrialSetResult) -> str:
    return f"{outcomes.title(outcome)}, {outcomes.set_phrase(result, outcome)}"


def _fit(outcome: CountsOutcome, result: TrialSetResult) -> tuple[str, ...]:
    return details.trials(result, outcome), *models.details(result.posterior.model)


def _prior_table(outcome: CountsOutcome, result: TrialSetResult, answer: HowMuchPrior) -> Table:
    columns = (
        Column("What is varied", "text"),
        Column("Turns at", "long"),
        Column("Reached if", "short"),
        Column(f"95% of prior {answer.conclusion.of.plural}"),
        Column("Weight, persons"),
    )
    asked, measure = prose.prior_rows(answer, GREEK), answer.conclusion.of
    rows = tuple(
        (phrases.first_upper(row[0]), phrases.first_upper(_turns_at(row[1], measure)), *row[2:])
        for row in asked
    )
    texts = [f"{phrases.first_upper(row[0])}: {row[1]}." for row in asked if not isinstance(row[1], str)]
    lines = tuple(f"{phrases.first_upper(text)}." for text in prose.definitions(answer, GREEK))
    caption = f"{_title(outcome, result)}: the priors at which the line {prose.line(answer)} is just reached."
    return Table(
        caption, columns, rows, (*lines, *texts, prose.closed_sentence(answer), *_fit(outcome, result))
    )


def _turns_at(prior: Prior | str, measure: Measure) -> str:
    if isinstance(prior, Normal) and prior.mean == 0.0:
        return f"normal, SD {numbers.prior_scale(prior.sd)}"  # as many figures as in the sentence
    if isinstance(prior, HalfNormal):
        return f"half-normal, scale {numbers.prior_scale(prior.scale)}"
    return prior if isinstance(prior, str) else prior_words.in_words(prior, measure=measure)


def _map(outcome: CountsOutcome, result: TrialSetResult, grid: TippingGrid, key: str) -> Figure | Text:
    """Return the contours; one sentence where there is nothing to see, because the line is not crossed."""
    low, high = float(grid.chances.min()), float(grid.chances.max())
    if not low < grid.conclusion.probability < high:
        ranges = (
            f"{numbers.prior_scale(scales[0])} to {numbers.prior_scale(scales[-1])}"
            for scales in (grid.mu_scales, grid.tau_scales)
        )
        return Text(
            f"Over both at once, SDs of the prior of μ from {next(ranges)} with scales of the prior of τ "
            f"from {next(ranges)}, {event_of(grid)} stays between {numbers.probability(low)} and "
            f"{numbers.probability(high)}."
        )
    return _figure(outcome, result, grid, key)


def _figure(outcome: CountsOutcome, result: TrialSetResult, grid: TippingGrid, key: str) -> Figure:
    dot = " The dot stands at the stated priors." if grid.reference is not None else ""
    measure = grid.conclusion.of
    at = f"{measure.one} of {numbers.threshold(grid.conclusion.value)}"
    caption = (
        f"{_title(outcome, result)}: {event_of(grid)} (left) and the {limit_of(grid)} of the {measure.name} "
        f"(right) by the SD of the prior of μ, normal around {at}, and the scale of the "
        f"half-normal prior of τ. On the strong line {event_of(grid)} is "
        f"{numbers.stated(grid.conclusion.probability)}; on the shaded side it is more.{dot}"
    )
    return Figure(
        f"{key}_tipping_{result.trials}", caption, tipping_alternative(grid), partial(plot_tipping, grid)
    )


def _power_table(outcome: CountsOutcome, result: TrialSetResult, answer: HowMuchPrior) -> Table:
    columns = (
        Column("Posterior of", "text"),
        Column("Both priors"),
        Column("Prior of μ"),
        Column("Prior of τ"),
        Column("Data"),
        Column("Reading", "long"),
    )
    rows = tuple(
        (row[0], *row[1:-1], phrases.first_upper(row[-1])) for row in prose.power_rows(answer, GREEK)
    )
    caption = f"{_title(outcome, result)}: what the posterior answers to (power-scaling sensitivity)."
    line = f"{phrases.first_upper(prose.sensitivity())}."
    return Table(caption, columns, rows, (line, *_fit(outcome, result)))


def _fragility(outcome: CountsOutcome, result: TrialSetResult, answer: HowMuchPrior) -> tuple[Block, ...]:
    sentence = Text(fragility_sentence(answer))
    rows = fragility_rows(answer)
    if not rows:
        return (sentence,)
    columns = (
        Column("Trial", "text"),
        Column("Arm", "text"),
        Column("Events", ends=MOVED),
        Column(f"P({prose.event(answer)}) then"),
    )
    shown = tuple((phrases.name(study), phrases.name(arm), *rest) for study, arm, *rest in rows[:MOST_MOVES])
    hidden = len(rows) - len(shown)
    more = (
        (
            f"{phrases.first_upper(phrases.small(hidden))} more {'way is' if hidden == 1 else 'ways are'} "
            "not shown.",
        )
        if hidden
        else ()
    )
    caption = (
        f"{_title(outcome, result)}: the fewest events whose move crosses the line {prose.line(answer)}, "
        "and where."
    )
    lines = (
        "Events moved: events turned into non-events, or the other way round, in one arm of one trial, "
        "totals and priors kept; every table is fitted again.",
        *more,
        *_fit(outcome, result),
    )
    return sentence, Table(caption, columns, shown, lines)
