"""``contrast``: do groups of trials differ in their effect, given one between-study SD for all?"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.analyses.subsets import of_rows, surface_model
from bayes_ivig.engines import data_priors, propriety
from bayes_ivig.engines.contrast import Differences, Groups, solve
from bayes_ivig.engines.curves import informative
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.classes import classes
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.results.contrast import ByClass, Contrast

if TYPE_CHECKING:
    import pandas as pd

Names = str | Iterable[str]


def contrast(dataset: Dataset, by: str | Mapping[str, Names], model: Model | None = None) -> Contrast:
    """Return the mean effects of groups of trials and all their differences, exactly, with one tau for all groups.

    ``by`` names a column of the table, or of the characteristics that go with a bundled one, whose values make the groups in
    order of appearance (``"COLUMN >= NUMBER"`` cuts a column of numbers in two), or maps names to trials (as ``Dataset.trials``
    takes them). Trials in no group stay out. Every group's mean has the prior of mu, independently; the log Bayes factor weighs
    that against one mean. Raises ``DataError`` for fewer than two groups, for a trial in two, and for a
    group that says nothing; ``ModelError`` where a posterior does not exist. Shared heterogeneity is what Dias et al. 2013
    (Med Decis Making 33:618) use for subgroups of few trials.
    """
    model = model or Model()
    groups = classes(dataset, by) if isinstance(by, str) else _by_names(dataset, by)
    if len(groups) < 2:
        raise DataError(f"{dataset.label}: contrast needs two groups of trials or more, found {len(groups)}")
    kept = [name for names in groups.values() for name in names]
    whole = dataset.trials([name for name in dataset.study_names if name in kept])
    model = data_priors.resolve(whole, model)
    parts = tuple(whole.trials(list(names)) for names in groups.values())
    for name, part in zip(groups, parts, strict=True):
        try:
            propriety.require(part if not model.mu.proper else whole, model)
        except ModelError as error:
            raise ModelError(f"contrast: group {name}: {error}") from None
    solved, diagnostics = solve(parts, model)
    names = tuple(groups)
    return Contrast(
        dataset=whole,
        model=model,
        groups=groups,
        mu={name: solved.mean(g) for g, name in enumerate(names)},
        tau=solved.spread(),
        differences=Differences(solved, names),
        diagnostics=diagnostics,
        weigh=lambda: _log_bayes_factor(whole, model, solved),
    )


def by_class(dataset: Dataset, column: str, model: Model | None = None) -> ByClass:
    """Return the classes that a column makes of the trials: each by itself, and their differences under one tau.

    ``column`` is one that ``contrast`` takes. A class by itself has a tau of its own; differences are logs of ratios of odds
    ratios. Trials without a value, and classes that say nothing under the likelihood, stay aside. Raises ``DataError`` for fewer
    than two classes, ``ModelError`` where a posterior does not exist.
    """
    model = surface_model(model or Model())
    groups = telling_classes(dataset, column, model)
    inside = np.array([[float(name in trials) for name in dataset.study_names] for trials in groups.values()])
    return class_results(dataset, column, model, of_rows(dataset, model, inside))


def telling_classes(dataset: Dataset, column: str, model: Model) -> dict[str, tuple[str, ...]]:
    """Return the classes of a column of which a trial carries information; raises ``DataError`` for fewer than two."""
    telling = {study.name for study in informative(dataset, model)}
    groups = {name: trials for name, trials in classes(dataset, column).items() if telling.intersection(trials)}
    if len(groups) < 2:
        found = ", ".join(f"{name!r}" for name in groups) or "none"
        raise DataError(f"{dataset.label}: column {column}: needs two classes of trials that say something, found {found}")
    return groups


def class_results(dataset: Dataset, column: str, model: Model, alone: "pd.DataFrame") -> ByClass:
    """Return the classes by ``telling_classes``, given the rows of ``subsets`` of each by itself."""
    groups = telling_classes(dataset, column, model)
    aside = tuple(name for name in dataset.study_names if not any(name in trials for trials in groups.values()))
    return ByClass(column, alone, contrast(dataset, groups, model), aside)


def _log_bayes_factor(whole: Dataset, model: Model, solved: Groups) -> float | None:
    """Log evidence of a mean for each group over that of one mean for all; None under an improper prior."""
    together = fit(whole, model).log_marginal_likelihood if model.mu.proper else None
    return None if together is None else solved.log_evidence - together


def _by_names(dataset: Dataset, by: Mapping[str, Names]) -> dict[str, tuple[str, ...]]:
    """Resolve named groups; raises ``DataError`` for a trial that is in two of them."""
    if not isinstance(by, Mapping):
        raise DataError(f"contrast: by is {by!r}; give the name of a column, or a mapping of names to trials")
    groups = {str(name): dataset.trials(trials).study_names for name, trials in by.items()}
    twice = {name for one, other in combinations(groups.values(), 2) for name in one if name in other}
    if twice:
        raise DataError(f"{dataset.label}: contrast: {', '.join(sorted(twice))} in two groups; a trial belongs to one")
    return groups
