"""The next trial, as a part of an outcome: what one trial more is expected to do to the answer."""

from functools import partial

from bayes_ivig.reporting.document.blocks import Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.next_trial.chart import assurance_alternative, plot_assurance
from bayes_ivig.reporting.next_trial.text import size_of, today
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.results.next_trial.next_trial import AfterTrial, NextTrial
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

TITLE = "The next trial"


def next_trial_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return three lines: the most that one trial can do, several trials instead, and where the rest is."""
    asked = outcome.next_trial
    if asked is None:
        return None
    plan = asked.plans[0][1]
    said = [f"{_label(outcome, 'all')}. {today(plan)}"]
    if asked.divided is not None:
        said.append(_divided(*asked.divided))
    leads = pointing(" ".join(said), "the next trial", f"{appendix_key(key)}-next")
    return Section(f"{key}-next", TITLE, (leads,))


def next_trial_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return the curves against the size, and a row for every trial set and size."""
    asked = outcome.next_trial
    if asked is None:
        return None
    plan = asked.plans[0][1]
    title = f"{outcomes.title(outcome)}, {outcomes.set_phrase(outcome.trial_set('all'), outcome)}"
    curves = Figure(
        f"{key}_next_trial",
        f"{title}: the probability, over what one trial more may find, that it takes the posterior "
        f"probability of a benefit (or of the opposite) to {numbers.stated(plan.line)}, by its size.",
        assurance_alternative(plan),
        partial(plot_assurance, plan),
    )
    introduction = Text(
        "What one trial more of the same kind is expected to do, judged by the posterior of today: its "
        "effect is drawn from the prediction, its control risk from what the control arms say of a new one, "
        "and the posterior is updated by every table that it may find. This is the chance to settle the "
        "question (assurance), not power, which takes one effect for granted."
    )
    return Section(f"{key}-next", TITLE, (introduction, curves, _table(outcome, title)))


def _label(outcome: CountsOutcome, name: str) -> str:
    return phrases.first_upper(phrases.with_article(outcomes.set_phrase(outcome.trial_set(name), outcome)))


def _divided(one: AfterTrial, several: AfterTrial) -> str:
    """Return what the people of one trial do in several."""
    benefit, harm = ([_chance(each, name) for each in (one, several)] for name in ("reached", "harm"))
    return (
        f"One of {size_of(one)} in each arm does so with probability {benefit[0]} (the opposite: {harm[0]}), "
        f"{size_of(several)} instead with {benefit[1]} ({harm[1]})."
    )


def _chance(after: AfterTrial, name: str) -> str:
    return numbers.probability(after.value[name])


def _table(outcome: CountsOutcome, title: str) -> Table:
    asked = outcome.next_trial
    assert asked is not None
    line = numbers.stated(asked.plans[0][1].line)
    columns = (
        Column("Trials", "text"),
        Column("In each arm", "text"),
        Column("P(benefit) today"),
        Column(f"Benefit {line}"),
        Column(f"Harm {line}"),
        Column("Misleads"),
        Column("Alone p < 0.05"),
    )
    rows = []
    for name, plan in asked.plans:
        each = [*plan.sizes, *(asked.divided[1:] if name == "all" and asked.divided else ()), plan.endless]
        for i, after in enumerate(each):
            label = _of(outcome, name) if i == 0 else ""
            rows.append((label, size_of(after), _today(plan) if i == 0 else "", *_chances(after)))
    lines = (
        f"Benefit {line}, harm: the probability that the updated posterior probability comes to {line}; "
        "misleads: that it does so on the other side of the effect; without end: a trial that shows its own "
        "effect, the most that one can do.",
        "Alone: the trial by itself, Wald test of its log odds ratio, two-sided.",
        f"Sizes with more than 4,000 tables: {dict(asked.plans[0][1].settings)['draws']} drawn, standard "
        f"error up to {_error(outcome)}; else every table is added up.",
        details.trials(outcome.trial_set("all"), outcome),
    )
    return Table(f"{title}: what one trial more is expected to do.", columns, tuple(rows), lines)


def _of(outcome: CountsOutcome, name: str) -> str:
    found = next((each for each in outcome.leading_comparisons if each.key == name), None)
    return _label(outcome, name) if found is None else phrases.first_upper(phrases.name(found.phrase))


def _today(plan: NextTrial) -> str:
    return numbers.probability(plan.before["benefit"])


def _chances(after: AfterTrial) -> tuple[str, ...]:
    alone = _chance(after, "significant") if "significant" in after.value else numbers.NONE
    return (*(_chance(after, name) for name in ("reached", "harm", "misleading")), alone)


def _error(outcome: CountsOutcome) -> str:
    asked = outcome.next_trial
    assert asked is not None
    drawn = [each for _, plan in asked.plans for each in plan.sizes]
    return numbers.numerical_error(max(each.error["reached"] for each in drawn))
