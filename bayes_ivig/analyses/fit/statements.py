"""Questions that are asked of every posterior: statements such as ``OR < 0.8``, or functions."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.results.posterior.posterior import Posterior

type Question = Annotated[
    str | Callable[[Posterior], float], 'a statement such as "OR < 0.8", or a function of a posterior'
]

STATEMENT = re.compile(r"\s*([A-Za-z]+)\s*([<>])\s*(-?(?:\d+\.?\d*|\.\d+))\s*")
ANY = "EFFECT"  # in place of a measure: whichever the table is on


@dataclass(frozen=True)
class Statement:
    """The effect of a measure above or below a value, both on the measure's own scale."""

    measure: str
    above: bool
    value: float

    def __call__(self, posterior: Posterior) -> float:
        """Return its posterior probability; raises ``ModelError`` for a posterior of another measure."""
        measure = posterior.measure
        if self.measure not in (ANY, measure.code, measure.symbol.upper()):
            raise ModelError(f"asks of {self.measure}, and this table is on {measure.code}")
        if not measure.holds(self.value):
            raise ModelError(f"{measure.one} cannot be {self.value:g}")
        at = measure.modelled(self.value)
        return float(posterior["mu"].prob_above(at) if self.above else posterior["mu"].prob_below(at))


type Questions = Mapping[str, Statement | Callable[[Posterior], float]]


def questions(ask: Mapping[str, Question] | None) -> Questions:
    """Return what is asked, texts read; raises ``ModelError`` for one that is no statement."""
    return {name: _read(name, each) if isinstance(each, str) else each for name, each in (ask or {}).items()}


def can_leave(asked: Questions) -> bool:
    """Whether other processes can ask it too: functions of a script, and those without a name, stay here."""
    return all(isinstance(each, Statement) or _importable(each) for each in asked.values())


def _read(name: str, text: str) -> Statement:
    match = STATEMENT.fullmatch(text)
    if match is None:
        raise ModelError(
            f"ask[{name!r}]: found {quoted(text)}; must be a measure, < or >, and a value, such as "
            '"OR < 0.8", or "effect > 0" of any measure'
        )
    return Statement(match[1].upper(), match[2] == ">", float(match[3]))


def _importable(function: Callable[[Posterior], float]) -> bool:
    name, home = getattr(function, "__qualname__", ""), getattr(function, "__module__", None)
    return home not in (None, "__main__") and getattr(sys.modules.get(str(home)), name, None) is function
