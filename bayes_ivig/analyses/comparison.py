"""``compare_priors``: every combination of priors, likelihoods and trial sets, one row each."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bayes_ivig.analyses.prior_strength import conflict, information
from bayes_ivig.engines import bulk
from bayes_ivig.engines.bulk_solving import Questions
from bayes_ivig.engines.curves import informative
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.dataset import Dataset, Selection
from bayes_ivig.inputs.model import Likelihood, Model
from bayes_ivig.priors.composite import KINDS, Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.priors.parsing import parse_prior

if TYPE_CHECKING:
    import pandas as pd

type Stated = Prior | str | Iterable[Prior | str]
type Trials = Selection | list[Selection]

REFERENCE = Model()
WIDTHS = tuple(float(f"{width:.3g}") for width in np.geomspace(0.05, 10, 47))
TAU_WIDTHS = tuple(float(f"{width:.3g}") for width in np.geomspace(0.02, 3, 47))
PARAMETERS = ("mu", "tau")


def compare_priors(
    dataset: Dataset,
    *,
    mu: Stated,
    tau: Stated,
    alpha: Stated | None = None,
    likelihoods: Likelihood | Iterable[Likelihood] | None = None,
    trials: Trials | None = None,
) -> "pd.DataFrame":
    """Return the posterior under every combination of priors, likelihoods and trial sets, one row each.

    ``mu``, ``tau`` and ``alpha`` are priors, their texts, or lists of either; ``trials`` is one selection or a list of them, a
    list of studies being a tuple. Random effects; alpha on the control arm, and of use to the binomial likelihood alone.

    Columns: the choices; ``k`` studies that carry information; quantiles of the odds ratio, ``prob_or_gt_X`` for 1 and each
    threshold of the dataset, the median of tau, the log marginal likelihood, ``prediction_*`` (95% interval of the odds ratio
    in a new setting), ``bf_effect`` (Bayes factor of this prior on mu against mu = 0, the same prior on tau), ``conflict_p``
    (prior-data conflict of mu: two-sided tail of the data's estimate under its prior predictive distribution, Box 1980, JRSS-A
    143:383; Evans & Moshonov 2006), ``prior_ess`` (prior effective sample size of mu in participants: expected local
    information, Neuenschwander et al. 2020, times 16, the variance of a log odds ratio from one participant) and
    ``numerical_error`` (a bound of it, in posterior SDs). NaN where a number does not exist: Bayes factors and marginal
    likelihoods under improper priors, for instance. Raises ``DataError`` and ``ModelError``.
    """
    import pandas as pd

    pairs = list(itertools.product(_priors("mu", mu), _priors("tau", tau)))
    alphas = _priors("alpha", REFERENCE.alpha if alpha is None else alpha)
    frames = []
    for likelihood, selection in itertools.product(_likelihoods(likelihoods), _selections(trials)):
        chosen = dataset if selection is None else dataset.trials(selection)
        for prior in alphas if likelihood == "binomial" else alphas[:1]:
            model = Model(likelihood, alpha=prior)
            _checked(model, pairs)
            frames.append(pd.DataFrame(_columns(chosen, model, pairs)))
    return pd.concat(frames, ignore_index=True)


def prior_width_curve(
    dataset: Dataset, model: Model | None = None, *, parameter: str = "mu", centre: float = 0.0, widths: Sequence[float] = ()
) -> "pd.DataFrame":
    """Return how the estimate depends on the width of one prior: the columns of ``compare_priors`` after ``prior_width``.

    ``parameter`` is ``"mu"``, with normal priors around ``centre`` (a log odds ratio) whose SDs are the widths, or ``"tau"``,
    with half-normal priors of those scales; the other priors are the model's. Widths run from 0.05 to 10 (mu) or 0.02 to 3
    (tau) in equal ratios unless given. Raises ``ModelError``.
    """
    import pandas as pd

    model = REFERENCE if model is None else model
    if not isinstance(model, Model):
        raise ModelError(f"prior_width_curve: found a {type(model).__name__}; give a Model")
    if parameter not in PARAMETERS:
        raise ModelError(f"prior_width_curve: parameter is {parameter!r}; must be 'mu' or 'tau'")
    found = [float(width) for width in widths] or [*(WIDTHS if parameter == "mu" else TAU_WIDTHS)]
    mu = [Normal(centre, width) for width in found] if parameter == "mu" else [model.mu]
    tau: list[Prior] = [HalfNormal(width) for width in found] if parameter == "tau" else [model.tau]
    pairs: list[tuple[Prior, Prior]] = list(itertools.product(mu, tau))
    _checked(model, pairs)
    return pd.DataFrame({"prior_width": found} | _columns(dataset, model, pairs))


def _columns(dataset: Dataset, model: Model, pairs: list[tuple[Prior, Prior]]) -> dict[str, Any]:
    """Answer all pairs of priors on one dataset under one likelihood and baseline."""
    thresholds = tuple(dict.fromkeys((1.0, *dataset.about.thresholds)))
    asked = Questions(above=thresholds, theta_new=(0.025, 0.975))
    found = bulk.over_priors(dataset, model, pairs, asked)
    proper = np.array([mu.proper and tau.proper for mu, tau in pairs])
    taus = [tau for _, tau in bulk.resolved(dataset, model, pairs)]
    evidence = np.where(proper, found.log_evidence, np.nan)
    with np.errstate(over="ignore"):
        ratios, prediction = np.exp(found.mu), np.exp(found.theta_new)
        factors = np.exp(evidence - bulk.null_evidence(dataset, model, taus))
    table: dict[str, Any] = {
        "likelihood": model.likelihood,
        "mu_prior": [str(mu) for mu, _ in pairs],
        "tau_prior": [str(tau) for _, tau in pairs],
        "alpha_prior": str(model.alpha) if model.likelihood == "binomial" else "none",
        "trials": dataset.selection,
        "k": len(informative(dataset, model)),
    }
    table |= dict(zip(("or_q2.5", "or_q50", "or_q97.5"), ratios.T, strict=True))
    table |= {"prob_or_gt_1": found.above[:, 0], "tau_q50": found.tau[:, 0], "log_marginal_likelihood": evidence}
    table |= {f"prob_or_gt_{x:g}": found.above[:, i] for i, x in enumerate(thresholds) if i}
    table |= dict(zip(("prediction_q2.5", "prediction_q97.5"), prediction.T, strict=True))
    table |= {"bf_effect": factors, "conflict_p": conflict(dataset, model, pairs)}
    known = {mu: information(mu) for mu in dict.fromkeys(mu for mu, _ in pairs)}
    return table | {"prior_ess": [known[mu] for mu, _ in pairs], "numerical_error": np.maximum(found.error, found.beyond)}


def _checked(model: Model, pairs: list[tuple[Prior, Prior]]) -> None:
    """Refuse priors that cannot hold their parameter, as a model does."""
    for mu in dict.fromkeys(mu for mu, _ in pairs):
        replace(model, mu=mu)
    for tau in dict.fromkeys(tau for _, tau in pairs):
        replace(model, tau=tau)


def _priors(parameter: str, stated: Stated) -> list[Prior]:
    """Return the priors of one parameter; raises one ``ModelError`` that names the parameter."""
    items = [stated] if isinstance(stated, (str, *KINDS)) else list(stated)  # type: ignore[arg-type]
    if not items:
        raise ModelError(f"{parameter}: no prior; give one or more, for example {getattr(REFERENCE, parameter)}")
    found = []
    for item in items:
        try:
            found.append(parse_prior(item) if isinstance(item, str) else item)
        except ModelError as error:
            raise ModelError(f"{parameter}: {error}") from None
    wrong = [item for item in found if not isinstance(item, KINDS)]
    if wrong:
        raise ModelError(f"{parameter}: found {wrong[0]!r}; give a prior, as an object or as text such as 'normal(0, 2.82)'")
    return found  # type: ignore[return-value]


def _likelihoods(stated: Likelihood | Iterable[Likelihood] | None) -> list[Likelihood]:
    if stated is None:
        return [REFERENCE.likelihood]
    return [stated] if isinstance(stated, str) else list(stated)


def _selections(stated: Trials | None) -> list[Selection | None]:
    if stated is None or isinstance(stated, str | tuple):
        return [stated]
    return list(stated)
