"""Results that print in one line which says their answer, where all their fields would fill a screen."""

from bayes_ivig.results.shown import shown_in_one_line


def brief[T](kind: type[T]) -> type[T]:
    """Give a class of results, or of parts of them, a ``repr`` of one line, at most 200 characters."""
    kind.__repr__ = shown_in_one_line  # type: ignore[method-assign]
    return kind
