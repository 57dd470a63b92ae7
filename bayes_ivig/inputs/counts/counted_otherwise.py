"""A table counted another way, as an alternative of its sidecar states it."""

from dataclasses import replace

from bayes_ivig.errors import DataError, quoted, suggestion
from bayes_ivig.inputs.counts.alternatives import Alternative
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.table import report
from bayes_ivig.kinds.checked import checked


@checked
def with_alternative(dataset: Dataset, alternative: str | Alternative) -> Dataset:
    """Return the dataset with the counts of an alternative, by its name in the sidecar or as an object.

    Studies that the dataset does not hold (a trial set) are passed over.
    Raises ``DataError`` for an unknown name.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> name = live.about.alternatives[0].name
    >>> other = bi.with_alternative(live, name)
    >>> name, [a.name for a, b in zip(live.studies, other.studies) if a != b]
    ('yamada_all_randomised', ['Yamada 2022'])
    """
    chosen = _named(dataset, alternative) if isinstance(alternative, str) else alternative
    counts = dict(chosen.counts)
    kept = [i for i, study in enumerate(dataset.studies) if study.name not in chosen.drop]
    if not kept:
        raise DataError(f"{dataset.label}: alternative {quoted(chosen.name)} drops every study")
    studies = [dataset.studies[i] for i in kept]
    columns = tuple((name, tuple(values[i] for i in kept)) for name, values in dataset.columns)
    changed = tuple(study.counting(*counts.get(study.name, study.counts)) for study in studies)
    return replace(
        dataset, studies=changed, columns=columns, selection=f"{dataset.selection}, {chosen.label}"
    )


def _named(dataset: Dataset, name: str) -> Alternative:
    known = {each.name: each for each in dataset.about.alternatives}
    if name not in known:
        raise DataError(
            f"{dataset.label}: no alternative {quoted(name)}{suggestion(name, known)}; there are "
            f"{', '.join(known) or 'none'}"
        )
    return known[name]


def check_alternatives(dataset: Dataset) -> None:
    """Raise one ``DataError`` for every study that an alternative names and the table does not have."""
    problems = [
        f"{dataset.label}: alternative {quoted(each.name)} names "
        f"{quoted(study)}{suggestion(study, dataset.study_names)}, not in the table"
        for each in dataset.about.alternatives
        for study in each.studies
        if study not in dataset.study_names
    ]
    report(problems, dataset.label)
