"""What classes of trials are called, and the columns that make them."""

from bayes_ivig.inputs.characteristics.classes import class_name
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.posterior.contrast import ByClass


def label(found: ByClass) -> str:
    """Return the column that makes classes as a heading, without its cut, as the case calls it."""
    name = found.column.partition(" >= ")[0]
    stated = found.contrast.dataset.about.words.column(name)
    return phrases.name(stated or phrases.first_upper(name.replace("_", " ")))


def of(found: ByClass, value: str) -> str:
    """Return one of the classes that were compared in words."""
    return phrases.name(class_name(found.column, value, found.contrast.dataset))
