"""What a command was asked to leave: text or a document on standard output, tables and charts as files, each
put in place only when it is complete.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bayes_ivig.cli.output import show, show_result

if TYPE_CHECKING:
    import pandas as pd

    from bayes_ivig.reporting.charts_of_kinds import Drawing

STANDARD = Path("-")  # standard output
PLOTS = (".svg", ".png", ".html")
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write every row and column to this CSV; - prints it."),
]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help="Draw the result: a path in .svg, .png or .html."),
]


@dataclass(frozen=True)
class Outputs:
    """What was asked for with ``--json``, ``--csv`` and ``--plot``."""

    json: int
    csv: Path | None = None
    plot: Path | None = None

    def check(self, *read: str | Path | None) -> None:
        """Raise ``ModelError`` before the work for what could not be left after it; see ``check_files``."""
        from bayes_ivig.errors import ModelError

        if self.json and self.csv == STANDARD:
            raise ModelError("--csv -: not with --json, which prints its document there; give one of them")
        check_files({"--csv": self.csv, "--plot": self.plot}, *read)

    def leave(
        self, result: object, *, drawing: "Callable[[], Drawing] | None" = None, **options: Any
    ) -> None:
        """Write, draw and print a result; ``drawing`` is asked for where something else is drawn than the
        first chart of its kind, ``options`` are those of its text.
        """
        from bayes_ivig.reporting import shows

        if self.csv is not None:
            write_csv(shows.csv(result, options.get("level")), self.csv)
        if self.plot is not None:
            write_plot(shows.drawing(result) if drawing is None else drawing(), self.plot)
        if self.csv != STANDARD:
            show_result(result, json=self.json, **options)


def check_files(outputs: Mapping[str, Path | None], *read: str | Path | None) -> None:
    """Raise ``ModelError`` before the work where a file could not be written after it, or would take
    the place of another output, or of what is ``read``: a table with what goes with it, a model, options.
    """
    from bayes_ivig.errors import ModelError, quoted, report_all
    from bayes_ivig.files import places, replacing
    from bayes_ivig.inputs.read_files import files_read

    given = {option: path for option, path in outputs.items() if path not in (None, STANDARD)}
    if outputs.get("--plot") == STANDARD:
        raise ModelError("--plot: found '-'; only tables go to standard output (--csv -): give a file")
    plot = given.get("--plot")
    if plot is not None and plot.suffix.lower() not in PLOTS:
        raise ModelError(
            f"--plot: found {quoted(str(plot))}; must end in {', '.join(PLOTS[:-1])} or {PLOTS[-1]}"
        )
    if plot is not None and (why := places.why_no_chart()):
        raise ModelError(f"--plot: {why}")
    report_all(places.clashes(given, files_read(*read) if given else ()), ModelError)
    for option, path in given.items():
        try:
            replacing.sweep(path.parent)
        except OSError as error:
            raise ModelError(f"{option} {path}: {places.why(error, path)}") from None


def write_csv(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table, to standard output where the path is ``-``, its numbers rounded to eight significant
    digits, its texts so that no spreadsheet runs them; raises ``ModelError`` where it cannot be written.
    """
    from bayes_ivig.files.spreadsheets import guarded
    from bayes_ivig.reporting.wording.digits import PRINTED, cut

    fractions = frame.select_dtypes("float")
    short = frame.assign(
        **{str(name): cut(column.tolist(), PRINTED, name) for name, column in fractions.items()}
    )
    texts = short.select_dtypes(exclude=["number", "bool"])
    safe = short.assign(
        **{
            str(name): [guarded(cell) if isinstance(cell, str) else cell for cell in column]
            for name, column in texts.items()
        }
    )
    named = safe.rename(columns=lambda name: guarded(str(name)))
    text = named.to_csv(index=False, lineterminator="\n")
    if path == STANDARD:
        show(text.removesuffix("\n"))
    else:
        _put("--csv", path, text.encode())


def write_plot(drawing: "Drawing", path: Path) -> None:
    """Draw a chart to a file; raises ``ModelError`` where it cannot be written."""
    import vl_convert

    from bayes_ivig.reporting.drawing.render import VEGA_LITE, html_file, specification, svg_file

    drawn = drawing.plot()
    match path.suffix.lower():
        case ".svg":
            content = svg_file(drawn, drawing.alternative).encode()
        case ".png":
            content = vl_convert.vegalite_to_png(specification(drawn), vl_version=VEGA_LITE, scale=2)
        case _:
            content = html_file(drawn).encode()
    _put("--plot", path, content)


def _put(option: str, path: Path, content: bytes) -> None:
    """Write a file; raises ``ModelError`` where it cannot be written."""
    from bayes_ivig.errors import ModelError
    from bayes_ivig.files.places import why
    from bayes_ivig.files.writing import write_bytes

    try:
        write_bytes(path, content)
    except BrokenPipeError:  # whoever read has gone (head, for instance): no error, as on standard output
        return
    except OSError as error:
        raise ModelError(f"{option} {path}: {why(error, path)}") from None
