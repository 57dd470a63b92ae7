"""The search and selection of studies as a paper prints it:
steps that keep articles, and what was left out between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.counts.table import Table, report, require_columns
from bayes_ivig.inputs.estimates.studies import whole_number

KINDS = ("kept", "removed")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a selection; ``count`` is None where no number is printed,
    ``removed`` where articles left here.
    """

    name: str
    count: int | None
    removed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step that keeps articles, with what is printed about those left out after it,
    and how many that must be.

    ``lost`` is the difference to the next printed number, None where it cannot be had; ``unexplained`` is
    what the printed reasons leave of it, None unless all of them have a number.
    """

    kept: Step
    removed: tuple[Step, ...] = ()
    lost: int | None = None
    unexplained: int | None = None


def check_steps(table: Table) -> None:
    """Raise one ``DataError`` for all that is wrong with a table of steps: columns, kinds, counts."""
    require_columns(table, ("step", "count"))
    problems = []
    for position, row in enumerate(table.records()):
        where = table.place(position)
        if not row["step"]:
            problems.append(f"{where}: column step: blank; every row needs a name")
        if row.get("kind", "kept") not in KINDS:
            problems.append(
                f"{where}: column kind: found {quoted(row['kind'])}; must be {' or '.join(KINDS)}"
            )
        try:
            if row["count"] and whole_number(row["count"]) < 0:
                problems.append(
                    f"{where}: column count: found {quoted(row['count'])}; must be 0 or more, or empty"
                )
        except ValueError as error:
            problems.append(f"{where}: column count: {error}; leave it empty where no number is printed")
    report(problems, table.source)


def steps_of(records: Iterable[Mapping[str, str]]) -> tuple[Step, ...]:
    """Return the steps of a checked table, in its order."""
    return tuple(
        Step(
            row["step"],
            whole_number(row["count"]) if row["count"] else None,
            row.get("kind") == "removed",
            row.get("note", ""),
        )
        for row in records
    )


def stages(steps: Iterable[Step]) -> tuple[Stage, ...]:
    """Return the steps that keep articles, each with what was left out before the next;
    what comes first was left of nothing.
    """
    grouped: list[tuple[Step, list[Step]]] = []
    for step in steps:
        if not step.removed:
            grouped.append((step, []))
        elif grouped:
            grouped[-1][1].append(step)
    following = [kept for kept, _ in grouped[1:]]
    return tuple(_stage(kept, tuple(out), step) for (kept, out), step in zip_longest(grouped, following))


def _stage(kept: Step, removed: tuple[Step, ...], following: Step | None) -> Stage:
    if kept.count is None or following is None or following.count is None:
        return Stage(kept, removed)
    lost = kept.count - following.count
    counts = [step.count for step in removed]
    explained = sum(count for count in counts if count is not None)
    return Stage(kept, removed, lost, lost - explained if counts and None not in counts else None)
