"""``bayes-ivig pool``: one classical pooled estimate."""

from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import Data, Fractional, Json, Level, Outcome, Trials, check_level, load

METHODS = "mh, peto, fixed, dl, reml, ml, pm, sj, he, eb, hs, revman-fixed, revman-random, revman-2025, "
GLMMS = "glmm-um-fs, glmm-um-rs, glmm-cm-al or glmm-cm-el; reml unless given."


def pool(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    method: Annotated[str | None, typer.Option("--method", help=METHODS + GLMMS)] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="Of counts OR, RR or RD; else that of the table.")
    ] = None,
    hartung_knapp: Annotated[
        bool, typer.Option("--hartung-knapp", help="Hartung-Knapp interval and test.")
    ] = False,
    trials: Trials = None,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Pool the trials by a classical method and print estimate, interval and heterogeneity."""
    from bayes_ivig.frequentist.pooling import pool as compute
    from bayes_ivig.results.pooled import DEFAULT_METHOD

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data)
    dataset = load(data, outcome, trials, fractional=fractional)
    scale = measure.upper() if measure else None
    found = compute(
        dataset, method=method or DEFAULT_METHOD, measure=scale, hartung_knapp=hartung_knapp, level=level
    )
    outputs.leave(found)
