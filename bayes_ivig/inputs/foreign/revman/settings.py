"""Words of RevMan Web and of exports for the settings of an outcome."""

import re
from collections.abc import Iterable

from bayes_ivig.inputs.foreign.revman.analysis import Kind, plain

FULL = 11  # decimals from which a number is taken to be written in full
# the first that fits wins; RevMan 5 exports three letters
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"^dic", "dichotomous"),
    (r"^con(t$|tin|$)", "continuous"),
    (r"o-e|o_e|^oe|^ipd|^p$|peto", "o-e"),
    (r"contrast|inverse|^giv|^iv|^inv|^gen", "inverse variance"),
)


def kind_of(text: str) -> Kind | None:
    """Return which kind of data a word names, None for others."""
    word = plain(text).lower()
    return next((kind for pattern, kind in _KINDS if re.search(pattern, word)), None)


def method_of(text: str) -> str:
    """Return how an outcome is pooled, as RevMan 5 writes it: ``MH``, ``IV``, ``PETO``."""
    word = plain(text).lower().replace("-", "")
    if "mantel" in word or word == "mh":
        return "MH"
    return "PETO" if "peto" in word else "IV"


def estimator_of(text: str) -> str:
    """Return ``REML`` or ``DL``."""
    word = plain(text).lower()
    return "REML" if "reml" in word or "restricted" in word else "DL"


def is_hartung_knapp(text: str) -> bool:
    """Whether limits are those of Hartung, Knapp, Sidik and Jonkman."""
    word = plain(text).lower()
    return "hksj" in word or "hartung" in word


def decimals(cells: Iterable[str]) -> int | None:
    """Return to how many decimals numbers are stored, None where they are in full."""
    ends = [re.fullmatch(r"[+-]?\d*\.(\d+)%?", plain(cell)) for cell in cells]
    most = max((len(end[1]) for end in ends if end), default=0)
    return None if most >= FULL else most


def in_percent(values: dict[str, float]) -> dict[str, float]:
    """Return numbers with I squared in percent, which may be stored as a share."""
    i2, q, df = (values.get(name) for name in ("i2", "q", "q_df"))
    if i2 is None or q is None or df is None or not q > df > 0 or i2 > 1:
        return values
    whole = 100 * (q - df) / q
    return values | {"i2": 100 * i2} if abs(100 * i2 - whole) < abs(i2 - whole) else values
