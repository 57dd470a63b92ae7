"""What every result that a new trial may have would make of an answer, as text and as a document."""

from typing import Any

import numpy as np

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.reporting.next_trial.text import QUANTITIES, benefit_of
from bayes_ivig.reporting.wording import effects, information, json_values, numbers
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.next_trial.extended_funnel import ExtendedFunnel, Needed, TrialResult
from bayes_ivig.version import __version__

ROWS = 6  # of the picture that are printed

type Ends = tuple[tuple[float | None, float | None], ...]


def extended_funnel_text(funnel: ExtendedFunnel, width: int = WIDTH) -> str:
    """Return the answer today, what a new trial must find to turn it, and what laid results make of it."""
    posterior = funnel.posterior
    title = posterior.dataset.about.outcome_title or posterior.dataset.label
    lines = paragraph(
        f"{title}: what a result of one trial more would make of {QUANTITIES[funnel.quantity]}, "
        f"{information.counted(posterior)}",
        width,
    )
    lines += ["", *paragraph(probability_today(funnel), width), "", *figures(_rows(funnel), width)]
    lines += [line for each in funnel.results for line in ["", *paragraph(laid(funnel, each), width)]]
    return "\n".join([*lines, "", "Details", *dashes(_details(funnel), width)])


def probability_today(funnel: ExtendedFunnel) -> str:
    """Return the probability of a benefit without a new trial."""
    return f"Today {numbers.equals(name_of(funnel), numbers.probability(funnel.today))}."


def name_of(funnel: ExtendedFunnel) -> str:
    """Return what the probability is of."""
    measure = funnel.posterior.measure
    return benefit_of(funnel.posterior.dataset.about.event, measure.above, measure.below)


def laid(funnel: ExtendedFunnel, result: TrialResult) -> str:
    """Return what one result would make of the answer."""
    assert result.prob_benefit is not None
    where = (
        f"{numbers.whole(result.x)} events under treatment, {numbers.whole(result.y)} under control"
        if funnel.arms
        else f"{effects.shown(funnel.posterior.measure, funnel.posterior.measure.own(result.x))}, standard "
        f"error {numbers.stated(result.y)}"
    )
    return f"{result.label.capitalize()} ({where}): {numbers.probability(result.prob_benefit)}."


def _rows(funnel: ExtendedFunnel) -> list[tuple[str, ...]]:
    line = numbers.stated(funnel.line)
    first = "control events" if funnel.arms else "standard error"
    rows: list[tuple[str, ...]] = [(first, f"benefit {line}", f"harm {line}")]
    chosen = np.unique(np.linspace(0, len(funnel.needed) - 1, ROWS).astype(int)).tolist()
    for each in (funnel.needed[i] for i in chosen):
        y = numbers.whole(each.y) if funnel.arms else numbers.standard_deviation(each.y, 2)
        rows.append((y, *(_ends(funnel, ends) for ends in (each.benefit, each.harm))))
    return rows


def _ends(funnel: ExtendedFunnel, ends: Ends) -> str:
    return " or ".join(_range(funnel, *each) for each in ends) or "none"


def _range(funnel: ExtendedFunnel, low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "any"
    if low is None:
        return f"up to {_value(funnel, high)}"
    return f"from {_value(funnel, low)}" + ("" if high is None else f" to {_value(funnel, high)}")


def _value(funnel: ExtendedFunnel, value: float | None) -> str:
    assert value is not None
    measure = funnel.posterior.measure
    return numbers.whole(value) if funnel.arms else effects.shown(measure, measure.own(value))


def _details(funnel: ExtendedFunnel) -> list[str]:
    measure, arms = funnel.posterior.measure, funnel.arms
    what = (
        f"events of {numbers.count(arms[0])} people under treatment, for events of {numbers.count(arms[1])} "
        "under control"
        if arms
        else f"{measure.plural} of the trial, for its standard error (scale of the model)"
    )
    kept = [
        f"benefit, harm: the {what} with which the updated posterior probability comes to "
        f"{numbers.stated(funnel.line)}; none: no result within the picture does",
        "the trial is one more of the same kind: its effect differs from the mean by the heterogeneity, so "
        "that even an exact result does not settle the mean",
    ]
    if funnel.control:
        kept.append(f"control risk: {funnel.control}")
    return [*kept, *families.assumed(funnel.posterior.model)]


def extended_funnel_document(funnel: ExtendedFunnel) -> dict[str, Any]:
    """Return the answer today, every row with what it takes, and laid results."""
    posterior = funnel.posterior
    return {
        "dataset": json_values.dataset_keys(posterior.dataset),
        **json_values.measured(posterior.measure),
        "model": {"name": posterior.model.name, **model_dict(posterior.model)},
        "quantity": funnel.quantity,
        "line": funnel.line,
        "treatment_total": funnel.arms[0] if funnel.arms else None,
        "control_total": funnel.arms[1] if funnel.arms else None,
        "control_risk": funnel.control or None,
        "prob_benefit": funnel.today,
        "needed": [_needed(funnel, each) for each in funnel.needed],
        "results": [_result(funnel, each) for each in funnel.results],
        "provenance": {"version": __version__, "data_sha256": fingerprint(posterior.dataset)},
    }


def _needed(funnel: ExtendedFunnel, row: Needed) -> dict[str, Any]:
    key = "control_events" if funnel.arms else "standard_error"
    return {key: row.y, "benefit": _own(funnel, row.benefit), "harm": _own(funnel, row.harm)}


def _own(funnel: ExtendedFunnel, ends: Ends) -> list[list[float | None]]:
    own = (lambda x: x) if funnel.arms else funnel.posterior.measure.own
    return [[None if end is None else own(end) for end in each] for each in ends]


def _result(funnel: ExtendedFunnel, result: TrialResult) -> dict[str, Any]:
    if funnel.arms:
        where = {"treatment_events": result.x, "control_events": result.y}
    else:
        where = {"estimate": funnel.posterior.measure.own(result.x), "standard_error": result.y}
    return {**where, "prob_benefit": result.prob_benefit}
