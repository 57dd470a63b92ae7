"""``contrast``: do groups of trials differ in their effect, given one between-study SD for all?"""

from collections.abc import Iterable, Mapping
from itertools import combinations

from bayes_ivig.engines import data_priors, propriety
from bayes_ivig.engines.contrast import Groups, solve
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError, ModelError, suggestion
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.results.contrast import Contrast

Names = str | Iterable[str]


def contrast(dataset: Dataset, by: str | Mapping[str, Names], model: Model | None = None) -> Contrast:
    """Return the mean effects of groups of trials and all their differences, exactly, with one tau for all groups.

    ``by`` names a column of the table, whose values make the groups in order of appearance, or maps names to trials (as
    ``Dataset.trials`` takes them). Trials in no group stay out. Every group's mean has the prior of mu, independently; the log
    Bayes factor weighs that against one mean. Raises ``DataError`` for fewer than two groups, for a trial in two, and for a
    group that says nothing; ``ModelError`` where a posterior does not exist. Shared heterogeneity is what Dias et al. 2013
    (Med Decis Making 33:618) use for subgroups of few trials.
    """
    model = model or Model()
    groups = _by_column(dataset, by) if isinstance(by, str) else _by_names(dataset, by)
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
        differences={(names[a], names[b]): solved.difference(a, b) for a, b in combinations(range(len(names)), 2)},
        log_bayes_factor=_log_bayes_factor(whole, model, solved),
        diagnostics=diagnostics,
    )


def _log_bayes_factor(whole: Dataset, model: Model, solved: Groups) -> float | None:
    """Log evidence of a mean for each group over that of one mean for all; None under an improper prior."""
    together = fit(whole, model).log_marginal_likelihood if model.mu.proper else None
    return None if together is None else solved.log_evidence - together


def _by_column(dataset: Dataset, column: str) -> dict[str, tuple[str, ...]]:
    """Group trials by the value of a column; those without one stay out."""
    columns = dict(dataset.columns)
    if column not in columns:
        listed = ", ".join(columns) or "none"
        raise DataError(f"{dataset.label}: no column {column!r}{suggestion(column, columns)}; there are {listed}")
    groups: dict[str, tuple[str, ...]] = {}
    for name, value in zip(dataset.study_names, columns[column], strict=True):
        if value.strip():
            groups[value] = (*groups.get(value, ()), name)
    return groups


def _by_names(dataset: Dataset, by: Mapping[str, Names]) -> dict[str, tuple[str, ...]]:
    """Resolve named groups; raises ``DataError`` for a trial that is in two of them."""
    if not isinstance(by, Mapping):
        raise DataError(f"contrast: by is {by!r}; give the name of a column, or a mapping of names to trials")
    groups = {str(name): dataset.trials(trials).study_names for name, trials in by.items()}
    twice = {name for one, other in combinations(groups.values(), 2) for name in one if name in other}
    if twice:
        raise DataError(f"{dataset.label}: contrast: {', '.join(sorted(twice))} in two groups; a trial belongs to one")
    return groups
