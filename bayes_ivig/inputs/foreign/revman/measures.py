"""What RevMan calls an effect measure, and which of ours that is."""

import re
from typing import NamedTuple

from bayes_ivig.inputs.foreign.revman.analysis import Kind, plain
from bayes_ivig.measures import measure_of

_NAMES = (  # the first that fits wins
    (r"peto", "OR"),
    (r"\b(hazard|hazards)\b|^hr$|\bhr\b", "HR"),
    (r"\b(rate ratio|incidence rate|irr)\b", "IRR"),
    (r"\bodds\b|^or$|\bor\b", "OR"),
    (r"\b(risk|relative risk) difference\b|^rd$|\brd\b", "RD"),
    (r"\b(risk ratio|relative risk|risk)\b|^rr$|\brr\b", "RR"),
    (r"\b(std|standardi[sz]ed)\b|\bsmd\b", "SMD"),
    (r"\bmean difference\b|\b(md|wmd)\b", "MD"),
)
_DEFAULT: dict[Kind, str] = {"dichotomous": "OR", "continuous": "MD", "inverse variance": "DIFF", "o-e": "OR"}
_ALLOWED: dict[Kind, tuple[str, ...]] = {"dichotomous": ("OR", "RR", "RD"), "continuous": ("MD", "SMD")}
LOGGED = re.compile(r"^(log|ln|natural log)\b")


class Named(NamedTuple):
    """A measure by our code, whether effects of it are shown as ratios, whether it is of non-events, and what
    there is to say about how it was read.
    """

    code: str
    ratios: bool
    swap: bool = False
    note: str = ""


def named_measure(text: str, kind: Kind, logged: bool | None, stated: str = "") -> Named:
    """Return which measure an outcome is on.

    ``logged`` is what the file says of generic estimates: that they were entered as logs, and ratios are
    shown; None where it says nothing. ``stated`` is what the user states, which settles what the file
    leaves open.
    """
    name = re.sub(r"[_.]", " ", plain(text)).lower()
    swap = "non-event" in name or "nonevent" in name
    name = plain(name.replace("(non-event)", ""))
    found = next((code for pattern, code in _NAMES if re.search(pattern, name)), "")
    if kind in ("dichotomous", "continuous"):
        code = found if found in _ALLOWED[kind] else _DEFAULT[kind]
        return Named(code, measure_of(code).log, swap)
    if kind == "o-e":
        code = found if found and measure_of(found).log else "RATIO" if name else "OR"
        return Named(stated or code, logged is not False)
    return _generic(plain(text), found, logged, stated)


def _generic(text: str, found: str, logged: bool | None, stated: str) -> Named:
    """Return the measure of estimates with standard errors, which may be anything."""
    ratio = bool(found) and measure_of(found).log
    if stated:
        return Named(stated, bool(logged) and measure_of(stated).log)
    if logged or (logged is None and ratio):
        return Named(found if ratio else "RATIO", True, note="" if ratio else _custom(text, "ratio"))
    if ratio and LOGGED.match(text.lower()):
        return Named(found, False)  # logs, shown as they are
    if ratio:
        return Named(
            "DIFF",
            False,
            note=(
                f"look at: the effect measure reads {text!r}, and the file says that its estimates are not "
                f"logs: read as differences, with 0 for no effect; state the measure {found} if they are logs"
            ),
        )
    return Named(found or "DIFF", False, note="" if found else _custom(text, "difference"))


def _custom(text: str, read: str) -> str:
    return f"the effect measure reads {text!r}: read as a {read} of no kind known here" if text else ""
