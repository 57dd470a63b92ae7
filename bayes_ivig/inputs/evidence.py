"""The bundled evidence beside the counts: claims, characteristics of the trials, risk of bias, other meta-analyses."""

from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.errors import DataError, suggestion
from bayes_ivig.inputs import table as tables
from bayes_ivig.inputs.dataset import descriptions, locate


def evidence_names(dataset: str = "ivig") -> tuple[str, ...]:
    """Return the names of the tables in the evidence folder of a bundled dataset, sorted."""
    return tuple(sorted(path.stem for path in (resources.folder("data") / dataset).glob("*.csv")))


def evidence_table(name: str, dataset: str = "ivig") -> tables.Table:
    """Return a table of the evidence folder by its name, all cells as text; its columns are explained in data/README.md.

    Raises ``DataError`` for a name that is not there.
    """
    known = evidence_names(dataset)
    if name not in known:
        raise DataError(
            f"{dataset}: no evidence table {name!r}{suggestion(str(name), known)}; there are {', '.join(known) or 'none'}"
        )
    return tables.read_csv(resources.folder("data") / dataset / f"{name}.csv")


def partial_path(source: str | Path, outcome: str) -> Path:
    """Return the file of incomplete counts that a sidecar names for a partly known outcome.

    Raises ``DataError`` where the outcome has none.
    """
    about = descriptions(source)
    partly = tuple(name for name, description in about.items() if description.partial)
    if outcome not in partly:
        raise DataError(f"{source}: no incomplete counts of outcome {outcome!r}; partly known are {', '.join(partly) or 'none'}")
    return locate(source)[0].parent / about[outcome].partial
