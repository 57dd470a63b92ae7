"""Arguments and options that several commands share, and what they stand for."""

from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.json_version import known_version
from bayes_ivig.likelihoods.registry import listed
from bayes_ivig.reporting.wording import numbers

if TYPE_CHECKING:
    from bayes_ivig.inputs.counts.case import Source
    from bayes_ivig.inputs.counts.dataset import Dataset
    from bayes_ivig.inputs.model.files import AnyModel

LIKELIHOODS = listed()  # for the help of options
Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="A bundled dataset's name, the path of a file, or - for a CSV through standard input.",
    ),
]
Outcome = Annotated[str | None, typer.Option("--outcome", help="Which outcome, where the table has several.")]
Trials = Annotated[
    str | None,
    typer.Option(
        "--trials",
        metavar="SET",
        help="A named trial set, study names separated by commas, -NAME to drop one, or "
        "-uninformative to drop those that cannot tell the arms apart.",
    ),
]
Fractional = Annotated[
    bool,
    typer.Option(
        "--fractional",
        help="Take counts that are no whole numbers for effective ones, of shared arms or clusters.",
    ),
]
ModelName = Annotated[
    str, typer.Option("--model", help="A bundled model's name, or the path of a model TOML.")
]
LikelihoodName = Annotated[str | None, typer.Option("--likelihood", help=f"{LIKELIHOODS}.")]
# of the parameter whose name the option has: --mu-prior, --tau-prior
PriorText = Annotated[
    str | None, typer.Option(metavar="PRIOR", help="A prior as text, such as 'half_normal(0.5)'.")
]
Level = Annotated[float, typer.Option("--level", help="Level of the intervals, between 0 and 1.")]
Json = Annotated[
    int,
    typer.Option(
        "--json",
        metavar="[VERSION]",
        help="Print one JSON document and nothing else, of version 2, or as it was before with --json 1.",
        show_default=False,
        callback=known_version,
    ),
]


def source_of(data: str) -> "Source":
    """Return what DATA names: of ``-`` what comes through standard input, which is read once, so that this is
    to be asked once; raises ``DataError``.
    """
    if data != "-":
        return data
    from bayes_ivig.inputs.counts.case import piped_case

    return piped_case()


def load(data: str, outcome: str | None, trials: str | None, *, fractional: bool = False) -> "Dataset":
    """Return the dataset that DATA, ``--outcome``, ``--trials`` and ``--fractional`` name; raises
    ``DataError``.
    """
    from bayes_ivig.inputs.counts.dataset import load_dataset

    dataset = load_dataset(source_of(data), outcome, fractional=fractional)
    return dataset if trials is None else dataset.trials(trials)


def overruled[M: AnyModel](loaded: M, given: dict[str, str | None]) -> M:
    """Return a model with what was given on the command line in its place;
    raises ``ModelError`` for what it has not.
    """
    from dataclasses import replace

    from bayes_ivig.errors import ModelError, quoted, suggestion

    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        return loaded
    has = (*loaded.PRIORS, *loaded.SETTINGS)
    unknown = [key for key in changes if key not in has]
    if unknown:
        unfit = f"{quoted(unknown[0])}{suggestion(unknown[0], has)}"
        raise ModelError(
            f"{loaded.name}: a model of the family {loaded.KIND} has no {unfit}; it has {', '.join(has)}"
        )
    return replace(loaded, **changes, name=f"{loaded.name}, changed", title="", notes=())  # type: ignore[arg-type]


def check_level(level: float) -> None:
    """Raise ``ModelError`` unless the level lies between 0 and 1."""
    from bayes_ivig.errors import ModelError

    if not 0 < level < 1:
        raise ModelError(
            f"--level: found {numbers.stated(level)}; must lie between 0 and 1, for example 0.95"
        )
