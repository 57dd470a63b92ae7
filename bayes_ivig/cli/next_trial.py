"""``bayes-ivig next-trial``: how large the next trial must be to settle an answer, and what it is worth."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bayes_ivig.cli.files import STANDARD, Csv, Outputs, Plot, write_csv, write_plot
from bayes_ivig.cli.options import (
    Data,
    Fractional,
    Json,
    Level,
    LikelihoodName,
    ModelName,
    Outcome,
    PriorText,
    Trials,
    check_level,
    load,
    overruled,
)
from bayes_ivig.cli.output import leave_if, print_document, show, width
from bayes_ivig.cli.progress import steps

if TYPE_CHECKING:
    from bayes_ivig.results.next_trial.next_trial import NextTrial
    from bayes_ivig.results.next_trial.value import ValueOfInformation

VALUES = {
    "evsi": "evsi", "evsi_error": "error", "population_evsi": "population_evsi", "cost": "cost",
    "enbs": "enbs",
}  # fmt: skip
TITLE = "What it is worth"
OF_BOTH = ("dataset", "measure", "model", "quantity", "control_risk", "provenance")


def next_trial(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    model: ModelName = "binomial_normal",
    likelihood: LikelihoodName = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    per_arm: Annotated[
        list[int] | None,
        typer.Option("--per-arm", metavar="PEOPLE", help="People randomised to each arm; repeatable."),
    ] = None,
    standard_error: Annotated[
        list[float] | None,
        typer.Option(
            "--standard-error",
            metavar="SE",
            help="Instead of people: the standard error of the trial's estimate, log scale; repeatable.",
        ),
    ] = None,
    in_trials: Annotated[
        list[int] | None,
        typer.Option("--in-trials", metavar="N", help="Into how many equal trials they go; repeatable."),
    ] = None,
    control_risk: Annotated[
        float | None,
        typer.Option("--control-risk", metavar="RISK", help="A control risk taken as known; else the arms'."),
    ] = None,
    allocation: Annotated[
        float, typer.Option("--allocation", help="People under treatment for each under control.")
    ] = 1.0,
    dropout: Annotated[
        float, typer.Option("--dropout", help="Share of the people not seen to the end.")
    ] = 0.0,
    quantity: Annotated[
        str, typer.Option("--quantity", help="mu, or theta_new: the effect in a setting of its own.")
    ] = "mu",
    line: Annotated[
        float, typer.Option("--line", help="Posterior probability from which a benefit or a harm is shown.")
    ] = 0.975,
    important: Annotated[
        float | None, typer.Option("--important", metavar="OR", help="Smallest important effect.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Trials drawn where not all tables are.")] = 2_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 1,
    event: Annotated[
        str | None, typer.Option("--event", help="What it is worth: good or bad; else as the data say.")
    ] = None,
    cost: Annotated[
        float | None,
        typer.Option("--cost", help="What it is worth: what treating one person costs, in events."),
    ] = None,
    worth: Annotated[
        float | None, typer.Option("--worth", help="What one event is worth in the unit of all costs (1).")
    ] = None,
    population: Annotated[
        float | None, typer.Option("--population", metavar="PEOPLE", help="What it is worth: people a year.")
    ] = None,
    horizon: Annotated[
        float | None, typer.Option("--horizon", metavar="YEARS", help="For how many years (1).")
    ] = None,
    discount: Annotated[
        float | None,
        typer.Option("--discount", metavar="RATE", help="Yearly rate of discount, as 0.035 (0)."),
    ] = None,
    cost_per_person: Annotated[
        float | None, typer.Option("--cost-per-person", help="What each participant of the trial costs (0).")
    ] = None,
    fixed_cost: Annotated[
        float | None, typer.Option("--fixed-cost", help="What the trial costs besides (0).")
    ] = None,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Say what one trial more is expected to do to the answer, for each size; with a population or a cost
    also what it is worth.
    """
    from bayes_ivig.analyses.next_trial.next_trial import next_trial as compute
    from bayes_ivig.analyses.next_trial.value import value_of_information
    from bayes_ivig.engines.fitting import fit
    from bayes_ivig.inputs.model.files import load_two_arm
    from bayes_ivig.reporting import shows

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    stated = overruled(load_two_arm(model), {"likelihood": likelihood, "mu": mu_prior, "tau": tau_prior})
    asked = {
        "per_arm": per_arm, "standard_errors": standard_error, "trials": in_trials,
        "control_risk": control_risk, "important": important,
    }  # fmt: skip
    at_stake = {
        "event": event, "cost": cost, "worth": worth, "population": population, "horizon": horizon,
        "discount": discount, "cost_per_person": cost_per_person, "fixed_cost": fixed_cost,
    }  # fmt: skip
    given, stakes = (
        {name: value for name, value in each.items() if value is not None} for each in (asked, at_stake)
    )
    _one_trial(in_trials, stakes)
    settings: dict[str, Any] = {"allocation": allocation, "dropout": dropout, "quantity": quantity}
    settings |= {"draws": draws, "seed": seed}
    to_weigh = {name: each for name, each in given.items() if name not in ("trials", "important")}
    dataset = load(data, outcome, trials, fractional=fractional)
    with steps(f"The next trial of {dataset.label}"):
        posterior = fit(dataset, stated)
        plan = compute(posterior, **given, **settings, line=line, level=level)  # type: ignore[arg-type]
        if stakes:
            _leave(plan, value_of_information(posterior, **to_weigh, **settings, **stakes), outputs)  # type: ignore[arg-type]
        else:
            outputs.leave(plan, drawing=lambda: shows.drawing(plan))
    leave_if(posterior.diagnostics.problems)


def _one_trial(in_trials: list[int] | None, stakes: Mapping[str, object]) -> None:
    """Raise ``ModelError`` where what several trials are worth is asked."""
    from bayes_ivig.errors import ModelError

    if stakes and in_trials not in (None, [1]):
        option = next(iter(stakes)).replace("_", "-")
        raise ModelError(
            f"--in-trials: not with --{option}, which asks what one trial is worth; leave one out"
        )


def _leave(plan: "NextTrial", value: "ValueOfInformation", outputs: Outputs) -> None:
    """Write, draw and print a plan with what it is worth: a second part of the text, a key of the document,
    more columns of the table.
    """
    from bayes_ivig.reporting import shows
    from bayes_ivig.reporting.next_trial.json import next_trial_document
    from bayes_ivig.reporting.next_trial.value_json import value_document

    if outputs.csv is not None:
        trials = (*value.sizes, value.endless)
        columns = {name: [getattr(each, field) for each in trials] for name, field in VALUES.items()}
        write_csv(shows.csv(plan).assign(**columns), outputs.csv)
    if outputs.plot is not None:
        write_plot(shows.drawing(plan), outputs.plot)
    if outputs.json:
        own = {name: each for name, each in value_document(value).items() if name not in OF_BOTH}
        print_document({**next_trial_document(plan), "value": own}, outputs.json, plan)
    elif outputs.csv != STANDARD:
        show(f"{plan.text(width())}\n\n{TITLE}\n\n{value.text(width())}")
