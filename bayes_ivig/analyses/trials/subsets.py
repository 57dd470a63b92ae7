"""``subsets``: every choice of trials, exactly, and what each would have been reported as (Bayesian GOSH)."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.analyses import baseline_columns
from bayes_ivig.analyses.trials.pooled_estimates import pooled_estimates, z_of
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Questions
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.errors import DataError, ModelError, magnitude
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import revman
from bayes_ivig.formulas.ties import settled
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.scale import measure_in_force, on_measure
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.priors.composite import waits
from bayes_ivig.results.posterior_tables import Standing
from bayes_ivig.results.thresholds import convincing_above, convincing_below, significant

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]
type Progress = Callable[[int], None]

MOST = 200_000  # subsets: 17 trials, and some minutes
MOST_CELLS = 50_000_000  # subsets times trials: some minutes, and 400 MB
JOIN = "; "
# relative differences that are noise: equal trials make equal odds ratios
POOLED_TIE, MEDIAN_TIE = 1e-9, 1e-4
LARGEST_ERROR = 1e-3  # posterior SDs
MOST_AGAIN, MOST_TRIALS_AGAIN = 500, 20_000  # rows, and trials of all rows: some seconds to a minute
ROWS_AT_ONCE = 4_000_000  # subsets times trials that are pooled at once
LEVEL = 0.95


@checked
def subsets(
    dataset: Dataset,
    model: TwoArm | None = None,
    *,
    size: int | None = None,
    level: Level = LEVEL,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Return the posterior and the classical result of every non-empty subset of the trials,
    or of those of one ``size``.

    Columns: ``trials`` (names joined by ``"; "``, in the order of the dataset), ``k`` (trials that the
    likelihood uses) and ``k_informative`` (those that can tell the arms apart: without one nothing is
    learnt); ``or_median, or_lower, or_upper`` with the ``level`` of all limits, ``prob_or_gt_1``,
    ``tau_median``; ``pooled_or, pooled_ci_lower, pooled_ci_upper``, its P-value, and I squared in percent, as
    Review Manager 5 computes them (``pool(..., method="revman-random")``); ``prob_or_gt_1_tight_baseline``,
    P(OR > 1) under the baseline prior normal(0, 2.5) where the likelihood has one and there are at most 5,000
    subsets; and ``numerical_error``, a bound in posterior SDs. Smaller subsets come first. NaN where a subset
    cannot be estimated, or has no posterior under an improper prior. ``progress`` is told how many are done.

    Raises ``DataError`` for more than 200,000 subsets, or none of that size; ``ModelError`` where none has a
    posterior. Their graph: Olkin, Dahabreh & Trikalinos 2012 (Res Synth Methods 3:214).

    >>> import bayes_ivig as bi
    >>> table = bi.trials.subsets(bi.load_dataset("my.csv"), size=3)
    >>> table["or_median"].round(2).tolist()
    [0.25, 0.41, 0.51, 0.37]
    """
    model = surface_model(two_arm_of(model))
    if twice := ambiguous(dataset.study_names):
        raise DataError(
            f"{dataset.label}: trial {twice!r} is also a part of another name, so lists of trials, which "
            f"{JOIN!r} divides, could mean either; rename one"
        )
    return of_rows(dataset, model, inclusion(dataset, size), progress, level)


def ambiguous(names: Sequence[str]) -> str:
    """Return the first trial whose name a list could also take for a part of another trial's name;
    empty where none is.
    """
    parts = {
        "; ".join(each[i:j])
        for each in (n.split(JOIN) for n in names if JOIN in n)
        for i, j in _spans(len(each))
    }
    return next((name for name in names if name in parts), "")


def _spans(size: int) -> list[tuple[int, int]]:
    """All runs of so many pieces but the whole."""
    return [(i, j) for i in range(size) for j in range(i + 1, size + 1) if j - i < size]


def of_rows(
    dataset: Dataset, model: Model, inside: Array, progress: Progress | None = None, level: float = LEVEL
) -> "pd.DataFrame":
    """Return the rows of ``subsets`` for any subsets, given as rows of 0 and 1, shape (N, studies)."""
    import pandas as pd

    answers = bulk.over_weights(dataset, model, inside, _asked(level), progress)
    settled = on_measure(dataset, model)
    known = np.isin(dataset.study_names, [study.name for study in informative(dataset, settled)])
    telling = known & np.array([study.informative for study in dataset.studies])
    names = dataset.study_names
    table: dict[str, object] = {
        "trials": [JOIN.join(itertools.compress(names, row)) for row in inside],
        "k": (inside[:, known] > 0).sum(axis=1),
        "k_informative": (inside[:, telling] > 0).sum(axis=1),
    }
    measure = measure_in_force(dataset, model)
    columns = measure.columns
    table |= columns.of(measure.own_values(answers.mu), level)
    table |= {columns.above: answers.above[:, 0], "tau_median": answers.tau[:, 0]}
    table |= pooled(dataset, inside, level)
    table |= {columns.tight: baseline_columns.over_subsets(dataset, model, inside)}
    frame = pd.DataFrame(table | {"numerical_error": np.maximum(answers.error, answers.beyond)})
    _fit_anew(frame, dataset, model, inside)
    frame.attrs = {"studies": names, "dataset": dataset.label}
    return frame


def _asked(level: float) -> Questions:
    return Questions() if level == LEVEL else Questions(mu=((1 - level) / 2, 0.5, (1 + level) / 2))


def _fit_anew(frame: "pd.DataFrame", dataset: Dataset, model: Model, inside: Array) -> None:
    """Fit the few rows whose stated error is too large one by one:
    their bounds are then those of a grid of their own.
    """
    again = np.flatnonzero(frame["numerical_error"].to_numpy() > LARGEST_ERROR)
    if again.size > MOST_AGAIN or again.size * len(dataset) > MOST_TRIALS_AGAIN or waits(model.tau):
        return
    names, level = np.array(dataset.study_names, object), float(frame["level"].iloc[0])
    ends = [0.5, 0.025, 0.975] if level == LEVEL else [0.5, (1 - level) / 2, (1 + level) / 2]
    for row in again:
        posterior = fit(dataset.trials([str(name) for name in names[inside[row] > 0]]), model)
        numbers = dict(posterior.diagnostics.numbers)
        mu = posterior["mu"]
        columns = [*posterior.measure.columns[:4], "tau_median", "numerical_error"]
        effects = posterior.measure.own_values(np.asarray(mu.quantile(ends)))
        spread = float(posterior["tau"].quantile(0.5))
        error = max(numbers["error.mu"], numbers.get("error.tau", 0.0))
        frame.loc[row, columns] = [*effects, float(mu.prob_above(0.0)), spread, error]


def surface_model(model: object) -> Model:
    """Return the model if it is one whose subsets can be fitted exactly; raises ``ModelError``."""
    if isinstance(model, Model):
        return model
    raise ModelError(
        f"subsets: found a {type(model).__name__}; every subset is fitted exactly, which takes a model of "
        "two arms with independent baselines, such as binomial_normal"
    )


def pooled(dataset: Dataset, inside: Array, level: float = LEVEL) -> dict[str, Array]:
    """Return Review Manager's random-effects odds ratios of subsets given as rows of 0
    and 1, shape (N, studies).

    Of another measure, and where trials are known by estimates, by inverse variance and the heterogeneity
    of DerSimonian & Laird 1986. Keys ``pooled_or`` (``pooled_rr`` and so on), ``pooled_ci_lower``,
    ``pooled_ci_upper``, ``pooled_p`` and ``i2`` (percent), each of shape (N,).
    """
    if measure_in_force(dataset).code != "OR" or dataset.estimated:
        return pooled_estimates(dataset, inside, level)
    if len(inside) > (most := max(1, ROWS_AT_ONCE // len(dataset))):
        parts = [
            pooled(dataset, inside[start : start + most], level) for start in range(0, len(inside), most)
        ]
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    designs = np.array([study.design_effect for study in dataset.studies])
    cells = es.to_cells(*(np.array([study.counts for study in dataset.studies], float).T / designs))
    keep = revman.estimable(cells)
    numbers = revman.pooled_from_sums(revman.study_terms(cells) @ inside.T, inside @ keep)
    own = es.keep_studies(cells, keep)
    y, v = es.leave_out(es.log_odds_ratio(es.add_to_cells(own, keep & es.has_zero_cell(own))), keep)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = inside / (v + numbers["tau2"][:, None])
        total = weights.sum(axis=1)
        estimate, error = (weights @ y) / total, 1 / np.sqrt(total)
    estimate, z = np.where(total > 0, estimate, np.nan), z_of(level)
    return {
        "pooled_or": np.exp(estimate),
        "pooled_ci_lower": np.exp(estimate - z * error),
        "pooled_ci_upper": np.exp(estimate + z * error),
        "pooled_p": 2 * special.ndtr(-np.abs(estimate / error)),
        "i2": numbers["i2"],
    }


@checked
def leave_k_out(frame: "pd.DataFrame", k: int) -> "pd.DataFrame":
    """Return the rows of ``subsets`` that leave out k trials, their names in a first column ``left_out``.

    ``frame`` comes from ``subsets``, of all sizes or of that one; ``DataError`` where it lacks such rows.

    >>> import bayes_ivig as bi
    >>> table = bi.trials.subsets(bi.load_dataset("my.csv"))
    >>> bi.trials.leave_k_out(table, 1).set_index("left_out")["or_median"].round(2).to_dict()
    {'Diaz 2019': 0.25, 'Chen 2016': 0.41, 'Baker 2013': 0.51, 'Adams 2011': 0.37}
    """
    names = _names(frame)
    if not 0 <= k < len(names):
        raise DataError(
            f"leave_k_out: found k = {k}; with {len(names)} trials it must lie between 0 and {len(names) - 1}"
        )
    count = math.comb(len(names), k)
    left = {
        JOIN.join(name for name in names if name not in out): JOIN.join(out)
        for out in (itertools.combinations(names, k) if count <= len(frame) else ())
    }
    rows = frame[frame["trials"].isin(list(left))]
    if len(rows) != count:
        raise DataError(
            f"leave_k_out: the table holds {len(rows):,} of the {magnitude(count)} subsets of "
            f"{len(names) - k:,} trials"
        )
    rows = rows.reset_index(drop=True)
    rows.insert(0, "left_out", rows["trials"].map(left))
    return rows


@checked
def carrying_trials(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return what each single trial does to the conclusion, the one that moves P(OR > 1) most first.

    One row per trial, of two or more, from the subsets of all and of all but one: ``trial``, odds ratio and
    P(OR > 1) with all and without it, ``prob_change`` (without less with), and the classical P-value of both.

    >>> import bayes_ivig as bi
    >>> table = bi.trials.carrying_trials(bi.trials.subsets(bi.load_dataset("my.csv")))
    >>> table.loc[0, "trial"], table["or_median_without"].round(2).tolist()
    ('Baker 2013', [0.51, 0.41, 0.37, 0.25])
    """
    import pandas as pd

    names = _names(frame)
    if len(names) < 2:
        raise DataError("carrying_trials: needs two trials or more")
    (whole,) = leave_k_out(frame, 0).to_dict("records")
    without = leave_k_out(frame, 1)
    names_of = table_measure(frame.columns).columns
    table = {"trial": without["left_out"]}
    for column in (names_of.median, names_of.above):
        table |= {f"{column}_all": whole[column], f"{column}_without": without[column]}
    table |= {"prob_change": without[names_of.above] - whole[names_of.above]}
    table |= {"pooled_p_all": whole["pooled_p"], "pooled_p_without": without["pooled_p"]}
    rows = pd.DataFrame(table)
    return rows.sort_values(
        "prob_change", key=lambda change: -settled(change.abs()), kind="stable", ignore_index=True
    )


@checked
def standing(frame: "pd.DataFrame", trials: Sequence[str]) -> Standing:
    """Return where one choice of trials stands among all subsets of its size.

    Keys: ``size`` and ``subsets`` of it; ``pooled_p``, ``or_median`` and ``prob_or_gt_1`` of the choice;
    ``significant``, how many subsets have a pooled P-value below 0.05, of these ``significant_above`` with an
    odds ratio above 1 and ``significant_below`` with one below; ``convincing_above`` and
    ``convincing_below``, how many have P(OR > 1) >= 0.975 and <= 0.025 (compared after rounding:
    ``results.thresholds``); ``rank_pooled_or`` and ``rank_or_median``, 1 for the largest odds ratio. NaN
    where the choice has none. Raises ``DataError``.

    >>> import bayes_ivig as bi
    >>> table = bi.trials.subsets(bi.load_dataset("my.csv"))
    >>> bi.trials.standing(table, ("Adams 2011", "Baker 2013"))["rank_or_median"]
    5
    """
    names = _names(frame)
    own = JOIN.join(name for name in names if name in set(trials))
    same = leave_k_out(frame, len(names) - len(set(trials)))
    row = same[same["trials"] == own]
    if len(row) != 1 or set(trials) - set(names):
        raise DataError(f"standing: {', '.join(trials)} is not one of the subsets of these trials")
    own_row = row.iloc[0]
    measure = table_measure(frame.columns)
    columns = measure.columns
    counted, chances = significant(same["pooled_p"]), same[columns.above]
    pooled_effects = same[columns.pooled]
    ranks = {
        f"rank_{key}": _rank(same[key], own_row[key], tie, measure)
        for key, tie in ((columns.pooled, POOLED_TIE), (columns.median, MEDIAN_TIE))
    }
    numbers: dict[str, float] = {
        "size": len(set(trials)),
        "subsets": len(same),
        "pooled_p": float(own_row["pooled_p"]),
        columns.median: float(own_row[columns.median]),
        columns.above: float(own_row[columns.above]),
        "significant": int(counted.sum()),
        "significant_above": int((counted & (pooled_effects > measure.null)).sum()),
        "significant_below": int((counted & (pooled_effects < measure.null)).sum()),
        "convincing_above": int(convincing_above(chances).sum()),
        "convincing_below": int(convincing_below(chances).sum()),
        **ranks,
    }
    return Standing(numbers)


def _rank(values: "pd.Series[float]", own: float, tie: float, measure: Measure) -> float:
    """Return the place of one value, 1 for the largest; what differs by noise alone is equal."""
    if not math.isfinite(own):
        return math.nan
    least = own * (1 + tie) if measure.log else own + tie * float(values.abs().max())
    return int((values > least).sum()) + 1


def _names(frame: "pd.DataFrame") -> tuple[str, ...]:
    names = frame.attrs.get("studies")
    if not names:
        raise DataError("this table does not come from subsets(...): it does not say which trials there are")
    return tuple(names)


def inclusion(dataset: Dataset, size: int | None) -> Array:
    """Return one row of 0 and 1 per subset, smaller subsets first, in the order of the dataset."""
    k = len(dataset)
    if size is not None and not 1 <= size <= k:
        raise DataError(f"{dataset.label}: found size = {size}; a subset of {k} trials has between 1 and {k}")
    _require_few(dataset.label, k, size)
    sizes = range(1, k + 1) if size is None else (size,)
    rows = [chosen for n in sizes for chosen in itertools.combinations(range(k), n)]
    inside = np.zeros((len(rows), k))
    inside[np.repeat(np.arange(len(rows)), [len(row) for row in rows]), np.concatenate(rows)] = 1.0
    return inside


def _require_few(label: str, k: int, size: int | None) -> None:
    """Raise ``DataError`` for more subsets than are computed, with the sizes that have fewer."""
    count = 2**k - 1 if size is None else math.comb(k, size)
    if count <= MOST and count * k <= MOST_CELLS:
        return
    half = range(1, k // 2 + 1)
    low = next((n - 1 for n in half if math.comb(k, n) > min(MOST, MOST_CELLS // k)), k // 2)
    near = "" if not low else "1, or " if low == 1 else f"1 to {low:,}, or "
    sizes = near + (f"{k - low:,} to {k:,}" if low else f"{k:,}, all of them")
    of = f" of {size}" if size is not None else ""
    most = f"{MOST:,}" if count > MOST else f"{MOST_CELLS // k:,} of so many trials"
    raise DataError(
        f"{label}: {k:,} trials have {magnitude(count)} subsets{of}, more than {most}; give the size of the "
        f"subsets ({sizes}), look at one trial at a time (--leave-one-out, --cumulative; without_each, "
        "accumulated), or choose fewer trials"
    )
