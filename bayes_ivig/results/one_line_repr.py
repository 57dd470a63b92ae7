"""Results that print in one line: what they are and of which data,
where all their arrays would fill a screen.
"""

from typing import Any

from bayes_ivig.inputs.counts.dataset import Dataset


def brief[T](kind: type[T]) -> type[T]:
    """Give a class of results a short ``repr``; its ``text()`` and ``table()`` show what it holds."""

    def one_line(self: T) -> str:
        of = _of(self)
        return f"<{kind.__name__}{f' of {of}' if of else ''}; text() or table() shows it>"

    kind.__repr__ = one_line  # type: ignore[assignment,method-assign]
    return kind


def _of(result: Any) -> str:
    """Return the name of the data behind a result, where it is at hand."""
    for step in ("", "posterior", "base"):
        at = getattr(result, step, None) if step else result
        dataset = getattr(at, "dataset", None)
        if isinstance(dataset, Dataset):
            chosen = "" if dataset.selection in ("", "all") else f" ({dataset.selection})"
            return f"{dataset.label}{chosen}"
    table = getattr(result, "partial", None)  # of counts known in part
    return str(getattr(result, "source", "")) if table is None else str(table.label)
