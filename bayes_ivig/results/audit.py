"""Answer of an audit: one finding per claim and check, each with a verdict, its reason,
and what would mend it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from bayes_ivig.inputs.paper.other_claims import About
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.coded import Coded
from bayes_ivig.results.shown import Shown, worded

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["consistent", "consistent if", "inconsistent", "cannot tell"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
ABOUT: tuple[About, ...] = get_args(About)


@dataclass(frozen=True, slots=True)
class Change:
    """A single printed number, and from which to which value it would have to be to mend a finding."""

    number: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one claim.

    ``claim`` is the outcome, or the subject of a claim of another kind. ``"inconsistent"`` is a proof: no
    values that round to what is printed, under the conditions that the message names, are true together.
    ``"consistent if"`` has its condition in ``reason``. ``mend`` is the smallest change of one printed number
    that would mend an inconsistent claim, empty where there is none; ``looked_at`` are the numbers looked at.
    ``reason`` and ``looked_at`` are codes with values; ``message`` and ``printed`` word them when asked.
    ``about`` is ``"paper"`` for the audited one and ``"other"`` for what another one prints (a trial's
    abstract, a news item). ``changes`` are the single changes that would mend an inconsistent claim, and
    ``cause`` numbers the causes of inconsistent findings from 1: those with one number would be mended by one
    change. None for other verdicts.
    """

    claim: str
    check: str
    verdict: Verdict
    reason: Coded
    mend: str = ""
    looked_at: Coded | None = None
    where: str = ""
    about: About = "paper"
    cause: int | None = None
    changes: tuple[Change, ...] = ()

    __repr__ = short_repr

    @property
    def message(self) -> str:
        """The reason of the verdict in words, with the arithmetic, and the condition where there is one."""
        return worded(self.reason)

    @property
    def printed(self) -> str:
        """The numbers looked at, as they are printed."""
        return worded(self.looked_at) if self.looked_at else ""

    def to_dict(self) -> dict[str, object]:
        """Return the JSON contract of ``bayes-ivig audit --json``; no mend is null."""
        return {
            "claim": self.claim,
            "check": self.check,
            "verdict": self.verdict,
            "message": self.message,
            "mend": self.mend or None,
            "about": self.about,
            "cause": self.cause,
        }


@dataclass(frozen=True, slots=True)
class Match:
    """One way of pooling the counts set against one claim:
    which printed numbers it gives, and which it does not.

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

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, slots=True)
class Audit(Shown):
    """All findings about a set of claims, in the order of the claims;
    ``matches`` are the best ways of pooling per claim.

    >>> import bayes_ivig as bi
    >>> found = bi.published.audit("ivig")
    >>> len(found.findings), found.table()["verdict"].value_counts()["inconsistent"].item()
    (56, 8)
    """

    source: str
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...] = ()

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def of(self, verdict: Verdict, about: About | None = None) -> tuple[Finding, ...]:
        """Return the findings with one verdict, all or those about the paper or about others."""
        return tuple(
            each for each in self.findings if each.verdict == verdict and about in (None, each.about)
        )

    def counts(self, about: About) -> dict[str, int]:
        """Return how many checks there are about the paper or about others, how many of each verdict,
        and how many causes.

        Keys: ``checks``, the verdicts, and ``causes``, of the inconsistent findings.
        """
        wrong = self.of("inconsistent", about)
        by_verdict: dict[str, int] = {verdict: len(self.of(verdict, about)) for verdict in VERDICTS}
        return {
            "checks": sum(by_verdict.values()),
            **by_verdict,
            "causes": len({each.cause for each in wrong}),
        }

    @property
    def ok(self) -> bool:
        """Whether no claim of the paper is inconsistent; what other papers print does not count."""
        return not self.of("inconsistent", "paper")

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per finding: claim, check, verdict, message, mend, printed, where, about, cause."""
        import pandas as pd

        columns = ("claim", "check", "verdict", "message", "mend", "printed", "where", "about", "cause")
        return pd.DataFrame(
            [[getattr(finding, name) for name in columns] for finding in self.findings], columns=list(columns)
        )
