"""The bundled evidence beside the counts: claims, characteristics of the trials, risk of bias,
other meta-analyses.
"""

from collections.abc import Callable
from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.errors import DataError, quoted, suggestion
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Source, case_of
from bayes_ivig.inputs.counts.dataset import descriptions
from bayes_ivig.inputs.evidence.search import check_steps


def evidence_names(dataset: str = "ivig") -> tuple[str, ...]:
    """Return the names of the tables in the evidence folder of a bundled dataset, sorted."""
    return tuple(sorted(path.stem for path in (resources.folder("data") / dataset).glob("*.csv")))


def evidence_table(name: str, dataset: str = "ivig") -> tables.Table:
    """Return a table of the evidence folder by its name, all cells as text;
    its columns are explained in data/README.md.

    Raises ``DataError`` for a name that is not there.
    """
    known = evidence_names(dataset)
    if name not in known:
        raise DataError(
            f"{dataset}: no evidence table {quoted(name)}{suggestion(str(name), known)}; there are "
            f"{', '.join(known) or 'none'}"
        )
    return tables.read_csv(resources.folder("data") / dataset / f"{name}.csv")


def own_evidence(source: Source) -> dict[str, tables.Table]:
    """Return the tables that the sidecar of a counts CSV names under ``evidence``, by name;
    none where it names none.

    They have the columns of the bundled tables of the same names, which data/README.md explains.
    Raises ``DataError``.
    """
    case = case_of(source)
    path, named = case.path.with_suffix(".toml"), case.sidecar.shared.get("evidence", {})
    unknown = [name for name in named if name not in OWN]
    tables.report(
        [
            f"{path}: evidence.{name}: unknown table{suggestion(name, OWN)}; allowed are {', '.join(OWN)}"
            for name in unknown
        ],
        str(path),
    )
    by_name = {name: case.table(path.parent / file) for name, file in named.items()}
    for name, table in by_name.items():
        OWN[name](table)
    return by_name


def _check_bias(table: tables.Table) -> None:
    """Raise ``DataError`` for judgements that are none, and for a table without domains."""
    tables.require_columns(table, ("study",))
    domains = [column for column in table.columns if column != "study"]
    problems = [
        f"{table.place(i)}: column {domain}: found {quoted(row[domain])}; "
        "must be + (low), ? (unclear) or - (high), or empty"
        for i, row in enumerate(table.records())
        for domain in domains
        if row[domain] not in ("+", "?", "-", "")
    ]
    if not domains or not table.rows:
        problems.append(
            f"{table.source}: needs a row for each study and a column for each domain, next to column study"
        )
    tables.report(problems, table.source)


def _check_guidelines(table: tables.Table) -> None:
    tables.require_columns(table, ("organisation", "statement"))


def _check_characteristics(table: tables.Table) -> None:
    tables.require_columns(table, ("study",))


def _check_reviews(table: tables.Table) -> None:
    tables.require_columns(table, ("label", "outcome", "measure", "estimate", "ci_lower", "ci_upper"))


OWN: dict[str, Callable[[tables.Table], None]] = {
    "prisma": check_steps,
    "risk_of_bias": _check_bias,
    "guidelines": _check_guidelines,
    "characteristics": _check_characteristics,
    "external_evidence": _check_reviews,
}


def partial_path(source: Source, outcome: str) -> Path:
    """Return the file of incomplete counts that a sidecar names for a partly known outcome.

    Raises ``DataError`` where the outcome has none.
    """
    case = case_of(source)
    about = descriptions(case)
    partly = tuple(name for name, description in about.items() if description.partial)
    if outcome not in partly:
        raise DataError(
            f"{source}: no incomplete counts of outcome {quoted(outcome)}; partly known are "
            f"{', '.join(partly) or 'none'}"
        )
    return case.path.parent / about[outcome].partial
