"""``compare_priors``: every combination of priors, likelihoods and trial sets, one row each."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

import numpy as np

from bayes_ivig.analyses.priors.columns import LEVEL, columns
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.selection import Selection
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.kinds.ranges import Level, Listed, Threshold
from bayes_ivig.measures import checked_thresholds
from bayes_ivig.priors.composite import KINDS, LibraryPrior, Mixture, Prior, resolved
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.priors.parsing import PriorLike, parse_prior
from bayes_ivig.priors.well_known import prior_set

if TYPE_CHECKING:
    import pandas as pd

type Stated = Annotated[
    PriorLike | Mapping[str, PriorLike] | Iterable[PriorLike],
    "a prior such as Normal(0, 1), its text, a list of these, or a dict of them by name",
    NOT_EMPTY,
]
type Trials = Annotated[
    Selection | list[Selection],
    "the name of a trial set, a tuple of study names, or a list of these",
    NOT_EMPTY,
]

REFERENCE = Model()
WIDTHS = tuple(float(f"{width:.3g}") for width in np.geomspace(0.05, 10, 47))
TAU_WIDTHS = tuple(float(f"{width:.3g}") for width in np.geomspace(0.02, 3, 47))
PARAMETERS = ("mu", "tau")
MOST_ROWS = 1_000_000  # half an hour and 2 GB


class Settings(TypedDict, total=False):
    """What else a comparison may be given."""

    level: Level
    baseline: Literal["midpoint", "control"]


@checked
def compare_priors(
    dataset: Dataset,
    *thresholds: Threshold,
    mu: Stated,
    tau: Stated,
    alpha: Stated | None = None,
    likelihoods: Annotated[str | Iterable[str], NOT_EMPTY] | None = None,
    trials: Trials | None = None,
    **settings: Unpack[Settings],
) -> "pd.DataFrame":
    """Return the posterior under every combination of priors, likelihoods and trial sets, one row each.

    ``mu``, ``tau`` and ``alpha`` are priors, their texts, lists of either, or dicts of either by names of
    your own, which tables and charts then have; a text may name a set, ``"zampieri(0.4)"``. ``trials`` is one
    selection or a list of them, a list of studies being a tuple. ``thresholds`` are values of the measure,
    those of the dataset unless given. Random effects; alpha, of use where there are baselines, is that of the
    ``baseline``: ``"midpoint"`` of the two arms unless given, or the ``"control"`` arm. ``level`` (0.95) is
    that of all intervals.

    Columns: the choices, with ``mu_name`` and ``tau_name`` where they have names; ``k`` studies that the
    likelihood uses and ``k_informative`` that can tell the arms apart (where none can, nothing is learnt);
    ``or_median, or_lower, or_upper`` with their ``level``, ``prob_or_gt_X`` for 1 and each threshold
    (``prob_or_gt_1_25``), ``tau_median``, the log marginal likelihood, ``prob_or_gt_1_tight_baseline``
    (under the baseline prior normal(0, 2.5), where the likelihood
    has one: how far the baseline prior decides), ``prediction_lower, prediction_upper`` (of ``level``, the
    odds ratio in a new setting), ``bf_effect`` (Bayes factor of this
    prior on mu against mu = 0, the same prior on tau), ``conflict_p`` (prior-data conflict of mu: two-sided
    tail of the data's estimate under its prior predictive distribution, Box 1980, JRSS-A 143:383; Evans &
    Moshonov 2006), ``prior_ess`` (prior effective sample size of mu in participants: expected local
    information, Neuenschwander et al. 2020, times 16, the variance of a log odds ratio from one participant)
    and ``numerical_error`` (a bound of it, in posterior SDs). With mixtures on mu also ``part_weight_prior``
    and ``part_weight``, the prior and posterior weight of the first part: the discount of a robust prior by
    the data. ``note`` says why a row is blank (no posterior under an improper prior) and which trials a prior
    shares with the data. NaN where a number does not exist: Bayes factors and marginal likelihoods under
    improper priors, for instance.

    Of another measure than odds ratios the columns have its name, ``hr_median`` or ``md_median``, and are on
    its own scale, so ``prob_hr_gt_1`` or ``prob_md_gt_0``; ``prior_ess`` is NaN there.

    Raises ``DataError`` and ``ModelError``, also where not one of the posteriors exists.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> mu = {"vague": "normal(0, 2.82)", "sceptical": "normal(0, 0.35)"}
    >>> frame = bi.priors.compare(live, mu=mu, tau="half_normal(0.5)", level=0.9)
    >>> frame[["mu_name", "or_median", "level"]].round(2).to_numpy().tolist()
    [['vague', 1.8, 0.9], ['sceptical', 1.22, 0.9]]
    """
    import pandas as pd

    level, baseline = settings.get("level", LEVEL), settings.get("baseline", REFERENCE.baseline)
    above = _thresholds(dataset, thresholds)
    priors = stated_priors("mu", mu), stated_priors("tau", tau)
    names = _names("mu", mu), _names("tau", tau)
    alphas = stated_priors("alpha", REFERENCE.alpha if alpha is None else alpha)
    chosen_likelihoods, selections = _likelihoods(likelihoods), selections_of(trials)
    _require_few_rows(*priors, alphas, chosen_likelihoods, selections)
    pairs = list(itertools.product(*priors))
    frames, blank = [], []
    for likelihood, selection in itertools.product(chosen_likelihoods, selections):
        chosen = dataset if selection is None else dataset.trials(selection)
        bare = Model(likelihood)
        for prior in alphas if bare.has_baseline else alphas[:1]:
            model = replace(bare, alpha=prior, baseline=baseline) if bare.has_baseline else bare
            _checked(model, pairs)
            table, reasons = columns(chosen, model, pairs, above, level)
            frames.append(_with_names(pd.DataFrame(table), names, len(priors[1])))
            blank += reasons
    if len(blank) == len(pairs) * len(frames):
        raise ModelError(blank[0])
    combined = pd.concat(frames, ignore_index=True)
    if baseline != REFERENCE.baseline:
        combined.insert(list(combined).index("alpha_prior") + 1, "baseline", baseline)
    combined.attrs["library_priors"] = _entries([prior for pair in pairs for prior in pair] + alphas)
    return combined


def _require_few_rows(*choices: Sequence[object]) -> None:
    """Raise ``ModelError`` where the combinations of all choices are more than ``MOST_ROWS``."""
    rows = math.prod(map(len, choices))
    if rows > MOST_ROWS:
        names = ("priors of mu", "of tau", "of alpha", "likelihoods", "sets of trials")
        counted = " x ".join(
            f"{len(each)} {name}" for each, name in zip(choices, names, strict=True) if len(each) > 1
        )
        raise ModelError(
            f"compare_priors: {counted} give {rows:,} rows, and {MOST_ROWS:,} are the most; "
            "give fewer of one of them"
        )


def _entries(priors: Iterable[Prior]) -> dict[str, dict[str, str]]:
    """Return what every prior that is known by a name resolves to and where it is from, by its text."""
    return {
        str(prior): {"prior": str(prior.prior), "source": prior.source}
        for prior in priors
        if isinstance(prior, LibraryPrior)
    }


@checked
def prior_width_curve(
    dataset: Dataset,
    model: TwoArm | None = None,
    *,
    parameter: str = "mu",
    centre: float = 0.0,
    widths: Listed[float] = (),
) -> "pd.DataFrame":
    """Return how the estimate depends on the width of one prior:
    the columns of ``compare`` after ``prior_width``.

    ``parameter`` is ``"mu"``, with normal priors around ``centre`` (a log odds ratio) whose SDs are the
    widths, or ``"tau"``, with half-normal priors of those scales; the other priors are the model's. Widths
    run from 0.05 to 10 (mu) or 0.02 to 3 (tau) in equal ratios unless given. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> curve = bi.priors.prior_width_curve(live, widths=(0.2, 1, 5))
    >>> curve[["prior_width", "or_median", "prob_or_gt_1"]].round(2)
       prior_width  or_median  prob_or_gt_1
    0          0.2       1.09          0.68
    1          1.0       1.61          0.86
    2          5.0       1.82          0.89
    """
    import pandas as pd

    model = two_arm_of(model)
    if parameter not in PARAMETERS:
        raise ModelError(f"prior_width_curve: parameter is {parameter!r}; must be 'mu' or 'tau'")
    chosen = [float(width) for width in widths] or [*(WIDTHS if parameter == "mu" else TAU_WIDTHS)]
    mu = [Normal(centre, width) for width in chosen] if parameter == "mu" else [model.mu]
    tau: list[Prior] = [HalfNormal(width) for width in chosen] if parameter == "tau" else [model.tau]
    pairs: list[tuple[Prior, Prior]] = list(itertools.product(mu, tau))
    _checked(model, pairs)
    table, blank = columns(dataset, model, pairs, _thresholds(dataset, ()), LEVEL)
    if len(blank) == len(pairs):
        raise ModelError(blank[0])
    return pd.DataFrame({"prior_width": chosen} | table)


@checked
def mixture_weights(dataset: Dataset, model: TwoArm) -> "pd.DataFrame":
    """Return prior and posterior weight of every part of the mixtures among a model's priors on mu and tau.

    One row for each part: ``parameter, part, weight_prior, weight``. The posterior weight is the prior one
    times the marginal likelihood under that part alone, over the sum of these: what is left of the
    informative part of a robust prior says how far the data agree with it (Schmidli et al. 2014, Biometrics
    70:1023). Raises ``ModelError`` without a mixture.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> robust = bi.Model(mu="mixture(0.8: normal(0.6, 0.3), 0.2: normal(0, 2))")
    >>> bi.priors.mixture_weights(live, robust)[["part", "weight_prior", "weight"]].round(2)
                   part  weight_prior  weight
    0  normal(0.6, 0.3)           0.8    0.94
    1      normal(0, 2)           0.2    0.06
    """
    import pandas as pd

    model = two_arm_of(model)
    rows: list[tuple[str, str, float, float]] = []
    for parameter in PARAMETERS:
        prior = resolved(getattr(model, parameter))
        if not isinstance(prior, Mixture):
            continue
        pairs = [(part, model.tau) if parameter == "mu" else (model.mu, part) for part in prior.parts]
        if not all(mu.proper and tau.proper for mu, tau in pairs):
            raise ModelError(
                f"mixture_weights: {parameter} is a mixture, whose weights need a proper prior "
                "on the other parameter"
            )
        logs = np.log(prior.weights) + bulk.over_priors(dataset, model, pairs).log_evidence
        weights = np.exp(logs - np.logaddexp.reduce(logs))
        rows += [
            (parameter, *row)
            for row in zip(map(str, prior.parts), prior.weights, map(float, weights), strict=True)
        ]
    if not rows:
        raise ModelError(
            f"mixture_weights: neither {model.mu} nor {model.tau} is a mixture, such as mixture(0.8: "
            ".., 0.2: ..)"
        )
    return pd.DataFrame(rows, columns=["parameter", "part", "weight_prior", "weight"])


def _thresholds(dataset: Dataset, given: Sequence[float]) -> tuple[float, ...]:
    """Return the effects to give probabilities above of, no effect first."""
    measure = measure_in_force(dataset)
    stated = checked_thresholds(measure, given or dataset.about.thresholds, "thresholds")
    return tuple(dict.fromkeys((measure.null, *stated)))


def _checked(model: Model, pairs: list[tuple[Prior, Prior]]) -> None:
    """Refuse priors that cannot hold their parameter, as a model does."""
    for mu in dict.fromkeys(mu for mu, _ in pairs):
        replace(model, mu=mu)
    for tau in dict.fromkeys(tau for _, tau in pairs):
        replace(model, tau=tau)


def _names(parameter: str, stated: Stated) -> list[str]:
    """Return the name of every prior of a parameter, none where they have none; the priors of a set that has
    one name are numbered.
    """
    if not isinstance(stated, Mapping):
        return []
    counts = {name: len(stated_priors(parameter, [prior])) for name, prior in stated.items()}
    return [
        name if count == 1 else f"{name} {i}" for name, count in counts.items() for i in range(1, count + 1)
    ]


def _with_names(frame: "pd.DataFrame", names: tuple[list[str], list[str]], taus: int) -> "pd.DataFrame":
    """Return a frame of all pairs of priors, ``taus`` of tau to each of mu, with the names that they have."""
    mu, tau = names
    if mu:
        frame.insert(list(frame).index("mu_prior"), "mu_name", [name for name in mu for _ in range(taus)])
    if tau:
        frame.insert(list(frame).index("tau_prior"), "tau_name", tau * (len(frame) // taus))
    return frame


def stated_priors(parameter: str, stated: Stated) -> list[Prior]:
    """Return the priors of one parameter; raises one ``ModelError`` that names the parameter."""
    items = _items(stated)
    if not items:
        raise ModelError(
            f"{parameter}: no prior; give one or more, for example {getattr(REFERENCE, parameter)}"
        )
    priors: list[Any] = []
    for item in items:
        try:
            priors += (prior_set(item) or [parse_prior(item)]) if isinstance(item, str) else [item]
        except ModelError as error:
            raise ModelError(f"{parameter}: {error}") from None
    wrong = [item for item in priors if not isinstance(item, KINDS)]
    if wrong:
        raise ModelError(
            f"{parameter}: found {wrong[0]!r}; give a prior, "
            "as an object or as text such as 'normal(0, 2.82)'"
        )
    return priors


def _items(stated: Stated) -> list[Prior | str]:
    if isinstance(stated, Mapping):
        return list(stated.values())
    return [stated] if isinstance(stated, (str, *KINDS)) else list(stated)  # type: ignore[arg-type,list-item]


def _likelihoods(stated: str | Iterable[str] | None) -> list[str]:
    if stated is None:
        return [REFERENCE.likelihood]
    return [stated] if isinstance(stated, str) else list(stated)


def selections_of(stated: Trials | None) -> list[Selection | None]:
    """Return each selection of trials; None stands for all of them."""
    if stated is None or isinstance(stated, str | tuple):
        return [stated]
    return list(stated)
