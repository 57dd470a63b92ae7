"""What a reanalysis is of: a case with the files that go with it, or one dataset that is in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from bayes_ivig.errors import escaped
from bayes_ivig.files.rows import csv_bytes
from bayes_ivig.inputs.counts.case import Case, Source, case_of
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions, load_dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.design_effects import of_designs
from bayes_ivig.inputs.estimates.rows import written
from bayes_ivig.inputs.evidence.tables import evidence_names, evidence_table, own_evidence
from bayes_ivig.inputs.paper.claims import Claim, claims_with
from bayes_ivig.measures import OR

type Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Subject:
    """Descriptions and claims by outcome, evidence tables, and the checksum of the counts.

    ``case`` has the files, where there are any; ``file`` names one that is no CSV called ``name``.
    """

    name: str
    sha256: str
    abouts: Mapping[str, About]
    case: Case | None = None
    claims: Mapping[str, Claim] = field(default_factory=dict)
    tables: tuple[tuple[str, Rows], ...] = ()
    bundled: bool = False
    file: str = ""
    given: Dataset | None = None

    def dataset(self, outcome: str) -> Dataset:
        """Return the counts of an outcome."""
        if self.given is not None:
            return self.given
        assert self.case is not None
        return load_dataset(self.case, outcome or None)


def subject_of(source: Source | Dataset) -> Subject:
    """Return what is to be reanalysed; raises ``DataError``."""
    if isinstance(source, Dataset):
        return _in_memory(source)
    case = case_of(source)
    abouts = descriptions(case)
    return Subject(
        name=case.name,
        sha256=case.sha256,
        abouts=abouts,
        case=case,
        claims=_claimed({claim.outcome: claim for claim in claims_with(case)}, tuple(abouts)),
        tables=_evidence(case),
        bundled=case.bundled,
        file="" if case.foreign is None else escaped(case.path.name),
    )


def _in_memory(dataset: Dataset) -> Subject:
    """Return a dataset as a case of one outcome, which no other is counted from; its checksum is that of the
    CSV that holds it.
    """
    about = replace(dataset.about, complement_of="", partial="", feasible=(), wider_totals="")
    given = replace(dataset, about=about)
    return Subject(
        dataset.name, sha256(counts_csv(dataset)).hexdigest(), {dataset.outcome: about}, given=given
    )


def counts_csv(dataset: Dataset) -> bytes:
    """Return the CSV of a dataset as ``Dataset.to_dataframe`` has it, which ``load_dataset`` reads."""
    size = len(dataset)
    columns: dict[str, list[object]] = {"study": list(dataset.study_names)}
    columns |= {"outcome": [dataset.outcome] * size} if dataset.outcome else {}
    columns |= {"measure": [dataset.measure] * size} if dataset.measure != OR.code else {}
    columns |= written(dataset.studies)
    columns |= of_designs(dataset.studies)
    columns |= {name: list(values) for name, values in dataset.columns}
    rows = zip(*columns.values(), strict=True)
    return csv_bytes([tuple(columns), *(tuple("" if x is None else str(x) for x in row) for row in rows)])


def _claimed(claims: dict[str, Claim], outcomes: tuple[str, ...]) -> dict[str, Claim]:
    """Return claims by outcome; a table of one unnamed outcome is what a single claim is about,
    whatever that calls it.
    """
    if outcomes == ("",) and len(claims) == 1:
        return dict.fromkeys(outcomes, next(iter(claims.values())))
    return claims


def _evidence(case: Case) -> tuple[tuple[str, Rows], ...]:
    """Return the evidence tables that go with a bundled case, or that a sidecar names,
    to be shown as they are.
    """
    names = evidence_names(case.name) if case.bundled else ()
    tables = {key: evidence_table(key, case.name) for key in names} if case.bundled else own_evidence(case)
    return tuple((key, (table.columns, *table.rows)) for key, table in tables.items())
