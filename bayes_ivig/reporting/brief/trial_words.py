"""How many trials and people stand behind a row of the brief, and how many of the trials are randomised."""

from collections.abc import Sequence

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

COLUMN, TABLE = "randomised", "characteristics"
YES = ("yes", "true", "1", "randomised")
UNCLEAR = "unclear"


def behind(reanalysis: Reanalysis, dataset: Dataset, people: int | None, whom: str) -> str:
    """Return trials, people and randomisation of a row, the last where the data say it of every trial."""
    names = dataset.study_names
    counted = [_trials(len(names))]
    if people is not None:
        counted.append(f"{numbers.count(people)} {whom}")
    return f"{', '.join(counted)}{_randomised(reanalysis, dataset, names)}"


def counted_only(studies: int | None, people: int | None, whom: str) -> str:
    """Return the same where the trials are not known by name."""
    counted = [] if studies is None else [_trials(studies)]
    counted += [] if people is None else [f"{numbers.count(people)} {whom}"]
    return ", ".join(counted) or numbers.NONE


def _trials(count: int) -> str:
    return f"{numbers.count(count)} trial{'' if count == 1 else 's'}"


def _randomised(reanalysis: Reanalysis, dataset: Dataset, names: Sequence[str]) -> str:
    known = _characteristics(reanalysis)
    known |= dict(zip(names, dict(dataset.columns).get(COLUMN, ()), strict=False))
    cells = [known.get(name, "").strip().lower() for name in names]
    if not all(cells):
        return ""
    count = sum(cell in YES for cell in cells)
    if count == len(cells):
        return "; randomised"
    if count:
        return f"; {numbers.count(count)} randomised"
    return "; not known to be randomised" if UNCLEAR in cells else "; not randomised"


def _characteristics(reanalysis: Reanalysis) -> dict[str, str]:
    """Return what the table of the trials' characteristics says, by trial."""
    header, *rows = dict(reanalysis.tables).get(TABLE) or ((),)
    if COLUMN not in header or "study" not in header:
        return {}
    study, column = header.index("study"), header.index(COLUMN)
    return {row[study]: row[column] for row in rows}
