"""The trial sets of a specification curve, and which question each asks."""

from collections.abc import Sequence

from bayes_ivig.inputs.comparisons.groups import ComparisonGroup
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.selection import Selection
from bayes_ivig.results.specification.curve import SpecifiedSet


def sets_of(dataset: Dataset, selections: Sequence[Selection | None] | None) -> list[SpecifiedSet]:
    """Return the sets to be compared: all named ones and all comparisons unless some are chosen, each once by
    its trials, those that ask several questions first, then by comparison.
    """
    stated = dataset.comparisons
    groups = stated.groups if stated else ()
    if selections is None:
        named = {**dataset.trial_sets, **dataset.comparison_sets}
    else:
        chosen = [dataset if each is None else dataset.trials(each) for each in selections]
        named = {each.selection: each.study_names for each in chosen}
    found: dict[frozenset[str], SpecifiedSet] = {}
    for name, members in named.items():
        trials = tuple(study for study in dataset.study_names if study in members)
        group = next((each for each in groups if set(trials) <= set(each.trials)), None)
        asked = (group.key, _phrase(group, groups), set(trials) == set(group.trials)) if group else ()
        each = SpecifiedSet(name, trials, *asked)
        found.setdefault(frozenset(trials), each)
    order = {key: i for i, key in enumerate(("", *(group.key for group in groups)))}
    return sorted(found.values(), key=lambda each: order[each.question])


def _phrase(group: ComparisonGroup, groups: Sequence[ComparisonGroup]) -> str:
    """Return what a comparison is called, with its people where another one is called so, or begins so."""
    alike = [each for each in groups if each.phrase.startswith(group.phrase)]
    return f"{group.phrase} ({group.people})" if group.people and len(alike) > 1 else group.phrase
