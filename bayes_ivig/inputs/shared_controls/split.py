"""A table without shared control arms: they are split between the comparisons, or treatment arms are
combined.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bayes_ivig.errors import DataError, listed, quoted, report_all
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.statuses import COLUMNS as STATUSES
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.shared_controls.adding import added
from bayes_ivig.inputs.shared_controls.dividing import divided
from bayes_ivig.inputs.shared_controls.groups import OF_MEANS, Shared, Trials, arm_of, none_found, shared_of
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import measure_of

type Rule = Literal["split", "combine"]


@checked
def split_shared_controls(dataset: Dataset, rule: Rule, *, trials: Trials | None = None) -> Dataset:
    """Return the table with every control arm that stands in several rows of one trial counted once.

    ``"split"`` divides it by the number of rows (Cochrane Handbook 23.3.4), into effective counts where it
    does not divide; ``"combine"`` makes one row of them, their treatment arms added (means by table 6.5.a).
    Split rows still count as independent: combining is exact, and loses the comparison of the arms.

    ``trials`` states which rows are of one trial, by the name of the trial, or names the column that says so.
    Else a column ``trial`` or ``shared_control`` does, or rows of one author and year with the same control
    arm are. Shared treatment arms are not treated. Raises ``DataError`` where no row is recognised, with
    candidates, and for rows of which only an estimate is known.

    >>> import bayes_ivig as bi
    >>> rows = bi.Dataset((bi.Study("A 2000a", 5, 20, 10, 40), bi.Study("A 2000b", 7, 25, 10, 40)))
    >>> [study.control_total for study in bi.split_shared_controls(rows, "split").studies]
    [20, 20]
    """
    done = dataset.about.shared_control
    if done:
        raise DataError(f"{dataset.label}: its shared control arms are treated already: {done}")
    shared = shared_of(dataset, trials)
    if not shared:
        raise none_found(dataset)
    problems = [line for each in shared for line in _unfit(dataset, each, rule)]
    report_all([f"{dataset.label}: {line}" for line in problems], DataError)
    return _split(dataset, shared) if rule == "split" else _combined(dataset, shared)


def _split(dataset: Dataset, shared: Sequence[Shared]) -> Dataset:
    measure, studies = measure_of(dataset.measure), list(dataset.studies)
    for each in shared:
        for i in each.places:
            studies[i] = divided(studies[i], len(each.places), measure)
    said = "; ".join(f"divided by {len(each.places)} in {_names(dataset, each)}" for each in shared)
    return replace(dataset, studies=tuple(studies), about=replace(dataset.about, shared_control=said))


def _combined(dataset: Dataset, shared: Sequence[Shared]) -> Dataset:
    measure, names = measure_of(dataset.measure), _called(dataset, shared)
    first = {each.places[0]: (each, name) for each, name in zip(shared, names, strict=True)}
    gone = {i for each in shared for i in each.places[1:]}
    kept = [i for i in range(len(dataset)) if i not in gone]
    studies = tuple(
        added([dataset.studies[j] for j in first[i][0].places], first[i][1], measure)
        if i in first
        else dataset.studies[i]
        for i in kept
    )
    columns = tuple(
        (column, tuple(_joined(cells, first[i][0].places) if i in first else cells[i] for i in kept))
        for column, cells in dataset.columns
    )
    said = "; ".join(
        f"treatment arms of {_names(dataset, each)} added into {name}"
        for each, name in zip(shared, names, strict=True)
    )
    new = {
        dataset.study_names[i]: name for each, name in zip(shared, names, strict=True) for i in each.places
    }
    sets = tuple(
        (label, tuple(dict.fromkeys(new.get(name, name) for name in members)))
        for label, members in dataset.about.trial_sets
    )
    about = replace(dataset.about, shared_control=said, trial_sets=sets)
    return replace(dataset, studies=studies, columns=columns, about=about)


def _called(dataset: Dataset, shared: Sequence[Shared]) -> tuple[str, ...]:
    """Return names of rows that are made, which differ from all others: the names of the old ones together
    where author and year are not enough.
    """
    gone = {i for each in shared for i in each.places}
    taken = Counter(each.name for each in shared)
    taken.update(name for i, name in enumerate(dataset.study_names) if i not in gone)
    return tuple(
        each.name if each.given or taken[each.name] == 1 else " + ".join(sorted(_rows(dataset, each)))
        for each in shared
    )


def _joined(cells: Sequence[str], places: Sequence[int]) -> str:
    return "; ".join(sorted({cells[i] for i in places} - {""}))


def _rows(dataset: Dataset, each: Shared) -> list[str]:
    return [dataset.study_names[i] for i in each.places]


def _names(dataset: Dataset, each: Shared) -> str:
    return " and ".join(sorted(_rows(dataset, each)))


def _unfit(dataset: Dataset, each: Shared, rule: str) -> list[str]:
    """Return why the rows of one trial cannot be treated."""
    rows = [dataset.studies[i] for i in each.places]
    where = listed([quoted(study.name) for study in rows])
    problems = [
        f"{study.name}: {_why(study)}"
        for study in rows
        if isinstance(study, Estimate) and arm_of(study, "control") is None
    ]
    if problems:
        return problems
    arms = {study.name: arm_of(study, "control") for study in rows}
    if len(set(arms.values())) > 1 or len({type(study) for study in rows}) > 1:
        return [
            f"{where}: their control arms differ, so they are not shared, or were split already; leave these "
            "rows out of trials, or correct the arms"
        ]
    problems += [
        f"{study.name}: stated degrees of freedom ({df}) do not hold for other numbers of people; state "
        "welch or pooled, or leave them out"
        for study in rows
        if isinstance(study, Estimate)
        for df in [dict(study.given).get("df", "pooled").lower()]
        if df not in ("welch", "pooled")
    ]
    names = {study.name for study in rows}
    problems += [
        f"{where}: the sidecar states other counts of them ({quoted(other.name)}), which would not be split; "
        "take that alternative out"
        for other in dataset.about.alternatives
        if names & set(other.studies)
    ]
    return problems + (_apart(dataset, each, where) if rule == "combine" else _too_few(rows, where))


def _too_few(rows: Sequence[AnyStudy], where: str) -> list[str]:
    """Return that a control arm has too few people to be divided."""
    people = [study.control_total for study in rows if isinstance(study, Study) and study.of_people]
    if not people or people[0] / len(rows) >= max(1.0, *(study.design_effect for study in rows)):
        return []
    return [
        f"{where}: a control arm of {people[0]:g} divided by {len(rows)} leaves less than one person in each "
        "row; combine the rows instead"
    ]


def _why(study: Estimate) -> str:
    if study.how in OF_MEANS:
        return "it has counts beside means; keep one of them"
    return (
        "it is known by its estimate only, which cannot be taken apart into arms; give counts, or means, "
        "standard deviations and people of both arms, or keep one row of the trial"
    )


def _apart(dataset: Dataset, each: Shared, where: str) -> list[str]:
    """Return what rows that are to become one row disagree about."""
    rows, names = [dataset.studies[i] for i in each.places], set(_rows(dataset, each))
    problems = []
    if len({(study.design_effect, study.design_effect_sd) for study in rows}) > 1:
        problems.append(f"{where}: their design effects differ; one row has one of them")
    if len({study.of_rates for study in rows}) > 1 or len({study.of_people for study in rows}) > 1:
        problems.append(f"{where}: person-time or totals are known of some of them only")
    if len({dict(getattr(study, "given", ())).get("df", "") for study in rows}) > 1:
        problems.append(f"{where}: their degrees of freedom are stated in different ways")
    columns: Mapping[str, Sequence[str]] = dict(dataset.columns)
    problems += [
        f"{where}: column {column}: {_joined(columns[column], each.places)}; one row has one status"
        for column in STATUSES
        if column in columns and len({columns[column][i] for i in each.places}) > 1
    ]
    return problems + [
        f"{where}: trial set {quoted(label)} holds some of them only; combine after choosing the trials, or "
        "name all or none of them there"
        for label, members in dataset.about.trial_sets
        if 0 < len(names & set(members)) < len(names)
    ]
