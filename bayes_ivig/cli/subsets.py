"""``bayes-ivig subsets``: every choice of trials, exactly; one at a time, one after another, or by class."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bayes_ivig.cli.compare_priors import leave_if_inexact
from bayes_ivig.cli.files import Csv, Outputs, Plot
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
from bayes_ivig.cli.output import warn
from bayes_ivig.reporting.wording import numbers

if TYPE_CHECKING:
    from bayes_ivig.inputs.counts.dataset import Dataset
    from bayes_ivig.inputs.model.two_arm import Model

MAPS = ("tau", "i2", "rank")
LEVEL = 0.95  # of the limits in charts


@dataclass(frozen=True)
class View:
    """A view of the trials: what it found, and which chart of it is drawn, with the chart's options."""

    result: object
    chart: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def subsets(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    model: ModelName = "binomial_normal",
    trials: Trials = None,
    size: Annotated[int | None, typer.Option("--size", help="Only the subsets of this many trials.")] = None,
    leave_one_out: Annotated[
        bool, typer.Option("--leave-one-out", help="Instead: without each trial in turn.")
    ] = False,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Instead: as the trials come in, one by one.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Instead: classes by a column, or by 'COLUMN >= NUMBER', and their ratios.",
        ),
    ] = None,
    difference: Annotated[
        str | None,
        typer.Option(
            "--difference",
            metavar="PRIOR",
            help="With --by: prior of a log ratio of odds ratios, or independent.",
        ),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            "--order", metavar="COLUMN", help="With --cumulative: the column to sort by; year if there."
        ),
    ] = None,
    colour_by: Annotated[
        str | None,
        typer.Option(
            "--colour-by", metavar="STUDY", help="The trial that colours the map; chosen unless given."
        ),
    ] = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            help="Draw against tau, or i2 for the classical map, or by rank beside the marked choice.",
        ),
    ] = "tau",
    mark: Annotated[
        str,
        typer.Option(
            "--mark",
            metavar="SET",
            help="The choice to mark and rank: a trial set, or study names with commas.",
        ),
    ] = "published",
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Fit and pool every subset of the trials, and say which trial carries the conclusion."""
    from bayes_ivig.analyses.trials.subsets import surface_model
    from bayes_ivig.errors import ModelError
    from bayes_ivig.inputs.model.files import load_model
    from bayes_ivig.inputs.model.scale import on_measure

    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    check_level(level)
    views = _one_view(leave_one_out, cumulative, by, size, order)
    if plot is not None and level != LEVEL and (views or against == "rank"):
        raise ModelError(f"--plot: this chart has limits of {numbers.level(LEVEL)}; leave --level out")
    if difference is not None and by is None:
        raise ModelError(
            "--difference: only with --by; it is the prior of a ratio of odds ratios between classes"
        )
    stated = surface_model(load_model(model))
    dataset = load(data, outcome, trials, fractional=fractional)
    stated = on_measure(dataset, stated)  # as it is fitted, and so to be said
    match views:
        case "leave-one-out":
            view = _without(dataset, stated, level)
        case "cumulative":
            view = _cumulative(dataset, stated, order, level)
        case "by":
            view = _by(dataset, stated, by or "", difference, level)
        case _:
            if colour_by is not None and plot is None:
                warn("note: --colour-by is not used: it colours the map that --plot draws")
            view = _every(dataset, stated, size, (colour_by, against, mark), level)
    _leave(view, outputs)


def _one_view(
    leave_one_out: bool, cumulative: bool, by: str | None, size: int | None, order: str | None
) -> str:
    """Return which view was asked for; raises ``ModelError`` for two, and for options of another."""
    from bayes_ivig.errors import ModelError

    asked = [
        name
        for name, on in (("leave-one-out", leave_one_out), ("cumulative", cumulative), ("by", by is not None))
        if on
    ]
    if len(asked) > 1:
        raise ModelError(f"--{asked[0]} and --{asked[1]}: give one of them; each is a table of its own")
    if asked and size is not None:
        raise ModelError(f"--size: not with --{asked[0]}; it chooses among all subsets")
    if order is not None and asked != ["cumulative"]:
        raise ModelError("--order: only with --cumulative")
    return asked[0] if asked else ""


def _leave(view: View, outputs: Outputs) -> None:
    """Write, draw and print a view; leave with status 1 where it is inexact."""
    from bayes_ivig.reporting import shows

    outputs.leave(view.result, drawing=lambda: shows.drawing(view.result, view.chart, **view.options))
    leave_if_inexact(shows.csv(view.result))


def _without(dataset: "Dataset", model: "Model", level: float) -> View:
    from bayes_ivig.analyses.trials.one_by_one import without_each
    from bayes_ivig.results.posterior_tables import OneByOne

    with _bar(f"Without each of {dataset.label}") as progress:
        frame = without_each(dataset, model, level=level, progress=progress)
    return View(OneByOne(frame, dataset, model, "leave-one-out"))


def _cumulative(dataset: "Dataset", model: "Model", order: str | None, level: float) -> View:
    from bayes_ivig.analyses.trials.one_by_one import accumulated, without_a_year, year_column
    from bayes_ivig.results.posterior_tables import OneByOne

    by = order if order is not None else year_column(dataset)
    if by is None and (blank := without_a_year(dataset)):
        warn(
            f"note: trials come in as in the table, since {', '.join(blank)} have no year; "
            "fill it in, or name another column (--order)"
        )
    with _bar(f"Trials of {dataset.label} as they come in") as progress:
        frame = accumulated(dataset, model, by=by, level=level, progress=progress)
    return View(OneByOne(frame, dataset, model, "cumulative", by))


def _by(dataset: "Dataset", model: "Model", column: str, difference: str | None, level: float) -> View:
    from bayes_ivig.analyses.trials.classes import APART, by_class

    return View(by_class(dataset, column, model, difference=difference or APART, level=level))


def _every(
    dataset: "Dataset", model: "Model", size: int | None, shown: tuple[str | None, str, str], level: float
) -> View:
    from bayes_ivig.analyses.trials.subsets import carrying_trials, standing
    from bayes_ivig.analyses.trials.subsets import subsets as compute
    from bayes_ivig.results.posterior_tables import Subsets

    colour_by, against, mark = shown
    marked = _checked(dataset, size, shown)
    with _bar(f"Subsets of {dataset.label}") as progress:
        frame = compute(dataset, model, size=size, level=level, progress=progress)
    ranked = 0 < len(marked) < len(dataset) and size in (None, len(marked))
    standings = {mark: standing(frame, marked)} if ranked else {}
    carrying = carrying_trials(frame) if size is None and len(dataset) > 1 else None
    found = Subsets(frame, dataset, model, standings, carrying)
    if against == "rank":
        return View(found, "rank", {"marked": marked, "label": mark})
    return View(found, "map", {"colour_by": colour_by, "against": against, "marked": marked, "label": mark})


def _checked(dataset: "Dataset", size: int | None, shown: tuple[str | None, str, str]) -> tuple[str, ...]:
    """Return the trials to mark; raises ``DataError`` for a trial,
    a set or a map that is not there, before the work.
    """
    from bayes_ivig.errors import DataError, quoted, suggestion

    colour_by, against, mark = shown
    if colour_by is not None and colour_by not in dataset.study_names:
        known = ", ".join(dataset.study_names)
        raise DataError(
            f"--colour-by: no trial {quoted(colour_by)}{suggestion(colour_by, dataset.study_names)}; "
            f"trials are {known}"
        )
    if against not in MAPS:
        raise DataError(f"--against: found {quoted(against)}; must be {', '.join(MAPS[:-1])} or {MAPS[-1]}")
    if mark == "published" and mark not in dataset.trial_sets:
        marked: tuple[str, ...] = ()
    else:
        listed = set(dataset.trial_sets.get(mark, ())) & set(dataset.study_names)
        marked = tuple(listed) if mark in dataset.trial_sets else dataset.trials(mark).study_names
    if against == "rank" and not marked:
        raise DataError(
            "--against rank: no choice to rank; name one with --mark, "
            "as a trial set or study names with commas"
        )
    if against == "rank" and size not in (None, len(marked)):
        raise DataError(
            f"--against rank: the marked choice has {len(marked)} trials, "
            f"and only subsets of {size} are computed"
        )
    return marked


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int], None]]:
    """Show how many subsets are done, on standard error, and only where somebody is looking."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(title) as status:
        yield lambda done: status.update(f"{title}: {numbers.count(done)} done")
