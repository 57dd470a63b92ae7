"""What classes of trials are called, and the columns that make them."""

from bayes_ivig.inputs.characteristics.classes import class_name
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.posterior.contrast import ByClass


def label(by_class: ByClass) -> str:
    """Return the column that makes classes as a heading, without its cut, as the case calls it."""
    name = by_class.column.partition(" >= ")[0]
    stated = by_class.contrast.dataset.about.words.column(name)
    return phrases.name(stated or phrases.first_upper(name.replace("_", " ")))


def of(by_class: ByClass, value: str) -> str:
    """Return one of the classes that were compared in words."""
    return phrases.name(class_name(by_class.column, value, by_class.contrast.dataset))
