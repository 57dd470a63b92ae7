"""``bayes-ivig selection``: what is left of an effect where publication hung on the p-value."""

from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import (
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
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import steps as heard
from bayes_ivig.reporting.wording import numbers


def selection(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    steps: Annotated[
        str,
        typer.Option(
            "--steps", metavar="P,P", help="Cuts of the p-value, from small to large, such as 0.025,0.5."
        ),
    ] = "0.025",
    side: Annotated[str, typer.Option("--side", help="one- or two-sided p-values: one, or two.")] = "one",
    direction: Annotated[
        str,
        typer.Option(
            "--direction",
            help="Which effects one-sided p-values favour: above or below no effect; towards benefit unless "
            "given.",
        ),
    ] = "",
    weights: Annotated[
        str,
        typer.Option(
            "--weights",
            help="How often trials of later intervals were published, for one of the first: uniform, "
            "cumulative_dirichlet(1), or a number for each, such as 0.3.",
        ),
    ] = "uniform",
    test: Annotated[str, typer.Option("--test", help="Whose p-value: wald, score or fisher.")] = "wald",
    likelihood: Annotated[
        str | None,
        typer.Option("--likelihood", help="hypergeometric, exact for counts, or normal."),
    ] = None,
    effects: Annotated[str | None, typer.Option("--effects", help="random or common.")] = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    line: Annotated[
        float,
        typer.Option("--line", help="The probability at which a conclusion is said to tip, such as 0.95."),
    ] = 0.95,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Say what is left of an effect where trials were published by their p-value, and what it takes."""
    from bayes_ivig.analyses.small_studies.selection import exact_likelihood
    from bayes_ivig.analyses.small_studies.selection import selection as asked
    from bayes_ivig.inputs.model.selected import Selection
    from bayes_ivig.reporting import shows

    check_level(level)
    _check_line(line)
    outputs = Outputs(json, csv, plot)
    outputs.check(data)
    dataset = load(data, outcome, trials, fractional=fractional)
    given = {"effects": effects, "mu": mu_prior, "tau": tau_prior}
    model = Selection(
        _numbers("--steps", steps),
        side,
        direction,
        _weights(weights),
        test,
        likelihood or exact_likelihood(dataset),
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
    )
    with heard(f"Selection by p-value in {dataset.label}"):
        answer = asked(dataset, model)
    outputs.leave(answer, drawing=lambda: shows.drawing(answer, level=level), level=level, line=line)
    leave_if((*answer.posterior.diagnostics.problems, *answer.uncorrected.diagnostics.problems))


def _check_line(line: float) -> None:
    from bayes_ivig.errors import ModelError

    if not 0 < line < 1:
        raise ModelError(f"--line: found {numbers.stated(line)}; must lie between 0 and 1, for example 0.95")


def _weights(text: str) -> str | tuple[float, ...]:
    """Return the weights of ``--weights``: numbers, or a prior of them by its text."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        return text


def _numbers(option: str, text: str) -> tuple[float, ...]:
    """Return numbers separated by commas; raises ``ModelError``."""
    from bayes_ivig.errors import ModelError, quoted

    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ModelError(
            f"{option}: found {quoted(text)}; give numbers between 0 and 1 and commas, such as 0.025,0.5"
        ) from None
