"""``by_comparison``: what the treatment was compared with, one question and one fit each, and how far the
answers differ under one between-study SD.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from bayes_ivig.analyses.reanalysis.trial_set import trial_set
from bayes_ivig.analyses.trials.classes import APART, INDEPENDENT, contrast
from bayes_ivig.analyses.trials.subsets import surface_model
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.comparisons.groups import Compared, ComparisonGroup
from bayes_ivig.inputs.comparisons.phrases import joined
from bayes_ivig.inputs.comparisons.stated import COLUMN
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.scale import on_measure
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.comparisons.by_comparison import ByComparison, ComparisonContrast, ComparisonResult

SIDES = ("of", "against")
MOST_PAIRED = 4  # comparisons up to which all pairs are set against each other

type Groups = tuple[ComparisonGroup, ...]
type Refused = list[tuple[str, str]]


@checked
def by_comparison(dataset: Dataset, model: TwoArm | None = None) -> ByComparison:
    """Return the answer by what the treatment was compared with: every comparison by itself, then their
    contrasts.

    The groups are those of ``dataset.comparisons``: a column ``comparison`` of the table, or what its sidecar
    states. Each is fitted by itself, with a tau of its own, and pooled again. Contrasts are those of the
    sidecar, each again without the trials that it names; where it states none, all pairs, or of more than
    four comparisons each against the one with most trials. They have one tau for all and are given for two
    priors of the difference: independent means, and ``student_t(4, 0, 0.5)``, as for ``contrast``. Trials
    that compare nothing are in no group. Raises ``DataError`` where nothing is said of the comparisons, or
    none of them tells anything.

    >>> import bayes_ivig as bi
    >>> studies = bi.load_dataset("my.csv").studies
    >>> column = ("comparison", ("placebo", "placebo", "usual care", "usual care"))
    >>> bi.trials.by_comparison(bi.Dataset(studies, columns=(column,)))
    ByComparison(k=4): against placebo OR 0.25 (0.0949 to 0.66); against usual care OR 0.55 (0.19 to 1.35)
    """
    model = surface_model(two_arm_of(model))
    found = dataset.comparisons
    if found is None:
        raise DataError(
            f"{dataset.label}: nothing says what the treatment was compared with; give the table a column "
            f"{COLUMN}, or name another one in the table [comparisons] of its sidecar"
        )
    told = _telling(dataset, model)
    silent = tuple(group for group in found.groups if not told.intersection(group.trials))
    telling = tuple(group for group in found.groups if group not in silent)
    refused: Refused = []
    results = tuple(_results(dataset, model, telling, refused))
    if not results:
        said = "; ".join(f"{phrase}: {why}" for phrase, why in refused)
        raise DataError(
            f"{dataset.label}: no comparison that tells anything{f': {said}' if said else ''}; there are "
            f"{', '.join(group.phrase for group in found.groups) or 'none'}"
        )
    fitted = {each.key for each in results}
    groups = tuple(group for group in telling if group.key in fitted)
    pairs = not found.contrasts
    contrasts = tuple(
        _pairs(dataset, model, groups, refused)
        if pairs
        else _stated(dataset, model, (found, groups), refused)
    )
    return ByComparison(
        results,
        contrasts,
        found.nothing,
        found.unstated,
        silent,
        tuple(refused),
        found.column,
        found.column in dataset.about.stated_before,
        dataset=dataset,
    )


def comparisons_of(dataset: Dataset, model: Model) -> ByComparison | None:
    """Return the answer by comparison for a report; None where there is none."""
    try:
        return by_comparison(dataset, model) if dataset.comparisons else None
    except DataError:  # none tells anything
        return None


def _telling(dataset: Dataset, model: Model) -> set[str]:
    """Return the trials that the likelihood uses and that can tell the arms apart."""
    used = informative(dataset, on_measure(dataset, model))
    return {study.name for study in used if study.informative}


def _results(dataset: Dataset, model: Model, groups: Groups, refused: Refused) -> Iterator[ComparisonResult]:
    """Give the fit of every group; one that does not exist is refused."""
    for group in groups:
        try:
            result = trial_set(group.key, _part(dataset, group), model)
        except ModelError as error:
            refused.append((group.phrase, str(error)))
        else:
            yield ComparisonResult(group.key, group.phrase, group.people, group.note, result)


def _part(dataset: Dataset, group: ComparisonGroup) -> Dataset:
    """Return the trials of a group, under its own name where that selects it."""
    selectable = group.key in dataset.comparison_sets
    return dataset.trials(group.key if selectable else list(group.trials))


def _stated(
    dataset: Dataset, model: Model, found: tuple[Compared, Groups], refused: Refused
) -> Iterator[ComparisonContrast]:
    """Give the contrasts that are stated, each with all trials and then without some, as far as both sides
    tell something.
    """
    compared, groups = found
    told = _telling(dataset, model)
    for stated in compared.contrasts:
        of, against = (
            tuple(group for group in groups if group.key in keys) for keys in (stated.of, stated.against)
        )
        if not of or not against:
            continue
        whole = len(of) == len(stated.of) and len(against) == len(stated.against)
        made = _between(stated.key, of, against, stated.title if whole else "")
        there = {name for group in (*of, *against) for name in group.trials}
        for left_out in ((), *stated.without):
            dropped = tuple(name for name in left_out if name in there)
            sides = {side: _kept(part, dropped) for side, part in zip(SIDES, (of, against), strict=True)}
            if all(told.intersection(part) for part in sides.values()) and (dropped or not left_out):
                both = _both(dataset, model, sides, (made["title"], refused))
                yield from (
                    ComparisonContrast(**made, left_out=dropped, sides=SIDES, **each) for each in both
                )


def _between(key: str, of: Groups, against: Groups, title: str = "") -> dict[str, Any]:
    """Return what a contrast says of its two sides."""
    phrases = [joined([group.phrase for group in side]) for side in (of, against)]
    return {
        "key": key,
        "title": title or f"{phrases[0]}, set against {phrases[1].removeprefix('against ')}",
        "of": tuple(group.key for group in of),
        "against": tuple(group.key for group in against),
        "of_phrase": phrases[0],
        "against_phrase": phrases[1],
    }


def _kept(side: Groups, left_out: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for group in side for name in group.trials if name not in left_out)


def _both(
    dataset: Dataset, model: Model, groups: dict[str, tuple[str, ...]], said: tuple[str, Refused]
) -> list[dict[str, Any]]:
    """Return the contrast under both priors of the difference, or nothing where it does not exist."""
    title, refused = said
    try:
        return [
            {
                "shrinking": contrast(dataset, groups, model, difference=APART),
                "independent": contrast(dataset, groups, model, difference=INDEPENDENT),
            }
        ]
    except (DataError, ModelError) as error:
        refused.append((title, str(error)))
        return []


def _pairs(dataset: Dataset, model: Model, groups: Groups, refused: Refused) -> Iterator[ComparisonContrast]:
    """Give all pairs of groups under one tau for all, or of many each against the one with most trials."""
    if len(groups) < 2:
        return
    most = max(groups, key=lambda group: len(group.trials))
    named = {group.key: group.trials for group in groups}
    for each in _both(dataset, model, named, ("all pairs", refused)):
        for a, b in combinations(groups, 2):
            if len(groups) <= MOST_PAIRED or most in (a, b):
                made = _between(f"{a.key}, {b.key}", (a,), (b,))
                yield ComparisonContrast(**made, left_out=(), sides=(a.key, b.key), **each)
