"""``bayes-ivig check``: does a model fit a table, and what does its posterior rest on?"""

from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs
from bayes_ivig.cli.options import (
    Data,
    Fractional,
    Json,
    Level,
    ModelName,
    Outcome,
    Trials,
    check_level,
    load,
)
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import steps

ENGINES = ("quadrature", "nuts")


def check(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    model: ModelName = "binomial_normal",
    trials: Trials = None,
    engine: Annotated[
        str, typer.Option("--engine", help="quadrature (exact) or nuts (sampling with PyMC).")
    ] = "quadrature",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the sampler.")] = 1,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
) -> None:
    """Check a model: what its priors foretell, how arms and studies fit, what the posterior answers to."""
    from bayes_ivig.analyses.checks.check_model import check_model, require_few
    from bayes_ivig.engines.fitting import fit
    from bayes_ivig.engines.nuts import NUTS
    from bayes_ivig.errors import ModelError, quoted, suggestion
    from bayes_ivig.inputs.model.files import load_two_arm

    if engine not in ENGINES:
        raise ModelError(
            f"--engine: found {quoted(engine)}{suggestion(engine, ENGINES)}; there are {', '.join(ENGINES)}"
        )
    check_level(level)
    outputs = Outputs(json, csv)
    outputs.check(data, model)
    stated = load_two_arm(model)
    dataset = load(data, outcome, trials, fractional=fractional)
    require_few(dataset)
    posterior = fit(dataset, stated, engine=NUTS(seed=seed, progress=True) if engine == "nuts" else None)
    with steps(f"Checking {dataset.label}"):
        checked = check_model(posterior, level=level)
    outputs.leave(checked)
    leave_if(checked.problems)
