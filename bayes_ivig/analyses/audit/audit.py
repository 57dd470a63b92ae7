"""``audit``: every check that the printed numbers allow, one finding each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bayes_ivig.analyses.audit.arithmetic import equal, percentage
from bayes_ivig.analyses.audit.causes import with_causes
from bayes_ivig.analyses.audit.complement import complement, two_named
from bayes_ivig.analyses.audit.one_result import check_pooled
from bayes_ivig.analyses.audit.other_sums import Sum, other_sums, participants_or_another, sum_or_another
from bayes_ivig.analyses.audit.sources import (
    Counts,
    claims_of,
    counts_of,
    is_bundled,
    other_of,
    with_mirrored,
)
from bayes_ivig.analyses.audit.stated_rule import model_rule
from bayes_ivig.analyses.audit.study_effect import study_effect
from bayes_ivig.analyses.audit.which_trials import against_counts, counted
from bayes_ivig.inputs.counts.case import Case
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.paper.claims import Claim, claims_path, claims_with
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.audit import Audit, Finding, Match
from bayes_ivig.results.coded import coded

type Source = str | Path
type Found = tuple[list[Finding], tuple[Match, ...]]


@checked
def audit(
    claims: Source | Sequence[Claim],
    counts: Source | Case | Dataset | None = None,
    *,
    other: Source | Sequence[OtherClaim] | None = None,
) -> Audit:
    """Check printed results against each other, and against the counts of their trials where these are known.

    ``claims`` is the name of a bundled case, the path of a claims CSV (pooled results, or claims of other
    kinds by column ``kind``), or ``Claim`` objects; ``other`` are claims of other kinds. ``counts`` is a
    bundled name, the path of a counts CSV or a ``Dataset``; a bundled case brings its own of everything.
    Every printed number is taken as all values that round to it, so ``"inconsistent"`` is proved for any
    honest rounding; a sum, or a number of participants, that another sum of the material explains is
    consistent under that condition. Findings about other papers are marked, and inconsistent ones that one
    change would mend have one cause. Raises ``DataError`` for files that cannot be read.

    >>> import bayes_ivig as bi
    >>> bi.published.audit("ivig")
    Audit(ivig): 38 consistent, 3 consistent if, 8 inconsistent, 7 cannot tell
    """
    if counts is None and is_bundled(claims):
        counts = str(claims)
    return _audited(_name(claims), claims_of(claims), other_of(other, claims), counts_of(counts))


def audit_case(case: Case) -> Audit | None:
    """Audit what is printed of a case, as its sidecar names it: of a bundled one everything;
    None where it names nothing.
    """
    path = claims_path(case)
    if path is None:
        return None
    return _audited(
        case.name if case.bundled else path.name, claims_with(case), other_of(None, case), counts_of(case)
    )


def _audited(name: str, pooled: Sequence[Claim], rest: Sequence[OtherClaim], counts: Counts) -> Audit:
    """Make every check of pooled results and other claims against the counts."""
    pairs = [(one.outcome, two.outcome) for one, two in _pairs(rest, pooled)]
    known = with_mirrored(counts, pairs)
    findings: list[Finding] = []
    matches: list[Match] = []
    sums = other_sums(known, rest)
    rules = [each for each in rest if each.kind == "rule"]
    for claim in pooled:
        recomputed, best = _of_claim(claim, known, pooled)
        recomputed = [_participants(claim, each, known, sums) for each in recomputed]
        findings += [*check_pooled(claim), *(model_rule(claim, rule) for rule in rules), *recomputed]
        matches += best
    for each in (*rest, *_undeclared(known, pooled, rest)):
        findings += _of_other(each, pooled, sums)
    mirrored = _pairs([*rest, *_undeclared(known, pooled, rest)], pooled)
    return Audit(name, with_causes(findings, mirrored), tuple(matches))


def _of_claim(claim: Claim, known: Counts, pooled: Sequence[Claim]) -> Found:
    """Check one pooled result against the counts of its outcome."""
    outcome = _outcome_for(claim, known, pooled)
    if outcome is None:
        reason = coded("no_such_outcome", [name for name in known.outcomes if name])
        finding = Finding(claim.outcome, "recomputed", "cannot tell", reason, where=claim.where)
        return ([finding] if known.outcomes else []), ()
    if outcome in known.tables:
        return against_counts(claim, known.tables[outcome])
    arms = known.partial[outcome]
    findings = counted(claim, arms, coded("listed", arms.listed))
    return [
        *findings,
        Finding(
            claim.outcome, "recomputed", "cannot tell", coded("incomplete", arms.listed), where=claim.where
        ),
    ], ()


def _outcome_for(claim: Claim, known: Counts, pooled: Sequence[Claim]) -> str | None:
    """Return the name of the counts a claim is about; a table without names serves
    where all claims are about one outcome.
    """
    if claim.outcome in known.outcomes:
        return claim.outcome
    single = len({each.outcome for each in pooled}) == 1
    return known.outcomes[0] if single and known.outcomes == ("",) else None


def _participants(claim: Claim, own: Finding, known: Counts, sums: Sequence[Sum]) -> Finding:
    """Return the finding about participants, consistent if the number is another sum over as many trials."""
    trials = claim.k or len(known.tables.get(claim.outcome, ()))
    return participants_or_another(claim, own, trials, sums) if own.check == "participants" else own


def _of_other(claim: OtherClaim, pooled: Sequence[Claim], sums: Sequence[Sum]) -> Iterator[Finding]:
    match claim.kind:
        case "percentage":
            yield percentage(claim)
        case "sum":
            yield sum_or_another(claim, sums)
        case "equal":
            yield equal(claim)
        case "study_effect":
            yield study_effect(claim)
        case "complement":
            yield from complement(claim, pooled)


def _undeclared(known: Counts, pooled: Sequence[Claim], rest: Sequence[OtherClaim]) -> list[OtherClaim]:
    """Return the mirror images that the counts declare and no row does."""
    declared = [
        {one.outcome for one in mirrored}
        for each in rest
        if each.kind == "complement" and (mirrored := two_named(each, pooled))
    ]
    outcomes = {claim.outcome for claim in pooled}
    pairs = [pair for pair in known.complements if set(pair) <= outcomes and set(pair) not in declared]
    return [
        OtherClaim("complement", f"{first} against {second}", rule=f"{first};{second}")
        for first, second in pairs
    ]


def _pairs(rest: Sequence[OtherClaim], pooled: Sequence[Claim]) -> list[tuple[Claim, Claim]]:
    """Return the claims that rows call mirror images of each other."""
    return [pair for each in rest if each.kind == "complement" and (pair := two_named(each, pooled))]


def _name(claims: Source | Sequence[Claim]) -> str:
    return str(claims) if isinstance(claims, str) else claims.name if isinstance(claims, Path) else "claims"
