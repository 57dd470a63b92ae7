"""``contrast``: do groups of trials differ in their effect, given one between-study SD for all?"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Annotated

import numpy as np

from bayes_ivig.analyses.trials.subsets import LEVEL, of_rows, surface_model
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.further.contrast import Differences, Groups, solve
from bayes_ivig.engines.further.exchangeable import Exchangeable
from bayes_ivig.engines.grid import data_priors, propriety
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.characteristics.classes import classes
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import Normal, StudentT
from bayes_ivig.priors.parsing import PriorLike, parse_prior
from bayes_ivig.results.posterior.contrast import ByClass, Contrast

if TYPE_CHECKING:
    import pandas as pd

Names = str | Iterable[str]

# as for a coefficient of a meta-regression: a ratio of odds ratios within 1/4 and 4 (95%)
APART = "student_t(4, 0, 0.5)"
INDEPENDENT = "independent"
LEAST = 0.1  # scale of a prior of differences: a smaller one says that the classes do not differ


@checked
def contrast(
    dataset: Dataset,
    by: Annotated[str | Mapping[str, Names], "the name of a column or a dict of study names by group"],
    model: TwoArm | None = None,
    *,
    difference: PriorLike = APART,
    stated_before: bool | None = None,
) -> Contrast:
    """Return the mean effects of groups of trials and all their differences, exactly,
    with one tau for all groups.

    ``by`` names a column of the table, or of the characteristics that go with a bundled one, whose values
    make the groups in order of appearance (``"COLUMN >= NUMBER"`` cuts a column of numbers in two), or maps
    names to trials (as ``Dataset.trials`` takes them). Trials in no group stay out (``aside``).
    The groups' means vary around one centre, which has the prior of mu, and every difference of two of them
    has the prior ``difference``: normal or Student-t around 0, so that no group is the reference, or
    ``"independent"``, each with the prior of mu by itself. The log Bayes factor weighs that against one mean.
    ``stated_before`` says that the comparison was stated before the results were known; unless given the
    sidecar's ``stated_before`` tells by column, and what nobody states is post hoc. Raises ``DataError`` for
    fewer than two groups, for a trial in two, and for a group that says nothing; ``ModelError`` where a
    posterior does not exist, and for another prior of differences. Shared heterogeneity is what Dias et al.
    2013 (Med Decis Making 33:618) use for subgroups of few trials.

    >>> import bayes_ivig as bi
    >>> groups = {"old": ["Adams 2011", "Baker 2013"], "new": ["Chen 2016", "Diaz 2019"]}
    >>> found = bi.trials.contrast(bi.load_dataset("my.csv"), groups)
    >>> [round(limit, 2) for limit in found.ratio("old", "new").interval()]
    [0.27, 1.7]
    """
    model, apart = two_arm_of(model), prior_of_differences(difference)
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
    solved, diagnostics = solve(parts, model, apart)
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
        apart=apart,
        stated_before=_stated(dataset, by) if stated_before is None else stated_before,
        aside=tuple(name for name in dataset.study_names if name not in kept),
    )


def prior_of_differences(stated: PriorLike) -> Prior | None:
    """Return the prior of a difference of two means, None for independent means;
    raises ``ModelError`` for one that cannot be.
    """
    if stated == INDEPENDENT:
        return None
    prior = parse_prior(stated) if isinstance(stated, str) else stated
    if (
        not isinstance(prior, Normal | StudentT)
        or getattr(prior, "mean", getattr(prior, "location", 0.0)) != 0
    ):
        raise ModelError(
            f"difference: found {prior}; it must be normal(0, SD) or student_t(DF, 0, SCALE), around 0 so "
            f"that no class is the reference, or {INDEPENDENT!r}"
        )
    if (prior.sd if isinstance(prior, Normal) else prior.scale) < LEAST:
        raise ModelError(
            f"difference: {prior} is narrower than {LEAST:g}, which says that the classes do not differ; "
            "fit all trials together"
        )
    return prior


def _stated(dataset: Dataset, by: str | Mapping[str, Names]) -> bool:
    """Whether the description of the data says that a column's comparison was stated before the results were
    known.
    """
    return isinstance(by, str) and (
        by in dataset.about.stated_before or by.partition(" >= ")[0] in dataset.about.stated_before
    )


@checked
def by_class(
    dataset: Dataset,
    column: str,
    model: TwoArm | None = None,
    *,
    difference: PriorLike = APART,
    level: Level = LEVEL,
) -> ByClass:
    """Return the classes that a column makes of the trials:
    each by itself, and their differences under one tau.

    ``column`` and ``difference`` are as ``contrast`` takes them. A class by itself has a tau of its own;
    differences are logs of ratios of odds ratios. Trials without a value, and classes that say nothing under
    the likelihood, stay aside. ``level`` is that of limits in tables. Raises ``DataError`` for fewer than two
    classes, ``ModelError`` where a posterior does not exist.

    >>> import bayes_ivig as bi
    >>> frame = bi.load_dataset("my.csv").to_dataframe().assign(drug=["A", "A", "B", "B"])
    >>> bi.trials.by_class(bi.Dataset.from_dataframe(frame), "drug")
    ByClass(DataFrame, k=4): A / B, ratio of odds ratios 0.71 (0.27 to 1.70)
    """
    model = surface_model(two_arm_of(model))
    groups = telling_classes(dataset, column, model)
    inside = np.array([[float(name in trials) for name in dataset.study_names] for trials in groups.values()])
    return class_results(dataset, column, model, of_rows(dataset, model, inside, level=level), difference)


def telling_classes(dataset: Dataset, column: str, model: Model) -> dict[str, tuple[str, ...]]:
    """Return the classes of a column of which a trial carries information;
    raises ``DataError`` for fewer than two.
    """
    telling = {study.name for study in informative(dataset, model)}
    groups = {
        name: trials for name, trials in classes(dataset, column).items() if telling.intersection(trials)
    }
    if len(groups) < 2:
        labels = ", ".join(f"{name!r}" for name in groups) or "none"
        raise DataError(
            f"{dataset.label}: column {column}: needs two classes of trials that say something, "
            f"found {labels}"
        )
    return groups


def class_results(
    dataset: Dataset, column: str, model: Model, alone: "pd.DataFrame", difference: PriorLike = APART
) -> ByClass:
    """Return the classes by ``telling_classes``, given the rows of ``subsets`` of each by itself."""
    groups = telling_classes(dataset, column, model)
    aside = tuple(
        name for name in dataset.study_names if not any(name in trials for trials in groups.values())
    )
    before = _stated(dataset, column)
    differences = contrast(dataset, groups, model, difference=difference, stated_before=before)
    wide = contrast(dataset, groups, model, difference=INDEPENDENT, stated_before=before)
    return ByClass(
        column,
        alone,
        differences,
        aside,
        wide,
        str(differences.apart or INDEPENDENT),
        before,
        dataset=dataset,
    )


def _log_bayes_factor(whole: Dataset, model: Model, solved: Groups | Exchangeable) -> float | None:
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
        raise DataError(
            f"{dataset.label}: contrast: {', '.join(sorted(twice))} in two groups; a trial belongs to one"
        )
    return groups
