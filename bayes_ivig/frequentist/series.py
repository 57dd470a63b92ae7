"""The same analysis again and again: without each study, study by study, and with single outcomes changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from bayes_ivig.errors import DataError, ModelError, suggestion
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.frequentist.pooling import METHODS, pool
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import refuse_fractional
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.classical import Baujat, BaujatPoint, Fragility, Refit, Refits
from bayes_ivig.results.pooled import DEFAULT_METHOD, PooledEstimate, StudyEstimate

LONGEST = 500  # changes after which the search for a turn gives up

type Change = tuple[str, str, int]


class Options(TypedDict, total=False):
    """What ``pool`` takes besides the dataset and the method."""

    measure: str
    hartung_knapp: bool
    level: Level
    rules: Rules | None


@checked
def leave_one_out(dataset: Dataset, *, method: str = DEFAULT_METHOD, **options: Unpack[Options]) -> Refits:
    """Pool without each study in turn, in the order of the table; empty for a single study.
    Options as for ``pool``.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("my.csv")
    >>> [(each.study, round(each.pooled.ratio.estimate, 2)) for each in bi.classical.leave_one_out(data)]
    [('Adams 2011', 0.36), ('Baker 2013', 0.5), ('Chen 2016', 0.41), ('Diaz 2019', 0.25)]
    """
    if len(dataset) == 1:
        return Refits()
    return Refits(
        Refit(
            left,
            pool(_only(dataset, [n for n in dataset.study_names if n != left]), method=method, **options),
        )
        for left in dataset.study_names
    )


@checked
def cumulative(
    dataset: Dataset,
    *,
    method: str = DEFAULT_METHOD,
    order: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Refits:
    """Pool the first study, the first two, and so on, in the order of the table or of ``order``.

    Options as for ``pool``. Raises ``DataError`` where ``order`` names a study the table lacks, or one twice.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("my.csv")
    >>> [(each.study, round(each.pooled.ratio.estimate, 2)) for each in bi.classical.cumulative(data)]
    [('Adams 2011', 0.39), ('Baker 2013', 0.25), ('Chen 2016', 0.25), ('Diaz 2019', 0.37)]
    """
    names = tuple(order) if order is not None else dataset.study_names
    unknown = [name for name in names if name not in dataset.study_names]
    if unknown:
        hints = ", ".join(f"{name!r}{suggestion(name, dataset.study_names)}" for name in unknown)
        raise DataError(f"{dataset.label}: order names {hints}; not among the studies of the table")
    if len(set(names)) < len(names):
        raise DataError(f"{dataset.label}: order names a study twice")
    return Refits(
        Refit(name, pool(_only(dataset, names[: i + 1]), method=method, **options))
        for i, name in enumerate(names)
    )


@checked
def baujat(dataset: Dataset, *, method: str = "fixed", **options: Unpack[Options]) -> Baujat:
    """Return each study's part of Cochran's Q and its influence on the pooled effect (Baujat et al. 2002).

    With study effects y_i, variances v_i, pooled effect m and m_(i) without study i (ratios on the log
    scale), a study's part of Q is (y_i - m)^2 / (v_i + tau^2), its influence (m_(i) - m)^2 / Var(m_(i)).
    Under the common effect, ``"fixed"``, tau^2 is 0 and the parts add up to Q; of a random-effects method
    tau^2 is estimated anew without each study, and the first number is the squared Pearson residual: what
    ``baujat`` of metafor draws. ``method`` is one that weighs by inverse variances, options are those of
    ``pool``. Numbers of studies without an effect of their own are None. Raises ``ModelError`` for another
    method. (Baujat, Mahe, Pignon & Hill 2002, Stat Med 21:2641.)

    **example**

    >>> import bayes_ivig as bi
    >>> two = bi.Dataset((bi.Study("A", 4, 123, 11, 139), bi.Study("B", 6, 306, 29, 303)))
    >>> bi.classical.baujat(two).table().round(3)["q_contribution"].tolist()
    [0.592, 0.345]
    """
    if method in METHODS and METHODS[method].of_counts:
        inverse = ", ".join(name for name, entry in METHODS.items() if not entry.of_counts)
        raise ModelError(
            f"baujat: found method {method!r}, which does not weigh studies by inverse variances; "
            f"methods that do are {inverse}"
        )
    whole = pool(dataset, method=method, **options)
    without = {step.study: step.pooled for step in leave_one_out(dataset, method=method, **options)}
    return Baujat(whole, tuple(_baujat_point(each, whole, without.get(each.study)) for each in whole.studies))


def _baujat_point(study: StudyEstimate, whole: PooledEstimate, without: PooledEstimate | None) -> BaujatPoint:
    """Return one study's place, None for what does not exist."""
    if study.estimate is None or study.standard_error is None or whole.estimate is None:
        return BaujatPoint(study.study, None, None, None)
    part = (study.estimate - whole.estimate) ** 2 / (study.standard_error**2 + (whole.tau2 or 0.0))
    if without is None or without.estimate is None or not without.standard_error:
        return BaujatPoint(study.study, part, None, None)
    moved = ((without.estimate - whole.estimate) / without.standard_error) ** 2
    return BaujatPoint(study.study, part, moved, without.estimate)


@checked
def fragility(dataset: Dataset, *, method: str = "revman-random", **options: Unpack[Options]) -> Fragility:
    """Count the single-outcome changes that turn significance at ``level`` (Atal, Porcher,
    Boutron & Ravaud 2019).

    The search is greedy: at each step the one change in one arm of one study that moves the statistic
    furthest. A significant result is moved towards no effect, another towards an effect in either direction,
    whichever needs fewer. Options as for ``pool``.

    >>> import bayes_ivig as bi
    >>> bi.classical.fragility(bi.load_dataset("my.csv"))
    Fragility: significant; 5 moved events turn it
    """
    refuse_fractional(dataset, "fragility", "which moves whole people")
    start = pool(dataset, method=method, **options)
    if start.p_value is None or start.estimate is None:
        return Fragility(False, None, (), start)
    significant = _significant(start)
    signs = (-1 if start.estimate > 0 else 1,) if significant else (1, -1)
    walks = [_walk(dataset, start, sign, method, options) for sign in signs]
    return min(walks, key=lambda end: end.index if end.index is not None else LONGEST + 1)


def _walk(dataset: Dataset, start: PooledEstimate, sign: int, method: str, options: Options) -> Fragility:
    """Change outcomes one by one so that the statistic moves in the direction of ``sign``."""
    significant, pooled = _significant(start), start
    changes: list[Change] = []
    while len(changes) < LONGEST:
        tried = [
            (pool(table, method=method, **options), change, table)
            for change, table in _neighbours(dataset, sign)
        ]
        usable = [item for item in tried if item[0].p_value is not None]
        if not usable:
            break
        pooled, change, dataset = max(usable, key=lambda item: settled_one(sign * _statistic(item[0])))
        changes.append(change)
        if _significant(pooled) != significant:
            return Fragility(significant, len(changes), tuple(changes), pooled)
    return Fragility(significant, None, tuple(changes), pooled)


def _neighbours(dataset: Dataset, sign: int) -> Iterator[tuple[Change, Dataset]]:
    """Yield every table with one outcome changed in the direction of ``sign``."""
    for i, study in enumerate(dataset.studies):
        r1, n1, r0, n0 = study.counts
        options = (("treatment", sign, (r1 + sign, n1, r0, n0)), ("control", -sign, (r1, n1, r0 - sign, n0)))
        for arm, step, counts in options:
            if 0 <= counts[0] <= n1 and 0 <= counts[2] <= n0 and study.estimable:
                studies = (*dataset.studies[:i], study.counting(*counts), *dataset.studies[i + 1 :])
                yield (study.name, arm, step), replace(dataset, studies=studies)


def _statistic(pooled: PooledEstimate) -> float:
    return (pooled.estimate or 0.0) / (pooled.standard_error or 1.0)


def _significant(pooled: PooledEstimate) -> bool:
    return pooled.p_value is not None and pooled.p_value < 1 - pooled.level


def _only(dataset: Dataset, names: Sequence[str]) -> Dataset:
    """Return the dataset with these studies only, in the order of the table."""
    return replace(
        dataset, studies=tuple(study for study in dataset.studies if study.name in names), columns=()
    )
