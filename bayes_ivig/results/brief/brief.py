"""Everything that a brief says, as codes and numbers."""

from dataclasses import dataclass
from typing import Any

from bayes_ivig.results.brief.verdict import Verdict, verdict_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


@dataclass(frozen=True)
class Brief:
    """What a brief says of a reanalysis, part by part."""

    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return codes and numbers by part."""
        return {"verdict": self.verdict.to_dict()}


def brief_of(reanalysis: Reanalysis) -> Brief:
    """Return what a brief says of a reanalysis."""
    return Brief(verdict_of(reanalysis))
