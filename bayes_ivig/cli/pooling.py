"""``bayes-ivig pool``: one classical pooled estimate."""

from typing import Annotated

import typer

from bayes_ivig.cli.options import Data, Json, Level, Outcome, Trials, check_level, print_json


def pool(
    data: Data,
    outcome: Outcome = None,
    method: Annotated[
        str, typer.Option("--method", help="mh, dl, reml, revman-random, ...; see the documentation.")
    ] = "revman-random",
    measure: Annotated[str, typer.Option("--measure", help="OR, RR or RD.")] = "OR",
    hartung_knapp: Annotated[bool, typer.Option("--hartung-knapp", help="Hartung-Knapp interval and test.")] = False,
    trials: Trials = None,
    level: Level = 0.95,
    json: Json = False,
) -> None:
    """Pool the trials by a classical method and print estimate, interval and heterogeneity."""
    from bayes_ivig.frequentist.pooling import pool as compute
    from bayes_ivig.inputs.dataset import load_dataset
    from bayes_ivig.reporting.pool_text import pool_text

    check_level(level)
    dataset = load_dataset(data, outcome)
    dataset = dataset.trials(trials) if trials is not None else dataset
    estimate = compute(dataset, method=method, measure=measure.upper(), hartung_knapp=hartung_knapp, level=level)
    if json:
        print_json(estimate.to_dict())
    else:
        print(pool_text(estimate, dataset))
