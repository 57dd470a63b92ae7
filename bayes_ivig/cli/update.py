"""``bayes-ivig update``: how an answer came about as trials came in, and a log of what was concluded."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.files import STANDARD, Csv, Outputs, Plot, check_files
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
from bayes_ivig.cli.output import leave_if, warn
from bayes_ivig.cli.progress import steps

if TYPE_CHECKING:
    from bayes_ivig.inputs.conclusions import Log
    from bayes_ivig.results.history.history import History


def update(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="COLUMN", help="The column trials came in by, such as year.")
    ] = None,
    model: ModelName = "binomial_normal",
    likelihood: LikelihoodName = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    line: Annotated[
        float, typer.Option("--line", help="Posterior probability from which a benefit or a harm is shown.")
    ] = 0.975,
    simulations: Annotated[
        int, typer.Option("--simulations", help="Histories simulated for how often a line is reached.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the simulations.")] = 1,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", metavar="FILE", help="Keep a log of conclusions: an entry when the data changed."
        ),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="The day of the entry, such as 2026-12-01.")
    ] = None,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Show the answer as trials came in, what was foretold of each, and how surprising it was."""
    from bayes_ivig.analyses.history.history import history
    from bayes_ivig.inputs.model.files import load_two_arm

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    kept = _log(log, date, {"--csv": csv, "--plot": plot}, (data, model))
    stated = overruled(load_two_arm(model), {"likelihood": likelihood, "mu": mu_prior, "tau": tau_prior})
    dataset = load(data, outcome, trials, fractional=fractional)
    if kept is not None:
        kept[0].require(dataset, kept[1])
    with steps(f"The history of {dataset.label}"):
        found = history(dataset, stated, by=by, line=line, simulations=simulations, seed=seed, level=level)
        if kept is not None:
            _keep(found, *kept)
        outputs.leave(found)
    leave_if(found.posterior.diagnostics.problems)


def _log(
    log: Path | None, date: str | None, others: dict[str, Path | None], read: tuple[str, str]
) -> "tuple[Log, str] | None":
    """Return the log as it is, with the day of an entry; raises ``ModelError`` and ``DataError``."""
    from bayes_ivig.errors import ModelError, named
    from bayes_ivig.inputs.conclusions import read_log, stated_day
    from bayes_ivig.reporting.report.folder import is_report

    if log is None and date is None:
        return None
    if log is None or date is None:
        missing = "--log FILE" if log is None else "--date DAY"
        raise ModelError(
            f"{missing}: is missing; --log and --date go together, since the clock is never asked"
        )
    if log == STANDARD:
        raise ModelError("--log: found '-'; a log is kept in a file: give its path")
    check_files({**others, "--log": log}, *read)
    if is_report(log.parent):
        raise ModelError(
            f"--log {named(log)}: lies in the folder of a report, which is written anew as a whole; keep it "
            "elsewhere"
        )
    day = stated_day(date)
    return read_log(log), day


def _keep(found: "History", log: "Log", day: str) -> None:
    """Append an entry where data or model changed, and say on standard error which of both it was."""
    from bayes_ivig.errors import ModelError, named
    from bayes_ivig.files.places import why
    from bayes_ivig.files.writing import write_bytes
    from bayes_ivig.reporting.history import log_json

    last = log.last
    entry = log_json.log_entry(found, day, last)
    if entry is None and last is not None:
        warn(f"{named(log.path)}: {log_json.SAME.format(day=last['date'])}")
    if entry is None:
        return
    gap = b"" if not log.content or log.content.endswith(b"\n") else b"\n"
    try:
        write_bytes(log.path, log.content + gap + log_json.entry_line(entry).encode())
    except OSError as error:
        raise ModelError(f"--log {named(log.path)}: {why(error, log.path)}") from None
    warn(f"{named(log.path)}: {log_json.WRITTEN.format(day=day, what=log_json.change_text(entry))}")
