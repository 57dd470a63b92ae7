"""Formulas written once, in a small part of TeX, and shown twice:
as MathML in a page, as one line of plain text elsewhere.

Understood are letters, numbers, operators, the commands in ``SYMBOLS``, ``\\frac{}{}``, ``\\sqrt{}``,
``\\text{}`` (as it is), ``\\op{}`` (a function's name), subscripts and superscripts. Text that comes from
elsewhere goes through ``quoted``.
"""

# ruff: noqa: RUF001 - letters that look like others are what this module is about

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import zip_longest
from typing import Literal, assert_never

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "theta": "θ", "mu": "μ", "nu": "ν", "tau": "τ", "omega": "ω",
    "phi": "φ", "rho": "ρ", "kappa": "κ", "sigma": "σ", "pi": "π", "sim": "~", "times": "×", "cdot": "·",
    "le": "≤", "ge": "≥", "ne": "≠", "sum": "∑", "int": "∫", "propto": "∝", "infty": "∞", "mid": "|",
    "approx": "≈", "bar": "¯", "Sigma": "Σ", "chi": "χ", "Phi": "Φ", "eta": "η",
}  # fmt: skip
IN_MATHML = {"~": "∼", "-": "−", "*": "∗"}
RAISED = dict(zip("0123456789+-in*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿ*", strict=True))
LOWERED = dict(zip("0123456789+-aijkmnopt", "₀₁₂₃₄₅₆₇₈₉₊₋ₐᵢⱼₖₘₙₒₚₜ", strict=True))
TOKEN = re.compile(r"\\[A-Za-z]+|\{|\}|[_^]|\d+(?:\.\d+)?|[A-Za-z]|\s+|.", re.DOTALL)
SPACED = set("~=+−|≤≥≠∝≈×·∈")
MARKS = r"[{}\\]"

type Kind = Literal["letter", "number", "sign", "text", "name"]
type Node = "Atom | Row | Scripts | Fraction | Root"


@dataclass(frozen=True)
class Atom:
    """One symbol, number, or piece of text."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Row:
    """Several things side by side."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Scripts:
    """Something with a subscript, a superscript, or both."""

    base: Node
    low: Node | None
    high: Node | None


@dataclass(frozen=True)
class Fraction:
    """A fraction."""

    above: Node
    below: Node


@dataclass(frozen=True)
class Root:
    """A square root."""

    under: Node


@dataclass(frozen=True)
class Formula:
    """A formula by its source; raises ``ValueError`` for one that does not read."""

    source: str
    kind: str = "formula"

    @cached_property
    def parsed(self) -> Node:
        """The formula taken apart."""
        tokens = [token for token in TOKEN.findall(self.source)]
        row, rest = _row(tokens, 0)
        if rest != len(tokens):
            raise ValueError(f"a bracket too many in {self.source!r}")
        return row

    @property
    def plain(self) -> str:
        """The formula as one line of text."""
        return " ".join(_plain(self.parsed).split())

    def mathml(self, *, block: bool = False) -> str:
        """The formula for a page; all text in it is escaped."""
        display = ' display="block"' if block else ""
        return f"<math{display}>{_mathml(self.parsed)}</math>"


def quoted(text: str) -> str:
    """Return any text as source of a formula that shows it as it is."""
    return rf"\text{{{re.sub(MARKS, '', text)}}}"


def _row(tokens: list[str], at: int) -> tuple[Row, int]:
    """Read up to a closing bracket or the end; return what was read and where it ended."""
    parts: list[Node] = []
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at].isspace():
            at += 1
            continue
        if tokens[at] in "_^":
            if not parts:
                raise ValueError("a script that belongs to nothing")
            raised = tokens[at] == "^"
            script, at = _argument(tokens, at + 1)
            parts.append(_scripted(parts.pop(), script, raised=raised))
            continue
        part, at = _argument(tokens, at)
        parts.append(part)
    return Row(tuple(parts)), at


def _scripted(base: Node, script: Node, *, raised: bool) -> Node:
    if isinstance(base, Scripts) and (base.high if raised else base.low) is None:
        return Scripts(base.base, base.low, script) if raised else Scripts(base.base, script, base.high)
    return Scripts(base, None, script) if raised else Scripts(base, script, None)


def _argument(tokens: list[str], at: int) -> tuple[Node, int]:
    """Read one thing: a symbol, a command with its arguments, or what stands in brackets."""
    if at >= len(tokens):
        raise ValueError("a formula that ends too early")
    token = tokens[at]
    if token == "{":
        row, end = _row(tokens, at + 1)
        if end >= len(tokens):
            raise ValueError("a bracket that is not closed")
        return row, end + 1
    if token in (r"\text", r"\op"):
        end = tokens.index("}", at)
        return Atom("text" if token == r"\text" else "name", "".join(tokens[at + 2 : end])), end + 1
    if token == r"\frac":
        above, at = _argument(tokens, at + 1)
        below, at = _argument(tokens, at)
        return Fraction(above, below), at
    if token == r"\sqrt":
        under, at = _argument(tokens, at + 1)
        return Root(under), at
    return _atom(token), at + 1


def _atom(token: str) -> Atom:
    if token.startswith("\\"):
        if token[1:] not in SYMBOLS:
            raise ValueError(f"no symbol {token}")
        symbol = SYMBOLS[token[1:]]
        return Atom("letter" if symbol.isalpha() else "sign", symbol)
    return Atom(
        "number" if token[0].isdigit() else "letter" if token.isalpha() else "sign", token.replace("-", "−")
    )


def _mathml(node: Node) -> str:
    match node:
        case Atom(kind, text):
            tag = {"letter": "mi", "number": "mn", "sign": "mo", "text": "mtext", "name": "mi"}[kind]
            shown = escape(IN_MATHML.get(text, text) if kind == "sign" else text, quote=False)
            if kind == "text":
                shown = re.sub(r"^ | $", "\N{NO-BREAK SPACE}", shown)
            return f"<{tag}>{shown}</{tag}>"
        case Row(parts):
            return _mathml(parts[0]) if len(parts) == 1 else f"<mrow>{''.join(_spaced(parts))}</mrow>"
        case Scripts(base, low, high):
            return _scripts(base, low, high)
        case Fraction(above, below):
            return f"<mfrac>{_mathml(above)}{_mathml(below)}</mfrac>"
        case Root(under):
            return f"<msqrt>{_mathml(under)}</msqrt>"
        case _:
            assert_never(node)


def _spaced(parts: tuple[Node, ...]) -> Iterator[str]:
    for part, then in zip_longest(parts, parts[1:]):
        yield _mathml(part)
        if _apart(part, then):
            yield '<mspace width="0.17em"></mspace>'


def _apart(part: Node, then: Node | None) -> bool:
    """Whether the name of a function is followed by what it is applied to without a bracket, as in log OR."""
    return (
        isinstance(part, Atom)
        and part.kind == "name"
        and then is not None
        and not (isinstance(then, Atom) and then.kind == "sign")
    )


def _scripts(base: Node, low: Node | None, high: Node | None) -> str:
    large = isinstance(base, Atom) and base.text in "∑∫" and base.kind == "sign"
    tags = (
        ("munder", "mover", "munderover")
        if large and base != Atom("sign", "∫")
        else ("msub", "msup", "msubsup")
    )
    tag = tags[2 if low and high else 0 if low else 1]
    return f"<{tag}>{''.join(_mathml(part) for part in (base, low, high) if part is not None)}</{tag}>"


def _plain(node: Node) -> str:
    match node:
        case Atom(kind, text):
            return (
                f" {text} "
                if kind == "sign" and text in SPACED
                else f"{text} "
                if text in (",", ";")
                else text
            )
        case Row(parts):
            return "".join(
                f"{_plain(part)}{' ' if _apart(part, then) else ''}"
                for part, then in zip_longest(parts, parts[1:])
            )
        case Scripts(base, low, high):
            lowered = "" if low is None else _script(low, LOWERED, "_")
            raised = "" if high is None else _script(high, RAISED, "^")
            return f"{_plain(base)}{lowered}{raised}{' ' if base == Atom('sign', '∑') else ''}"
        case Fraction(above, below):
            return f"{_bracketed(above)} / {_bracketed(below)}"
        case Root(under):
            return f"√({_plain(under).strip()})"
        case _:
            assert_never(node)


def _script(node: Node, letters: dict[str, str], mark: str) -> str:
    text = re.sub(r"\s", "", _plain(node)).replace("−", "-")
    if all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    return f"{mark}{text}" if re.fullmatch(r"\w+", text) else f"{mark}({text})"


def _bracketed(node: Node) -> str:
    text = _plain(node).strip()
    return text if re.fullmatch(r"[^\s/]+", text) else f"({text})"
