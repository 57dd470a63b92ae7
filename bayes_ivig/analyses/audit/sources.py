"""What an audit looks at: claims, other claims and counts, by name, by path, or as objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from bayes_ivig.analyses.audit.which_trials import Arms
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Case, Source, case_of
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions, load_dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.estimates.studies import whole_number
from bayes_ivig.inputs.paper.claims import Claim, claims_path, load_claims, read_claims
from bayes_ivig.inputs.paper.other_claims import OtherClaim, holds_other_claims, read_other_claims

OTHER = "other_claims.csv"  # beside the claims of a bundled case
TOTALS = ("treatment_total", "control_total")


@dataclass(frozen=True)
class Counts:
    """Tables of counts by outcome, and the arm sizes of outcomes whose events are known in part only."""

    tables: Mapping[str, Dataset] = field(default_factory=dict)
    partial: Mapping[str, Arms] = field(default_factory=dict)
    complements: tuple[tuple[str, str], ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of all outcomes."""
        return (*self.tables, *self.partial)


def is_bundled(source: object) -> bool:
    """Whether a source is the bare name of a bundled case."""
    return isinstance(source, str | Case) and case_of(source).bundled


def claims_of(source: Source | Sequence[Claim]) -> tuple[Claim, ...]:
    """Return pooled results; raises ``DataError`` as the readers do."""
    if isinstance(source, Case):
        return load_claims(source)
    if isinstance(source, str | Path):
        return (
            load_claims(source)
            if is_bundled(source)
            else ()
            if holds_other_claims(source)
            else read_claims(source)
        )
    claims = tuple(source)
    wrong = next((item for item in claims if not isinstance(item, Claim)), None)
    if wrong is not None:
        raise DataError(f"claims: found {wrong!r}; must be Claim objects, or the path of a claims CSV")
    return claims


def other_of(source: str | Path | Sequence[OtherClaim] | None, claims: object) -> tuple[OtherClaim, ...]:
    """Return claims of other kinds: those given, those in a claims file of that shape,
    those beside a bundled case's claims.
    """
    if source is None:
        if isinstance(claims, str | Case) and is_bundled(claims):
            case = case_of(claims)
            path = claims_path(case)
            beside = path.parent / OTHER if path else None
            return read_other_claims(case.table(beside)) if beside is not None and beside.is_file() else ()
        own = isinstance(claims, str | Path) and holds_other_claims(claims)
        return read_other_claims(str(claims)) if own else ()
    if isinstance(source, str | Path):
        return read_other_claims(source)
    return tuple(source)


def counts_of(source: Source | Dataset | None) -> Counts:
    """Return tables of counts by outcome; a table with empty cells is kept for its arm sizes."""
    if source is None:
        return Counts()
    if isinstance(source, Dataset):
        return Counts({source.outcome: source})
    case = case_of(source)
    gaps, abouts = _with_gaps(case.counts()), descriptions(case)
    own = _arm_sizes(case.counts()) if gaps else {}
    datasets: dict[str, Dataset] = {}
    partial: dict[str, Arms] = {outcome: own[outcome] for outcome in abouts if outcome in gaps}
    for outcome, about in abouts.items():
        if about.partial:
            partial[outcome] = _one_of(_arm_sizes(case.table(case.path.parent / about.partial)), outcome)
        elif outcome not in gaps and about.complement_of not in gaps:
            datasets[outcome] = load_dataset(case, outcome or None)
    return Counts(datasets, partial, _complements(abouts))


def with_mirrored(known: Counts, pairs: Sequence[tuple[str, str]]) -> Counts:
    """Return the counts with the opposite of every outcome that a pair calls the mirror image
    of one that is there.
    """
    added = {
        there: replace(known.tables[here].complement(), outcome=there)
        for pair in pairs
        for here, there in (pair, pair[::-1])
        if here in known.tables and there not in known.outcomes
    }
    return replace(known, tables={**known.tables, **added})


def _complements(abouts: Mapping[str, About]) -> tuple[tuple[str, str], ...]:
    return tuple((about.complement_of, outcome) for outcome, about in abouts.items() if about.complement_of)


def _with_gaps(counts: tables.Table) -> set[str]:
    """Return the outcomes of a table of counts that have empty event cells, ``""`` where it names none."""
    table = tables.rename(counts)
    events = [name for name in COUNTS if name.endswith("events") and name in table.columns]
    return {
        record.get("outcome", "") for record in table.records() if any(not record[name] for name in events)
    }


def _one_of(sizes: dict[str, Arms], outcome: str) -> Arms:
    """Return the arms of an outcome; a file about one outcome need not name it."""
    return sizes[outcome] if outcome in sizes else next(iter(sizes.values()))


def _arm_sizes(counts: tables.Table) -> dict[str, Arms]:
    """Return the arm sizes by outcome of a table whose events are known in part;
    raises one ``DataError`` for bad cells.
    """
    table = tables.rename(counts)
    tables.require_columns(table, ("study", *TOTALS))
    sizes: dict[str, list[list[int]]] = {}
    problems: list[str] = []
    for position, record in enumerate(table.records()):
        try:
            sizes.setdefault(record.get("outcome", ""), []).append(
                [whole_number(record[name]) for name in TOTALS]
            )
        except ValueError as error:
            problems.append(f"{table.place(position)}: columns {' and '.join(TOTALS)}: {error}")
    tables.report(problems, table.source)
    return {outcome: Arms(np.array(rows, dtype=np.float64).T) for outcome, rows in sizes.items()}
