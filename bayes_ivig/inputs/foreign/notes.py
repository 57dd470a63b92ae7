"""What is said when a foreign file is loaded as it is: which arm is which, what was read as what, what was
left out; and the refusal of an outcome that is in doubt.
"""

import warnings

from bayes_ivig.errors import DataError, ReadNote, cut, escaped, listed, quoted
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.foreign.as_ours import readable
from bayes_ivig.inputs.foreign.found import FoundTable
from bayes_ivig.inputs.foreign.read import ForeignFile

LOOK = "look at: "  # how a note begins that wants a human's eye
HOW = {
    "stated": "as you stated",
    "format": "as the file itself says",
    "name": "by its name",
    "numbers": "by its numbers",
}


def require_in_no_doubt(file: ForeignFile, outcome: str | None) -> None:
    """Raise ``DataError`` for an outcome that cannot be read before more is stated of it."""
    doubted = {key: table.doubt for key, table in file.tables if table.doubt}
    if outcome is None and len(doubted) == len(file.tables):
        outcome = next(iter(doubted), None)
    if outcome in doubted:
        label = f"{file.source}: {outcome}" if outcome else file.source
        raise DataError(f"{label}: {doubted[outcome]}\n{stating(file, outcome)}")


def stating(file: ForeignFile, outcome: str | None) -> str:
    """Return the command that settles a doubt about the arms."""
    chosen = f" --outcome {quoted(outcome)}" if outcome and len(file.tables) > 1 else ""
    return (
        f"to settle it: bayes-ivig import {file.source}{chosen} --treatment LABEL --control LABEL "
        "-o trials.csv"
    )


def tell(file: ForeignFile, outcome: str) -> None:
    """Say with a ``ReadNote`` how an outcome was read."""
    table = dict(file.tables)[outcome]
    label = f"{file.source}, {outcome}" if outcome else file.source
    warnings.warn(ReadNote(f"{escaped(label)}: {escaped(arms_line(table))}; {_details(table)}"), stacklevel=5)
    for note in table.notes:
        if note.startswith(LOOK):
            warnings.warn(ReadNote(f"{escaped(label)}: {escaped(note)}"), stacklevel=5)
    unread = len(file.tables) - len(readable(file))
    if unread:
        names = [key for key, each in file.tables if each.doubt]
        warnings.warn(
            ReadNote(f"{file.source}: not read, because their arms are in doubt: {listed(names)}"),
            stacklevel=5,
        )


def arms_line(table: FoundTable) -> str:
    """Return which arm is which, and how that is known."""
    treatment, control = table.treatment or "treatment", table.control or "control"
    why = table.arms_why or HOW[table.arms_known]
    return f"treatment = {quoted(treatment)}, control = {quoted(control)} ({why})"


def _details(table: FoundTable) -> str:
    counted = any(each.ours in COUNTS for each in table.mapping)
    read = [
        f"{each.ours} = {each.theirs}"
        for each in table.mapping
        if each.ours in ("study", *COUNTS) or not counted
    ]
    out = f"; left out: {len(table.left_out)}" if table.left_out else ""
    return cut(escaped(f"read: {', '.join(read)}{out}"), 300) + "; all of it: bayes-ivig import"
