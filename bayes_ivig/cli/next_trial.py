"""``bayes-ivig next-trial``: how large the next trial must be to settle an answer."""

from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
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
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import steps


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
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Say what one trial more is expected to do to the answer, for each size."""
    from bayes_ivig.analyses.next_trial.next_trial import next_trial as compute
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
    given = {name: value for name, value in asked.items() if value is not None}
    settings = {"allocation": allocation, "dropout": dropout, "quantity": quantity, "line": line}
    dataset = load(data, outcome, trials, fractional=fractional)
    with steps(f"The next trial of {dataset.label}"):
        posterior = fit(dataset, stated)
        plan = compute(posterior, **given, **settings, level=level, draws=draws, seed=seed)  # type: ignore[arg-type]
        outputs.leave(plan, drawing=lambda: shows.drawing(plan))
    leave_if(posterior.diagnostics.problems)
