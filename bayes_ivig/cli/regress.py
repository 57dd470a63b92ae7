"""``bayes-ivig regress``: does the effect follow what the trials have in common?"""

from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.engines import SEED, EngineName, Seed, engine_named
from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import (
    Data,
    Fractional,
    Json,
    Level,
    LikelihoodName,
    Outcome,
    PriorText,
    Trials,
    check_level,
    load,
)
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import heard

if TYPE_CHECKING:
    from bayes_ivig.inputs.model.covariates import Value


def regress(
    data: Data,
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="A column of the table that the effect may follow, of numbers or of classes, or the "
            "interaction of two, year:design; repeatable.",
        ),
    ],
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="COLUMN=VALUE,...",
            help="Print the effect in trials with these values, the others at their references; repeatable.",
        ),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit",
            metavar="COLUMN=NUMBER",
            help="What a slope is per, such as year=10; an SD of the trials unless given; repeatable.",
        ),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference",
            metavar="COLUMN=VALUE",
            help="Where mu stands: a number, or a class; the mean, or the first class, unless given; "
            "repeatable.",
        ),
    ] = None,
    likelihood: LikelihoodName = None,
    effects: Annotated[
        str | None, typer.Option("--effects", help="random, common or student_t(4), around the line.")
    ] = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    alpha_prior: PriorText = None,
    beta_prior: Annotated[
        str | None,
        typer.Option(metavar="PRIOR", help="Of a coefficient, per unit of a number, or class against class."),
    ] = None,
    engine: EngineName = None,
    seed: Seed = SEED,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Fit a meta-regression, and print how the effect follows columns of the table."""
    from bayes_ivig.analyses.other_models.regression import regression
    from bayes_ivig.engines.fitting import fit
    from bayes_ivig.inputs.model.covariates import MetaRegression
    from bayes_ivig.reporting import shows

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data)
    settings: dict[str, str | None] = {
        "likelihood": likelihood, "effects": effects, "mu": mu_prior, "tau": tau_prior, "alpha": alpha_prior,
        "beta": beta_prior,
    }  # fmt: skip
    stated = {name: value for name, value in settings.items() if value is not None}
    references, units = _pairs("--reference", reference or []), _numbers("--unit", unit or [])
    model = MetaRegression(tuple(by), references, units=units, **stated)  # type: ignore[arg-type]
    asked = [dict(_pairs("--at", _split(each))) for each in at or []]
    dataset = load(data, outcome, trials, fractional=fractional)
    with heard():
        posterior = fit(dataset, model, engine=engine_named(engine, dataset, model, seed))
        found = regression(posterior, asked)
        outputs.leave(found, drawing=lambda: shows.drawing(found, level=level), level=level)
    leave_if(posterior.diagnostics.problems)


def _split(text: str) -> list[str]:
    """Return the parts of ``COLUMN=VALUE,COLUMN=VALUE``; a comma within a value stays in it."""
    parts: list[str] = []
    for piece in text.split(","):
        if "=" in piece or not parts:
            parts.append(piece)
        else:
            parts[-1] += f",{piece}"
    return parts


def _numbers(option: str, given: list[str]) -> "tuple[tuple[str, float], ...]":
    """Return columns with a number each; raises ``ModelError``."""
    from bayes_ivig.errors import ModelError, quoted

    pairs = []
    for name, value in _pairs(option, given):
        if isinstance(value, str):
            raise ModelError(f"{option}: found {quoted(value)} for {name}; give a number, such as {name}=10")
        pairs.append((name, value))
    return tuple(pairs)


def _pairs(option: str, given: list[str]) -> "tuple[tuple[str, Value], ...]":
    """Return the columns and values of ``COLUMN=VALUE``, numbers as such; raises ``ModelError``."""
    from bayes_ivig.errors import ModelError, quoted

    pairs: list[tuple[str, Value]] = []
    for text in given:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise ModelError(f"{option}: found {quoted(text)}; give a column and a value, such as year=2010")
        try:
            pairs.append((name, float(value)))
        except ValueError:
            pairs.append((name, value))
    return tuple(pairs)
