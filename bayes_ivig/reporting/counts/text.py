"""A table of counts for the terminal and as JSON: the counts, how each is known, trial sets,
other ways to count.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.provenance import bases, count_statuses
from bayes_ivig.inputs.counts.statuses import status_words
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.reporting.wording.order import arms_of, as_row
from bayes_ivig.reporting.wording.terminal import WIDTH, notes, paragraph


def counts_document(dataset: Dataset, *, apart: bool = True) -> dict[str, Any]:
    """Return the table as plain JSON values, columns of the user's ``apart`` from ours."""
    values, statuses = dict(dataset.columns), count_statuses(dataset)
    rows = [
        {"study": study.name, **as_row(study), "estimable": study.estimable}
        | others({column: cells[i] for column, cells in values.items()}, apart=apart)
        | {"known": dict(zip(COUNTS, statuses[i], strict=True))}
        for i, study in enumerate(dataset.studies)
    ]
    return (
        {
            "dataset": dataset.name,
            "outcome": dataset.outcome,
            "trials": dataset.selection,
            "event": dataset.about.event,
        }
        | {"studies": rows, **sets_document(_sets(dataset), dataset.about)}
        | {"data_sha256": fingerprint(dataset)}
    )


def others(cells: dict[str, str], *, apart: bool) -> dict[str, Any]:
    """Return the cells of a row that are of the user's columns, as one value or as they are."""
    return {"columns": cells} if apart else dict(cells)


def _sets(dataset: Dataset) -> Iterable[tuple[str, Sequence[str]]]:
    """Return every set that can be chosen by name: trial sets, then groups that ask one question."""
    return (dataset.trial_sets | dataset.comparison_sets).items()


def sets_document(trial_sets: Iterable[tuple[str, Sequence[str]]], about: About) -> dict[str, Any]:
    """Return trial sets and other ways to count as plain JSON values."""
    others = [
        {"name": a.name, "title": a.title, "counts": dict(a.counts), "drop": list(a.drop), "basis": a.basis}
        for a in about.alternatives
    ]
    return {"trial_sets": {label: list(members) for label, members in trial_sets}, "alternatives": others}


def counts_lines(dataset: Dataset, width: int = WIDTH) -> list[str]:
    """Return the table as lines of text."""
    about = dataset.about
    statuses = tuple(status_words(each) for each in count_statuses(dataset))
    rows: list[tuple[str, ...]] = [
        ("study", about.treatment, about.control, "status" if any(statuses) else "")
    ]
    rows += [
        (
            study.name,
            *arms_of(study),
            status,
        )
        for study, status in zip(dataset.studies, statuses, strict=True)
    ]
    lines = [*title_lines(about, dataset.label, width), "", *notes(rows, width)]
    lines += basis_lines(dataset.study_names, bases(dataset), width)
    lines += sets_lines(_sets(dataset), about, width)
    return [*lines, "", *paragraph(about.note, width)] if about.note else lines


def title_lines(about: About, label: str, width: int) -> list[str]:
    """Return what is counted, and whether an event is good or bad."""
    event = (
        f"an event is {about.event}"
        if about.event
        else "the file does not say whether an event is good or bad"
    )
    return paragraph(f"{about.outcome_title or label} ({event})", width)


def basis_lines(names: Sequence[str], why: Sequence[str], width: int) -> list[str]:
    """Return on what the counts of each study rest, or nothing where no file says it."""
    return (
        ["", "Where the counts come from", *notes(list(zip(names, why, strict=True)), width)]
        if any(why)
        else []
    )


def sets_lines(trial_sets: Iterable[tuple[str, Sequence[str]]], about: About, width: int) -> list[str]:
    """Return the trial sets, and the other ways to count if there are any."""
    lines = ["", "Trial sets", *notes([(label, ", ".join(names)) for label, names in trial_sets], width)]
    if about.alternatives:
        others = [
            (each.name, f"{each.label} ({each.basis})" if each.basis else each.label)
            for each in about.alternatives
        ]
        lines += ["", "Other ways to count", *notes(others, width)]
    return lines
