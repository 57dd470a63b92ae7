"""How every count of a dataset is known, and on what basis;
column ``basis`` says where the counts come from.
"""

from typing import TYPE_CHECKING

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.statuses import COLUMNS
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.kinds.checked import checked

if TYPE_CHECKING:
    import pandas as pd


def count_statuses(dataset: Dataset) -> tuple[tuple[str, ...], ...]:
    """Return per study how its four counts are known, in the order of ``COUNTS``;
    empty where the table does not say.
    """
    columns, empty = dict(dataset.columns), ("",) * len(dataset)
    rows = columns.get("status", empty)
    own = [columns.get(column, empty) for column in COLUMNS]
    return tuple(tuple(cells[i] or row for cells in own) for i, row in enumerate(rows))


def bases(dataset: Dataset) -> tuple[str, ...]:
    """Return per study on what its counts rest."""
    return dict(dataset.columns).get("basis", ("",) * len(dataset))


@checked
def provenance(dataset: Dataset) -> "pd.DataFrame":
    """Return one row per count: ``study, count, value, status, basis``;
    statuses are empty where the table does not say.

    >>> import bayes_ivig as bi
    >>> bi.provenance(bi.load_dataset("my.csv")).head(2)
            study             count  value status basis
    0  Adams 2011  treatment_events      4
    1  Adams 2011   treatment_total    123
    """
    import pandas as pd

    studies = zip(dataset.studies, count_statuses(dataset), bases(dataset), strict=True)
    rows = [
        {"study": study.name, "count": count, "value": value, "status": status, "basis": basis}
        for study, statuses, basis in studies
        for count, value, status in zip(COUNTS, study.counts, statuses, strict=True)
    ]
    return pd.DataFrame(rows)
