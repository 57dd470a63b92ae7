"""A table with one trial more, or several, and what a model has to know of them beside their counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bayes_ivig.errors import DataError, quoted, report_all
from bayes_ivig.inputs.characteristics.covariates import MISSING, cells_of
from bayes_ivig.inputs.characteristics.fingerprint import columns_read
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.kinds.ranges import Listed

type Cells = str | float | Listed[str | float]


def with_trials(
    dataset: Dataset, trials: Sequence[AnyStudy], model: AnyModel, columns: Mapping[str, Cells] | None = None
) -> Dataset:
    """Return the table with more trials after its own, in the order given.

    ``columns`` has the cells of the new trials by name of the column, one for each or one text or number for
    all; columns that nobody gives are blank for them. Raises one ``DataError`` for no trials, names that are
    there already, columns that the table does not have, too few or too many cells, and cells that the model
    reads and that are not given.
    """
    names = [trial.name for trial in trials]
    given = {name: _texts(cells, len(names)) for name, cells in (columns or {}).items()}
    taken = [name for name in names if name in dataset.study_names]
    problems = [f"{quoted(name)} is in the table already; give the new trial another name" for name in taken]
    if not names:
        problems.append("no trial to add; give one, such as Study('New', 4, 100, 9, 100)")
    problems += [
        f"columns: {name}: {len(cells)} values for {len(names)} trials; give one for each"
        for name, cells in given.items()
        if len(cells) != len(names)
    ]
    problems += [
        f"the model reads column {name}; give it for {', '.join(names)}: columns={{{name!r}: [...]}}"
        for name in columns_read(model)
        if names and any(cell.strip().lower() in MISSING for cell in given.get(name, ("",)))
    ]
    report_all([f"{dataset.label}: {problem}" for problem in problems], DataError)
    own = {name: dict(cells_of(dataset, name)) for name in (*dict(dataset.columns), *given)}
    blank = ("",) * len(names)
    extended = tuple(
        (name, (*(cells.get(study, "") for study in dataset.study_names), *given.get(name, blank)))
        for name, cells in own.items()
    )
    label = dataset.selection
    return replace(
        dataset,
        studies=(*dataset.studies, *trials),
        columns=extended,
        selection=label if label == "all" else f"{label} with {', '.join(names)}",
    )


def _texts(cells: Cells, size: int) -> tuple[str, ...]:
    return (str(cells),) * size if isinstance(cells, str | int | float) else tuple(map(str, cells))
