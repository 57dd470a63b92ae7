"""``bayes-ivig benefit``: how probable which benefit and which harm are, relative and absolute."""

import math
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot, check_files, write_csv
from bayes_ivig.cli.options import (
    LIKELIHOODS,
    Data,
    Fractional,
    Json,
    Level,
    ModelName,
    Outcome,
    check_level,
    load,
)
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import steps
from bayes_ivig.reporting.wording import numbers

if TYPE_CHECKING:
    from bayes_ivig.inputs.counts.dataset import Dataset
    from bayes_ivig.inputs.model.two_arm import Model
    from bayes_ivig.measures import Measure
    from bayes_ivig.results.benefit.benefit import Benefit
    from bayes_ivig.results.posterior.posterior import Posterior

    type Found = Benefit | Mapping[str, Benefit]

DRAWINGS = ("curve", "absolute")
NAMES = {"likelihood": "", "mu": "mu ~ ", "tau": "tau ~ ", "trials": "trials "}
Prior = typer.Option(
    metavar="PRIOR", help="A prior as text, such as 'normal(0, 1)'; repeatable, each combination is a row."
)


def benefit(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    model: ModelName = "binomial_normal",
    likelihood: Annotated[
        list[str] | None, typer.Option("--likelihood", help=f"{LIKELIHOODS}; repeatable.")
    ] = None,
    mu_prior: Annotated[list[str] | None, Prior] = None,
    tau_prior: Annotated[list[str] | None, Prior] = None,
    trials: Annotated[
        list[str] | None,
        typer.Option(
            "--trials",
            metavar="SET",
            help="A named trial set, study names with commas, or -NAME; repeatable.",
        ),
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(
            "--threshold",
            help="The smallest effect (odds ratio) that matters, with its reciprocal a zone; repeatable.",
        ),
    ] = None,
    zone: Annotated[
        list[str] | None,
        typer.Option(
            "--zone",
            metavar="LOW,HIGH",
            help="Odds ratios of practical equivalence, such as 0.8,1.25; repeatable.",
        ),
    ] = None,
    baseline_risk: Annotated[
        list[str] | None,
        typer.Option(
            "--baseline-risk",
            metavar="[NAME=]RISK",
            help="A control risk, such as 0.4 or ours=0.4; repeatable. Else the arms'.",
        ),
    ] = None,
    important_difference: Annotated[
        float | None,
        typer.Option("--important-difference", help="The smallest difference that matters, events per 1000."),
    ] = None,
    quantity: Annotated[
        str,
        typer.Option(
            "--quantity", help="mu, or theta_new: absolute effects of the pooled effect or of a new setting."
        ),
    ] = "mu",
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    curve_csv: Annotated[
        Path | None,
        typer.Option("--curve-csv", metavar="FILE", help="Write the curve P(OR > x) to this CSV."),
    ] = None,
    plot: Plot = None,
    draw: Annotated[
        str, typer.Option("--draw", help="What --plot draws: curve, or absolute for events per 1000.")
    ] = "curve",
) -> None:
    """Give the probabilities of benefit and harm, relative and per 1000 people, by priors and trials."""
    from bayes_ivig.analyses.benefit.benefit import benefit as compute
    from bayes_ivig.inputs.model.files import load_two_arm
    from bayes_ivig.inputs.model.scale import measure_in_force
    from bayes_ivig.reporting import shows
    from bayes_ivig.reporting.benefit.json import benefit_tables
    from bayes_ivig.results.benefit.benefit import Benefit

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    check_files({"--csv": csv, "--curve-csv": curve_csv, "--plot": plot}, data, model)
    _check_drawing(draw)
    dataset, stated = load(data, outcome, None, fractional=fractional), load_two_arm(model)
    asked: dict[str, Any] = {
        "zone": _zones(zone or [], threshold or [], measure_in_force(dataset, stated)),
        "baseline": _risks(baseline_risk or []),
    }
    asked |= {"important_difference": important_difference, "quantity": quantity, "level": level}
    with steps(f"Benefit and harm in {dataset.label}"):
        choices = {"likelihood": likelihood, "mu": mu_prior, "tau": tau_prior, "trials": trials}
        posteriors = _posteriors(dataset, stated, choices)
        benefits: Found = (
            compute(posteriors, **asked)
            if len(posteriors) > 1
            else compute(next(iter(posteriors.values())), **asked)
        )
    if curve_csv is not None:
        write_csv(benefit_tables(benefits)[1], curve_csv)
    outputs.leave(benefits, drawing=lambda: shows.drawing(benefits, draw))
    _leave_if_inexact({"": benefits} if isinstance(benefits, Benefit) else benefits)


def _posteriors(
    dataset: "Dataset", model: "Model", choices: dict[str, list[str] | None]
) -> "dict[str, Posterior]":
    """Fit every combination, by a label of what differs; other priors on the same trials need no new fit."""
    from dataclasses import replace

    from bayes_ivig.engines.fitting import fit

    listed: dict[str, list[str] | list[None]] = {name: given or [None] for name, given in choices.items()}
    differ = [name for name, given in listed.items() if len(given) > 1]
    bases: dict[tuple[Any, Any], Posterior] = {}
    posteriors: dict[str, Posterior] = {}
    for combination in product(*listed.values()):
        one = dict(zip(listed, combination, strict=True))
        key = one["likelihood"], one["trials"]
        priors: dict[str, Any] = {name: one[name] for name in ("mu", "tau") if one[name] is not None}
        if key not in bases:
            changed: dict[str, Any] = priors | (
                {"likelihood": one["likelihood"]} if one["likelihood"] else {}
            )
            own = (
                replace(model, **changed, name=f"{model.name}, changed", title="", notes=())
                if changed
                else model
            )
            bases[key] = fit(dataset.trials(one["trials"]) if one["trials"] else dataset, own)
            posterior = bases[key]
        else:
            posterior = bases[key].under(**priors)
        posteriors[", ".join(f"{NAMES[name]}{one[name]}" for name in differ)] = posterior
    return posteriors


def _zones(zones: list[str], thresholds: list[float], measure: "Measure") -> list[Any] | None:
    """Return the zones of ``--zone`` and ``--threshold``, or None for the data's own;
    raises ``ModelError``.
    """
    from bayes_ivig.errors import ModelError, quoted

    pairs: list[Any] = []
    example = "0.8,1.25" if measure.log else "-2,2"
    least = 1e-6 if measure.log else -1e6
    for text in zones:
        try:
            low, high = (float(part) for part in text.split(","))
        except ValueError:
            raise ModelError(
                f"--zone: found {quoted(text)}; give two {measure.plural} and a comma, such as {example}"
            ) from None
        null, above = measure.null, " above 0" if measure.log else ""
        if not (measure.holds(low) and measure.holds(high) and low <= null <= high and low < high):
            raise ModelError(
                f"--zone: found {quoted(text)}; two {measure.plural}{above} that increase and hold "
                f"{numbers.stated(null)}, such as {example}"
            )
        pairs.append((low, high))
    for value in thresholds:
        if not (least <= value <= 1e6 and value != measure.null):
            raise ModelError(
                f"--threshold: found {numbers.stated(value)}; must be {measure.one} other than "
                f"{numbers.stated(measure.null)}, for example {'1.25' if measure.log else '2'}"
            )
        other = measure.mirrored(value)
        pairs.append((min(value, other), max(value, other)))
    return pairs or None


def _risks(texts: list[str]) -> dict[str, float] | None:
    """Return control risks by name, or None for the control arms' own; raises ``ModelError``."""
    from bayes_ivig.errors import ModelError, quoted

    risks: dict[str, float] = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            risk = float(number)
        except ValueError:
            risk = math.nan
        if not 0 < risk < 1:
            raise ModelError(
                f"--baseline-risk: found {quoted(text)}; must be a probability between 0 and 1, such "
                "as 0.4 or ours=0.4"
            )
        label = name.strip() or (f"control risk {number.strip()}" if len(texts) > 1 else "stated")
        if label in risks:
            raise ModelError(
                f"--baseline-risk: {quoted(label)} is given twice; give each control risk a name of its own"
            )
        risks[label] = risk
    return risks or None


def _check_drawing(draw: str) -> None:
    from bayes_ivig.errors import ModelError, quoted, suggestion

    if draw not in DRAWINGS:
        raise ModelError(
            f"--draw: found {quoted(draw)}{suggestion(draw, DRAWINGS)}; must be {' or '.join(DRAWINGS)}"
        )


def _leave_if_inexact(benefits: "Mapping[str, Benefit]") -> None:
    """Leave with status 1 where the checks of a fit, or of its control arms, failed."""
    from bayes_ivig.reporting.benefit.text import problems_of

    problems = [f"{label or 'fit'}: {what}" for label, each in benefits.items() for what in problems_of(each)]
    leave_if(problems)
