"""Answer of an audit: one finding per claim and check, each with a verdict, its reason, and what would mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["consistent", "consistent if", "inconsistent", "cannot tell"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one claim.

    ``claim`` is the outcome, or the subject of a claim of another kind. ``"inconsistent"`` is a proof: no values that round to
    what is printed, under the conditions that the message names, are true together. ``"consistent if"`` has its condition
    in ``message``. ``mend`` is the smallest change of one printed number that would mend an inconsistent claim, empty
    where there is none; ``printed`` are the numbers looked at, as they are printed.
    """

    claim: str
    check: str
    verdict: Verdict
    message: str
    mend: str = ""
    printed: str = ""
    where: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the JSON contract of ``bayes-ivig audit --json``; no mend is null."""
        return {
            "claim": self.claim,
            "check": self.check,
            "verdict": self.verdict,
            "message": self.message,
            "mend": self.mend or None,
        }


@dataclass(frozen=True, slots=True)
class Match:
    """One way of pooling the counts set against one claim: which printed numbers it gives, and which it does not.

    ``recomputed`` pairs the name of a printed number with the value under this recipe, on the printed scale.
    """

    claim: str
    measure: str
    method: str
    convention: str
    quantile: str
    met: tuple[str, ...]
    missed: tuple[str, ...]
    recomputed: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """All findings about a set of claims, in the order of the claims; ``matches`` are the best ways of pooling per claim."""

    source: str
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...] = ()

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """Return the findings with one verdict."""
        return tuple(finding for finding in self.findings if finding.verdict == verdict)

    @property
    def ok(self) -> bool:
        """Whether no claim is inconsistent."""
        return not self.of("inconsistent")

    @property
    def table(self) -> "pd.DataFrame":
        """One row per finding: claim, check, verdict, message, mend, printed, where."""
        import pandas as pd

        columns = ("claim", "check", "verdict", "message", "mend", "printed", "where")
        return pd.DataFrame([[getattr(finding, name) for name in columns] for finding in self.findings], columns=list(columns))

    def to_dict(self) -> dict[str, object]:
        """Return the JSON document: findings, and per claim the ways of pooling that come nearest."""
        matches = [
            {"claim": m.claim, "measure": m.measure, "method": m.method, "zero_cells": m.convention, "quantile": m.quantile}
            | {"met": list(m.met), "missed": list(m.missed), "recomputed": dict(m.recomputed)}
            for m in self.matches
        ]
        return {"findings": [finding.to_dict() for finding in self.findings], "matches": matches}
