"""``bayes-ivig subsets``: every choice of trials, exactly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.comparing import leave_if_inexact
from bayes_ivig.cli.options import Data, Json, Outcome, Trials, load
from bayes_ivig.cli.output import print_json, show, width
from bayes_ivig.cli.writing import Csv, Plot, check_paths, write_csv, write_plot

if TYPE_CHECKING:
    import pandas as pd

    from bayes_ivig.inputs.dataset import Dataset


def subsets(
    data: Data,
    outcome: Outcome = None,
    model: Annotated[
        str, typer.Option("--model", help="A bundled model's name, or the path of a model TOML.")
    ] = "binomial_normal",
    trials: Trials = None,
    size: Annotated[int | None, typer.Option("--size", help="Only the subsets of this many trials.")] = None,
    colour_by: Annotated[
        str | None, typer.Option("--colour-by", metavar="STUDY", help="The trial that colours the map; chosen unless given.")
    ] = None,
    against: Annotated[str, typer.Option("--against", help="tau, or i2 for the classical map.")] = "tau",
    json: Json = False,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Fit and pool every subset of the trials, and say which trial carries the conclusion."""
    from bayes_ivig.analyses.subsets import carrying_trials, surface_model
    from bayes_ivig.analyses.subsets import subsets as compute
    from bayes_ivig.inputs.model_files import load_model
    from bayes_ivig.reporting.subsets_text import subsets_document, subsets_text

    check_paths(csv, plot)
    stated = surface_model(load_model(model))
    dataset = load(data, outcome, trials)
    _check_map(dataset, colour_by, against)
    with _bar(f"Subsets of {dataset.label}") as progress:
        frame = compute(dataset, stated, size=size, progress=progress)
    standings = _standings(frame, dataset)
    if csv is not None:
        write_csv(frame, csv)
    if plot is not None:
        from bayes_ivig.reporting.charts.subsets_map import dividing_trial, plot_subsets, subsets_alternative

        trial = colour_by or dividing_trial(frame)
        marked = dataset.trial_sets.get("published", ())
        told = subsets_alternative(frame, trial)
        write_plot(lambda: plot_subsets(frame, colour_by=trial, against=against, marked=marked), told, plot)  # type: ignore[arg-type]
    if json:
        print_json(subsets_document(frame, dataset, stated, standings))
    else:
        carrying = carrying_trials(frame) if size is None and len(dataset) > 1 else None
        show(subsets_text(frame, dataset, stated, standings, carrying, width()))
    leave_if_inexact(frame)


def _check_map(dataset: "Dataset", colour_by: str | None, against: str) -> None:
    """Raise ``DataError`` for a trial or an axis that is not there, before the work."""
    from bayes_ivig.errors import DataError, suggestion

    if colour_by is not None and colour_by not in dataset.study_names:
        known = ", ".join(dataset.study_names)
        raise DataError(f"--colour-by: no trial {colour_by!r}{suggestion(colour_by, dataset.study_names)}; trials are {known}")
    if against not in ("tau", "i2"):
        raise DataError(f"--against: found {against!r}; must be tau or i2")


def _standings(frame: "pd.DataFrame", dataset: "Dataset") -> dict[str, dict[str, float]]:
    """Return where the published choice stands among the subsets of its size, if the data name it and it is in the table."""
    from bayes_ivig.analyses.subsets import standing

    chosen = dataset.trial_sets.get("published", ())
    inside = set(chosen) < set(dataset.study_names) and any(row.count("; ") == len(chosen) - 1 for row in frame["trials"])
    return {"published": standing(frame, chosen)} if chosen and inside else {}


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int], None]]:
    """Show how many subsets are done, on standard error, and only where somebody is looking."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(title) as status:
        yield lambda done: status.update(f"{title}: {done:,} done")
