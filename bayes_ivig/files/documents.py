"""The one way from the text of a TOML or JSON file to its values: bounded in depth, in numbers and in keys.

What is bounded here need not be thought of where the values are used: no number that is no ordinary one, no
nesting that runs out of stack, no text that is not UTF-8.
"""

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bayes_ivig.errors import BayesIvigError, DataError, named, quoted
from bayes_ivig.files import reading
from bayes_ivig.files.text import decoded

DEEPEST = 32  # tables and lists within each other
MOST_VALUES = 100_000  # keys and entries of lists of one TOML
LARGEST_WHOLE = 2**63 - 1  # as TOML itself has it
MOST_DIGITS = 400  # of one number as it is written

# what stands in a TOML, as far as its depth goes: texts and comments as a whole (one that is not closed, to
# the end), brackets, dots of a key, long runs of digits; each is looked at once, whatever stands there
_TOKENS = re.compile(
    r'''(?P<text>"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|'''
    r"'''(?:[^']|'(?!''))*+(?:''')?|"
    r""""(?:[^"\\\n]|\\.)*+"?|"""
    r"'[^'\n]*+'?|#[^\n]*+)"
    rf"|(?P<digits>[0-9_]{{{MOST_DIGITS + 1},}}+)|(?P<open>[\[{{])|(?P<close>[\]}}])|"
    r"(?P<dot>\.)|(?P<end>[=,\n])",
    re.DOTALL,
)


def read_toml(
    path: str | Path,
    called: str = "a TOML file",
    error: type[BayesIvigError] = DataError,
) -> dict[str, Any]:
    """Return what a TOML file says; raises ``error`` with the path for whatever cannot be read or is no TOML.

    A mark of UTF-8 at its start (BOM) is passed over.
    """
    raw = reading.read_bytes(path, called, reading.MOST_DOCUMENT, error)
    try:
        return parse_toml(raw)
    except ValueError as problem:
        raise error(f"{named(path)}: not a TOML file: {problem}") from None


def parse_toml(raw: bytes) -> dict[str, Any]:
    """Return what the bytes of a TOML say; raises ``ValueError`` that says where they are no TOML, or one
    that is nested too deep, too large or full of digits.
    """
    text = decoded(raw)
    _require_shallow(text)
    try:
        document = tomllib.loads(text, parse_float=_finite)
    except RecursionError:  # where little of the stack is left
        raise ValueError(f"nested too deep; at most {DEEPEST} levels are read") from None
    _require_bounded(document)
    return document


def parse_json(raw: bytes | str) -> Any:
    """Return what the text of a JSON document says; raises ``ValueError`` where it is none,
    names a key twice, is nested too deep, or holds a number that is none (NaN) or too large.
    """
    text = raw if isinstance(raw, str) else decoded(raw)
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_float=_finite, parse_int=_whole, parse_constant=_no_number
        )
    except RecursionError:
        raise ValueError(f"nested too deep; at most {DEEPEST} levels are read") from None
    level = [value]
    for _ in range(DEEPEST):
        level = [part for each in level for part in _parts(each) if isinstance(part, dict | list)]
    if level:
        raise ValueError(f"nested too deep; at most {DEEPEST} levels are read")
    return value


def _finite(text: str) -> float:
    """Return a number; raises ``ValueError`` for one too large to be held. ``inf`` and ``nan`` stay."""
    value = float(text)
    if math.isinf(value) and "inf" not in text:
        raise ValueError(f"found the number {quoted(text)}; at most 1.8e308 can be held")
    return value


def _whole(text: str) -> int:
    """Return a whole number; raises ``ValueError`` for one of more digits than are read."""
    if len(text) > 20 or abs(value := int(text)) > LARGEST_WHOLE:
        raise ValueError(f"found the number {quoted(text)}; a whole number is at most {LARGEST_WHOLE}")
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"found {text}, which is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raises ``ValueError`` where it names a key twice."""
    held = dict(pairs)
    if len(held) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"the key {quoted(twice)} stands twice")
    return held


def _require_shallow(text: str) -> None:
    """Raise ``ValueError`` for a TOML whose reading would run out of stack or of time, with the line."""
    depth = dots = 0
    for token in _TOKENS.finditer(text):
        match token.lastgroup:
            case "open":
                depth, dots = depth + 1, 0
            case "close":
                depth, dots = max(depth - 1, 0), 0
            case "dot":
                dots += 1
            case "end":
                dots = 0
            case "digits":
                digits = f"a number of {len(token.group()):,} digits; at most {MOST_DIGITS} are read"
                raise ValueError(f"line {_line(text, token.start())}: {digits}")
        if max(depth, dots) > DEEPEST:
            deep = f"nested too deep; at most {DEEPEST} levels are read"
            raise ValueError(f"line {_line(text, token.start())}: {deep}")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _require_bounded(document: dict[str, Any]) -> None:
    """Raise ``ValueError`` for more levels, values or digits than are read, with the key they stand at."""
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    number = 0
    while waiting:
        where, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError(f"{named(where)}: nested too deep; at most {DEEPEST} levels are read")
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_WHOLE:
            raise ValueError(f"{named(where)}: a whole number of too many digits; at most {LARGEST_WHOLE}")
        within = list(_within(where, value))
        number += len(within)
        if number > MOST_VALUES:
            raise ValueError(f"holds more than {MOST_VALUES:,} keys and entries of lists, which is the most")
        waiting += [(name, part, depth + 1) for name, part in within]


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _within(where: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is in a table or a list, by its key path."""
    if isinstance(value, dict):
        yield from ((f"{where}.{key}" if where else key, part) for key, part in value.items())
    elif isinstance(value, list):
        yield from ((where, part) for part in value)
