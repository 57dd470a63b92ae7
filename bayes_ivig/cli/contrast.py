"""``bayes-ivig contrast``: groups of trials side by side, and how far they differ."""

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = '{"small": ["A", "B"], "large": ["C"]}'


def contrast(
    data: Data,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="A column whose values make the groups, 'COLUMN >= NUMBER', or a JSON object of trials by "
            f"group, such as '{EXAMPLE}'.",
        ),
    ],
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    model: ModelName = "binomial_normal",
    likelihood: LikelihoodName = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    difference: Annotated[
        str | None,
        typer.Option(
            "--difference", metavar="PRIOR", help="Prior of a log ratio of odds ratios, or independent."
        ),
    ] = None,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Compare groups of trials under one heterogeneity: the effect of each, and every ratio of two."""
    from bayes_ivig.analyses.trials.classes import APART
    from bayes_ivig.analyses.trials.classes import contrast as compute
    from bayes_ivig.inputs.model.files import load_two_arm
    from bayes_ivig.reporting import shows

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    groups = _groups(by)
    stated = overruled(load_two_arm(model), {"likelihood": likelihood, "mu": mu_prior, "tau": tau_prior})
    dataset = load(data, outcome, trials, fractional=fractional)
    found = compute(dataset, groups, stated, difference=difference or APART)
    outputs.leave(found, drawing=lambda: shows.drawing(found, level=level), level=level)
    leave_if(found.diagnostics.problems)


def _groups(by: str) -> "str | Mapping[str, str | list[str]]":
    """Return the column, or the trials by group that a JSON object names; raises ``ModelError``."""
    from bayes_ivig.errors import ModelError, quoted
    from bayes_ivig.files.documents import parse_json

    if not by.lstrip().startswith("{"):
        return by
    try:
        read = parse_json(by)
    except ValueError:
        read = None
    is_named = isinstance(read, dict) and all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value))
        for value in read.values()
    )
    if not is_named:
        raise ModelError(
            f"--by: found {quoted(by)}; give the name of a column, or a JSON object of lists of trials by "
            f"group, such as {EXAMPLE}"
        )
    groups: dict[str, str | list[str]] = read
    return groups
