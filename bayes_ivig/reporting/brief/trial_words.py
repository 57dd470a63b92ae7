"""How many trials and people stand behind a row of the brief, and how many of the trials are randomised."""

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.reporting.brief import answer_words
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.brief.design import design_of


def behind(dataset: Dataset, people: int | None, whom: str) -> str:
    """Return trials, people and how the trials were formed, the last where the data say it."""
    names = dataset.study_names
    design = answer_words.design(design_of(dataset, names))
    return "; ".join(filter(None, (counted_only(len(names), people, whom), design)))


def counted_only(studies: int | None, people: int | None, whom: str) -> str:
    """Return trials and people alone, as where the trials are not known by name."""
    counted = [] if studies is None else [f"{numbers.count(studies)} trial{'' if studies == 1 else 's'}"]
    counted += [] if people is None else [f"{numbers.count(people)} {whom}"]
    return ", ".join(counted) or numbers.NONE
