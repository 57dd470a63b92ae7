"""``bayes-ivig import``: what is in a file of another program, and the same as a CSV of ours."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.options import Json, source_of
from bayes_ivig.cli.output import show_result, warn

if TYPE_CHECKING:
    from bayes_ivig.inputs.counts.description import Event
    from bayes_ivig.results.imports.imported import Imported

FORMS = ("metafor", "revman", "xlsx")
ARM = "The label of the {} arm as the file has it."


def import_file(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help=(
                "A file of trials: RevMan (.rm5, .zip, .csv), .xlsx, .xls, .ods, Stata .dta, SPSS .sav, "
                "R .rda or .rds, JASP, a text table (.csv, .tsv, .txt), or - for one through standard input."
            ),
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Write a counts CSV, with a TOML of the same name beside it."
        ),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the outcomes of the file.")] = False,
    all_to: Annotated[
        Path | None,
        typer.Option("--all", metavar="DIR", help="Write all outcomes to trials.csv and trials.toml there."),
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Which outcome.")] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="Our column and theirs; repeat for each."),
    ] = None,
    treatment: Annotated[str | None, typer.Option("--treatment", help=ARM.format("treatment"))] = None,
    control: Annotated[str | None, typer.Option("--control", help=ARM.format("control"))] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Which sheet of a workbook.")] = None,
    event: Annotated[str | None, typer.Option("--event", help="Whether an event is good or bad.")] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="Of estimates: OR, RR, RD, HR, IRR, MD, SMD, RATIO, DIFF.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of a text file, such as windows-1252.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--for", metavar="PROGRAM", help="Write -o for metafor, for revman or as xlsx instead."),
    ] = None,
    json: Json = 0,
) -> None:
    """Read a file of another program: show what was read as what, and write it as a CSV of ours."""
    from bayes_ivig.analyses.imports.read import read
    from bayes_ivig.files.places import is_stream

    _check(out, all_to, form)
    imported = read(
        source_of(file),
        outcome=outcome,
        sheet=sheet,
        columns=_columns(mapped or []),
        treatment=treatment,
        control=control,
        event=_event(event),
        measure=measure,
        encoding=encoding,
    )
    files = _written(imported, out, all_to, form)
    if out is None or not is_stream(out):  # which has the CSV
        show_result(imported, json=json, listing=listing)
    for path in files:
        warn(f"written: {path}")
    if not imported.datasets and not listing:
        raise typer.Exit(2)


def _check(out: Path | None, all_to: Path | None, form: str | None) -> None:
    """Raise ``ModelError`` for options that do not go together."""
    from bayes_ivig.errors import ModelError, quoted, suggestion

    if form is not None and form not in FORMS:
        raise ModelError(
            f"--for: found {quoted(form)}{suggestion(form, FORMS)}; there are {', '.join(FORMS)}"
        )
    if form is not None and out is None:
        raise ModelError("--for: needs -o FILE, where to write it")
    if out is not None and all_to is not None:
        raise ModelError("-o and --all: give one of them; -o writes one outcome, --all writes all")


def _columns(given: list[str]) -> dict[str, str]:
    """Return the columns of ``--map OURS=THEIRS``, ours to theirs."""
    from bayes_ivig.errors import ModelError, quoted

    pairs = [text.partition("=") for text in given]
    wrong = [text for text, (ours, _, theirs) in zip(given, pairs, strict=True) if not (ours and theirs)]
    if wrong:
        raise ModelError(
            f"--map: found {quoted(wrong[0])}; give our column and theirs, such as treatment_events=ai"
        )
    columns = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if len(columns) < len(pairs):
        raise ModelError("--map: a column of ours is given twice; give each once")
    return columns


def _event(given: str | None) -> "Event | None":
    from bayes_ivig.errors import ModelError, quoted

    if given not in (None, "good", "bad"):
        raise ModelError(f"--event: found {quoted(given)}; must be good or bad")
    return given  # type: ignore[return-value]  # one of these


def _written(imported: "Imported", out: Path | None, all_to: Path | None, form: str | None) -> list[Path]:
    """Write what is asked for, and return the paths; raises ``DataError``."""
    from bayes_ivig.errors import DataError
    from bayes_ivig.inputs.foreign.exports.export import export
    from bayes_ivig.reporting.imports.text import choose

    if all_to is not None:
        return list(imported.save_all(all_to))
    if out is None:
        return []
    if len(imported.outcomes) > 1:
        raise DataError(
            f"{imported.source}: {len(imported.outcomes)} outcomes; choose one, such as {choose(imported)}, "
            "or write all with --all DIR"
        )
    if form is not None:
        return [export(imported.dataset, out, form)]  # type: ignore[arg-type]  # one of FORMS
    return list(imported.save(out))
