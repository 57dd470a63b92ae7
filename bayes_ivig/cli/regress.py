"""``bayes-ivig regress``: does the effect follow what the trials have in common?"""

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
    Trials,
    check_level,
    load,
)
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import heard

Prior = typer.Option(metavar="PRIOR", help="A prior as text, such as 'half_normal(0.5)'.")


def regress(
    data: Data,
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="A column of the table that the effect may follow, of numbers or of classes; repeatable.",
        ),
    ],
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference",
            metavar="COLUMN=VALUE",
            help="Where mu stands: a number, or a class; the mean, or the first class, unless given; "
            "repeatable.",
        ),
    ] = None,
    likelihood: Annotated[str | None, typer.Option("--likelihood", help=f"{LIKELIHOODS}.")] = None,
    mu_prior: Annotated[str | None, Prior] = None,
    tau_prior: Annotated[str | None, Prior] = None,
    beta_prior: Annotated[
        str | None,
        typer.Option(metavar="PRIOR", help="Of a coefficient, per SD of a number, or class against class."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the sampler.")] = 1,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Fit a meta-regression by sampling, and print how the effect follows columns of the table."""
    from bayes_ivig.engines.fitting import fit
    from bayes_ivig.engines.nuts import NUTS
    from bayes_ivig.inputs.model.covariates import MetaRegression
    from bayes_ivig.reporting import shows

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data)
    priors = {"likelihood": likelihood, "mu": mu_prior, "tau": tau_prior, "beta": beta_prior}
    given = {name: value for name, value in priors.items() if value is not None}
    model = MetaRegression(tuple(by), _references(reference or []), **given)  # type: ignore[arg-type]
    dataset = load(data, outcome, trials, fractional=fractional)
    with heard():
        posterior = fit(dataset, model, engine=NUTS(seed=seed, progress=True))
        outputs.leave(posterior, drawing=lambda: shows.drawing(posterior, level=level), level=level)
    leave_if(posterior.diagnostics.problems)


def _references(given: list[str]) -> tuple[tuple[str, float | str], ...]:
    """Return the references of ``--reference COLUMN=VALUE``, numbers as such; raises ``ModelError``."""
    from bayes_ivig.errors import ModelError, quoted

    pairs: list[tuple[str, float | str]] = []
    for text in given:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise ModelError(
                f"--reference: found {quoted(text)}; give a column and a value, such as year=2010"
            )
        try:
            pairs.append((name, float(value)))
        except ValueError:
            pairs.append((name, value))
    return tuple(pairs)
