"""What it is worth to know more, as text for a terminal."""

from bayes_ivig.reporting.next_trial.text import QUANTITIES, size_of
from bayes_ivig.reporting.wording import information, numbers
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.next_trial.value import TrialValue, ValueOfInformation

KNOWN = {
    "everything": "everything (EVPI)",
    "mu": "mu",
    "theta_new": "theta_new",
    "tau": "tau",
    "control_risk": "control risk",
}
DECISIONS = {"treat": "to treat is better", "do not treat": "not to treat is better"}


def value_text(value: ValueOfInformation, width: int = WIDTH) -> str:
    """Return the decision today, one line for each size and for each thing known, and what they are."""
    posterior, about = value.posterior, value.posterior.dataset.about
    title = about.outcome_title or posterior.dataset.label
    lines = paragraph(
        f"{title}: what it is worth to know more of {QUANTITIES[value.quantity]}, "
        f"{information.counted(posterior)}",
        width,
    )
    nothing = information.nothing_learnt(posterior)
    lines += ["", *paragraph(nothing, width)] if nothing else []
    lines += ["", *paragraph(decided(value), width), "", *figures(_rows(value), width)]
    if value.people is not None:
        lines += ["", *paragraph(_best(value), width)]
    return "\n".join([*lines, "", "Details", *dashes(_details(value), width)])


def decided(value: ValueOfInformation) -> str:
    """Return one sentence on the decision today, and what it would be worth to know everything."""
    better = "neither decision is better" if value.decision is None else DECISIONS[value.decision]
    return (
        f"Judged by this posterior today, {better}: expected net benefit of treating "
        f"{numbers.in_summary(value.today)} {unit(value)} a person. To know everything before would be worth "
        f"{numbers.in_summary(value.evpi)} a person."
    )


def unit(value: ValueOfInformation) -> str:
    """Return the unit of all values."""
    if dict(value.settings)["worth"] != 1:
        return "in the unit of the costs"
    return "events" if value.event == "good" else "events avoided"


def trial_of(trial: TrialValue) -> str:
    """Return a trial by its size, in words."""
    if trial.control is None:
        return f"trial {'' if trial.standard_error is None else 'of '}{size_of(trial)}"
    return f"trial of {size_of(trial)} an arm"


def _rows(value: ValueOfInformation) -> list[tuple[str, ...]]:
    everybody = value.people is not None
    heads = ("known", "a person", *(("all people", "cost", "net (ENBS)") if everybody else ()))
    rows: list[tuple[str, ...]] = [heads]
    for trial in (*value.sizes, value.endless):
        more = (trial.population_evsi, trial.cost, trial.enbs) if everybody else ()
        rows.append((trial_of(trial), *_cells(trial.evsi, *more)))
    for name, each in value.perfect.items():
        more = (each * value.people, None, None) if value.people is not None else ()
        rows.append((KNOWN[name], *_cells(each, *more)))
    return rows


def _cells(*values: float | None) -> tuple[str, ...]:
    return tuple("" if each is None else numbers.in_summary(each) for each in values)


def _best(value: ValueOfInformation) -> str:
    """Return which size has the largest expected net benefit of sampling."""
    best = value.best
    if best is None:
        return "No size that was asked is worth more than it costs."
    assert best.enbs is not None
    return (
        f"Of the sizes asked, the largest expected net benefit of sampling is that of a {trial_of(best)}: "
        f"{numbers.in_summary(best.enbs)}."
    )


def _details(value: ValueOfInformation) -> list[str]:
    settings = dict(value.settings)
    sign = "p1 - p0" if value.event == "good" else "p0 - p1"
    stated = {name: numbers.stated(each) for name, each in settings.items() if each is not None}
    gain = sign if stated["worth"] == "1" else f"{stated['worth']} x ({sign})"
    less = "" if stated["cost"] == "0" else f" - {stated['cost']}"
    kept = [
        f"net benefit of treating a person: {gain}{less}, with p0 the control risk and logit p1 = logit p0 + "
        "effect; values are in its unit",
        "trial: expected value of sample information (EVSI); mu, tau, control risk: of perfect information "
        "on that alone (EVPPI)",
        f"control risk of the people treated: {value.control}; a trial is taken to tell of the effect alone",
    ]
    if value.people is not None:
        kept.append(
            f"all people: {numbers.count(settings['population'] or 0)} a year for {stated['horizon']} years, "
            f"discounted by {stated['discount']} a year: {numbers.count(value.people)}"
        )
        kept.append(
            f"cost of a trial: {stated['fixed_cost']}, and {stated['cost_per_person']} for each participant"
        )
    return [*kept, _how(value), *families.assumed(value.posterior.model)]


def _how(value: ValueOfInformation) -> str:
    """Return how what a trial may find was gone through."""
    settings, drawn = dict(value.settings), [each for each in value.sizes if not each.every]
    if not drawn:
        return "all that a trial may find is added up"
    error = max(each.error for each in drawn)
    return (
        f"sizes with more than 4,000 tables: {numbers.count(settings['draws'] or 0)} drawn, seed "
        f"{numbers.stated(settings['seed'] or 0)}, standard error of a value a person up to "
        f"{numbers.numerical_error(error)}; else all tables are added up"
    )
