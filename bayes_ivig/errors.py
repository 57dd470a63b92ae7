"""The errors a user can cause, each with one message that says where, what was found,
what is allowed, what to do; and how a text of the user's stands in a message.
"""

import difflib
import math
import unicodedata
from collections.abc import Collection, Iterable, Sequence

MOST_QUOTED = 80  # characters of a text of the user's in a message
MOST_IN_LINE = 2_000  # characters of one line of a message, whatever it shows
MOST_PROBLEMS = 20  # lines of one message
MOST_LISTED = 20  # names in a list of what there is
MOST_COMPARED = 300  # names that one is compared with, to suggest what was meant
WRITTEN = 10**15  # whole numbers up to which every digit is given


class BayesIvigError(Exception):
    """Base of every error this package raises on purpose; as a text it is fit to be shown in a terminal.

    >>> import bayes_ivig as bi
    >>> try:
    ...     bi.load_dataset("nowhere.csv")
    ... except bi.errors.BayesIvigError as error:
    ...     print(type(error).__name__)
    DataError
    """

    def __str__(self) -> str:
        return message_of(super().__str__())


class DataError(BayesIvigError):
    """The counts, or the file they came from, cannot be used as they are.

    >>> import bayes_ivig as bi
    >>> try:
    ...     bi.Study("A", 12, 10, 1, 10)
    ... except bi.errors.DataError as error:
    ...     print(error)
    A: treatment_events: 12 events in an arm of 10; events cannot exceed treatment_total
    """


class ModelError(BayesIvigError):
    """The model, a prior, or a combination of them cannot be used.

    >>> import bayes_ivig as bi
    >>> try:
    ...     bi.Model(tau="normal(0, 1)")
    ... except bi.errors.ModelError as error:
    ...     print(error)
    tau: normal(0, 1) reaches below 0, but tau is a standard deviation; use for example half_normal(0.5)
    """


class ArgumentError(DataError, ModelError, TypeError):
    """An argument of a Python function is not of the kind that it takes: a table where a dataset is wanted.

    It is all three, so that whatever catches what a function says it raises, or Python's own error for wrong
    types, catches this as well.

    >>> import bayes_ivig as bi
    >>> try:
    ...     bi.trials.subsets(3)
    ... except TypeError as error:
    ...     print(error)
    subsets: dataset is 3; it must be a Dataset
    """


class ReadNote(UserWarning):
    """What in a file of another program was read as what, which arm is which, and what was left out.

    >>> import bayes_ivig as bi
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as notes:
    ...     warnings.simplefilter("always")
    ...     data = bi.load_dataset("bcg.csv")
    >>> notes[0].category is bi.errors.ReadNote
    True
    """


class UnknownNameError(ModelError, KeyError):
    """A result holds nothing of that name; a ``KeyError`` as well, so that ``in`` and ``get`` work.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> "Adams 2011" in post.theta, "Adams" in post.theta
    (True, False)
    """

    def __str__(self) -> str:
        return message_of(str(self.args[0]))  # which a KeyError would put in quotes


class StoredNote(UserWarning):
    """What is stored does not state something that was settled otherwise when it was written,
    and is read as it was meant.

    >>> import bayes_ivig as bi
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", bi.errors.StoredNote)
    ...     model = bi.load_model("binomial_normal")
    """


def __dir__() -> list[str]:
    """List what users catch or filter; the functions below serve the package."""
    public = (
        ArgumentError,
        BayesIvigError,
        DataError,
        ModelError,
        ReadNote,
        StoredNote,
        UnknownNameError,
    )
    return [each.__name__ for each in public]


def suggestion(found: str, allowed: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the closest allowed name,
    or an empty string when none is close.

    No name is looked for beside a text longer than any name is, or among more than ``MOST_COMPARED``.
    """
    names = {name.lower(): name for name in allowed}
    if len(found) > MOST_QUOTED or len(names) > MOST_COMPARED:
        return ""
    close = difflib.get_close_matches(found.lower(), names, n=1, cutoff=0.6)
    return f" (did you mean {quoted(names[close[0]])}?)" if close else ""


def unknown(what: str, name: str, known: Collection[str]) -> UnknownNameError:
    """Return the error about a name that is not there, ``what`` being where it was looked for and as what."""
    return UnknownNameError(
        f"{what} {quoted(name)}{suggestion(name, known)}; there are {listed(list(known))}"
    )


def quoted(value: object, most: int = MOST_QUOTED) -> str:
    """Return a value of the user's as a message shows it: as Python writes it, a text in quotes,
    what cannot be printed escaped, the middle of a long one left out.
    """
    if isinstance(value, str) and len(value) > most:
        head, tail = value[: most * 2 // 3], value[len(value) - most // 3 :]
        return f"{head!r}{_left_out(len(value) - len(head) - len(tail))}{tail!r}"
    try:
        written = repr(value)
    except Exception:  # more digits than Python writes, nested too deep, an object of the user's own
        written = f"a {type(value).__name__} that cannot be shown"
    return cut(written, 2 * most)


def named(text: object, most: int = 4 * MOST_QUOTED) -> str:
    """Return a name or a path as a message shows it: without quotes, else as ``quoted`` does."""
    return cut(escaped(str(text), keep=""), most)


def listed(names: Sequence[str], most: int = MOST_LISTED) -> str:
    """Return names as a list for a message, the first ``most`` and how many more; "none" without any."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return (", ".join(named(name, MOST_QUOTED) for name in names[:most]) or "none") + rest


def escaped(text: str, keep: str = "\n") -> str:
    """Return a text with what a terminal would obey, or not show, written out: control characters, marks that
    turn the direction of writing, halves of characters; those of ``keep`` stay.
    """
    if text.isprintable():
        return text
    return "".join(letter if _is_shown(letter) or letter in keep else _written_out(letter) for letter in text)


def cut(text: str, most: int = MOST_QUOTED) -> str:
    """Return a text of at most ``most`` characters, or its two ends and how much was left out between."""
    if len(text) <= most:
        return text
    kept = most - 40  # and the words between
    head = kept * 2 // 3
    return f"{text[:head]}{_left_out(len(text) - kept)}{text[len(text) - (kept - head) :]}"


def message_of(text: str) -> str:
    """Return a whole message fit to be shown: escaped, its lines cut, and not more of them than are read."""
    lines = escaped(text).split("\n")
    most = 2 * MOST_PROBLEMS
    if len(lines) > most:
        lines = [*lines[: most - 1], f"and {len(lines) - most + 1:,} more lines"]
    return "\n".join(cut(line, MOST_IN_LINE) for line in lines)


def report_all(problems: list[str], error: type[BayesIvigError], where: str = "") -> None:
    """Raise one ``error`` that lists the problems, one a line, the first ``MOST_PROBLEMS`` in full and the
    rest as a number; do nothing when there is none.
    """
    if len(problems) > MOST_PROBLEMS:
        place = f"{where}: " if where else ""
        problems = [
            *problems[:MOST_PROBLEMS],
            f"{place}and {len(problems) - MOST_PROBLEMS:,} more problems",
        ]
    if problems:
        raise error("\n".join(problems))


def magnitude(number: float) -> str:
    """Return a whole number of 0 or more with commas, or as ``about 10^602`` where it is so large:
    Python refuses to write thousands of digits, and nobody reads them.
    """
    return f"{number:,}" if number <= WRITTEN else f"about 10^{round(math.log10(number)):,}"


def _left_out(characters: int) -> str:
    return f"[... {characters:,} more characters ...]"


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _written_out(letter: str) -> str:
    return repr(letter)[1:-1]
