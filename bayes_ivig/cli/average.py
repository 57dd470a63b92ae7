"""``bayes-ivig average``: models with and without an effect, heterogeneity and small-study bias, weighed."""

from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import (
    LIKELIHOODS,
    Data,
    Fractional,
    Json,
    Level,
    Outcome,
    PriorText,
    Trials,
    check_level,
    load,
)


def average(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    likelihood: Annotated[
        str | None,
        typer.Option("--likelihood", help=f"{LIKELIHOODS}; with --bias hypergeometric, unless given."),
    ] = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    bias: Annotated[
        str | None,
        typer.Option(
            "--bias",
            metavar="BIASES",
            help="Average over small-study bias as well: psma (no bias, six rules of publication, PET and "
            "PEESE), or names with commas, all alike, such as none,pet,one_sided_025_05.",
        ),
    ] = None,
    direction: Annotated[
        str,
        typer.Option("--direction", help="above or below: where small studies mislead to; towards benefit."),
    ] = "",
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Average over models: no effect or some, no heterogeneity or some, and small-study bias or none."""
    from bayes_ivig.analyses.other_models.averaging import average_models, default_model
    from bayes_ivig.reporting import shows

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data)
    dataset = load(data, outcome, trials, fractional=fractional)
    given = {"likelihood": likelihood, "mu": mu_prior, "tau": tau_prior}
    changes = {key: value for key, value in given.items() if value is not None}
    names = (
        None
        if bias is None
        else "psma"
        if bias == "psma"
        else tuple(part.strip() for part in bias.split(","))
    )
    model = default_model(dataset, biased=bias is not None, **changes)
    found = average_models(dataset, model, bias=names, direction=direction)
    outputs.leave(found, drawing=lambda: shows.drawing(found), level=level)
