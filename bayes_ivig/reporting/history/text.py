"""How an answer came about, as text for a terminal."""

from bayes_ivig.reporting.wording import effects, information, numbers
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.history.history import Arrival, History, Look

REACHED = {"benefit": "a benefit", "harm": "the opposite", "neither": "neither", "": numbers.NONE}
OPERATING = ("either line", "benefit", "harm", "wrong side", "at the end")


def history_text(found: History, width: int = WIDTH) -> str:
    """Return one line for each look, one for each trial beside what was foretold of it, and what is meant."""
    posterior = found.posterior
    title = posterior.dataset.about.outcome_title or posterior.dataset.label
    order = f"by the column {found.by}" if found.by else "in the order of the table"
    lines = paragraph(
        f"{title}: the answer as trials came in, {order}, {information.counted(posterior)}", width
    )
    lines += ["", *figures([_look_heads(found), *map(_with(found), found.looks)], width)]
    lines += ["", *paragraph(reached(found), width), ""]
    lines += figures(
        [_trial_heads(found), *(_trial(found, each) for look in found.looks for each in look.added)], width
    )
    if found.operating:
        lines += ["", *figures(_operating(found), width)]
    return "\n".join([*lines, "", "Details", *dashes(_details(found), width)])


def benefit(found: History) -> str:
    """Return what the probability is of: a benefit, or a ratio above no effect where no side is good."""
    measure, event = found.posterior.measure, found.posterior.dataset.about.event
    if event is None:
        return f"P({measure.above})"
    return f"P(benefit), that is P({measure.below if event == 'bad' else measure.above})"


def reached(found: History) -> str:
    """Return one sentence on when a line was first reached, and how it stands after the last trial."""
    last, first = found.looks[-1], found.first
    line = numbers.stated(found.line)
    when = f"no look reached {line}"
    if first is not None:
        when = f"{line} was first reached at {first.at} (for {REACHED[first.conclusion]})"
    shown = REACHED[last.conclusion]
    if last.benefit is not None:
        shown += f", {benefit(found)} being {numbers.probability(last.benefit)}"
    return f"Of {numbers.count(len(found.looks))} looks, {when}; after the last it is {shown}."


def _look_heads(found: History) -> tuple[str, ...]:
    measure = found.posterior.measure
    return (
        "after",
        "k",
        measure.symbol,
        f"{numbers.level(found.level)} interval",
        "tau",
        "P",
        "in a new setting",
    )


def _with(found: History):  # type: ignore[no-untyped-def]  # a function of a look
    measure = found.posterior.measure

    def row(look: Look) -> tuple[str, ...]:
        if look.effect is None or look.tau is None or look.benefit is None or look.prediction is None:
            return (look.at, numbers.count(look.k), *[numbers.NONE] * 5)
        lower, median, upper = look.effect
        return (
            look.at,
            numbers.count(look.k),
            effects.cell(measure, median),
            effects.limits(measure, lower, upper),
            numbers.standard_deviation(look.tau),
            numbers.probability(look.benefit),
            effects.limits(measure, *look.prediction),
        )

    return row


def _trial_heads(found: History) -> tuple[str, ...]:
    return (
        "trial",
        "foretold",
        f"found {found.posterior.measure.symbol}",
        f"to {numbers.stated(found.line)}",
        "surprise",
    )


def _trial(found: History, each: Arrival) -> tuple[str, ...]:
    measure = found.posterior.measure
    foretold, chance = numbers.NONE, numbers.NONE
    if each.predicted is not None and each.reached is not None:
        foretold = effects.limits(measure, each.predicted[0], each.predicted[2])
        chance = numbers.probability(each.reached)
    seen = numbers.NONE if each.observed is None else effects.cell(measure, each.observed[1])
    return (each.trial, foretold, seen, chance, numbers.p_value(each.p))


def _operating(found: History) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("simulated under", *OPERATING)]
    for each in found.operating:
        name = "the model's priors" if each.scenario == "prior" else each.scenario
        chances = (each.crossed, each.benefit, each.harm, each.wrong, each.last)
        rows.append((name, *map(numbers.probability, chances)))
    return rows


def _details(found: History) -> list[str]:
    line, level = numbers.stated(found.line), numbers.level(found.level)
    kept = [
        f"P: {benefit(found)}; intervals are central credible ones of {level}",
        f"foretold: {level} interval of an estimate with the trial's standard error, by the trials before it",
        f"to {line}: the chance, before the trial, that P would be at {line} or beyond after it",
        "surprise: two-sided predictive p of what it found, given the trials before it: of counts by the "
        "events under treatment given both margins (mid-p), of an estimate by its value; over many trials of "
        "the model these are uniform",
        "looking often does not change a posterior; how often a line is ever reached does grow with it "
        "(--simulations)",
    ]
    if found.operating:
        worst = max(max(each.error.values()) for each in found.operating)
        kept.append(
            f"simulated: {numbers.count(found.operating[0].simulations)} histories of trials of these sizes "
            f"each, seed {dict(found.settings)['seed']}, their control risks those of the control arms; "
            f"standard error up to {numbers.numerical_error(worst)}; wrong side: a line reached on the other "
            "side of the mean effect, under no effect on any"
        )
    kept += [f"{look.at}: no posterior as yet: {look.note}" for look in found.looks if look.note]
    kept += [f"{each.trial}: {each.note}" for look in found.looks for each in look.added if each.note]
    return kept + families.assumed(found.posterior.model)
