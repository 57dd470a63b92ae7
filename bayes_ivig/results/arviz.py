"""A posterior as ArviZ reads it: one tree of draws, data, log likelihood and log prior, the same bytes every time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.inputs.model import Model, model_dict
from bayes_ivig.results.grid_draws import (
    Grid,
    Likelihoods,
    conditional_log_likelihood,
    draw,
    integrated_log_likelihood,
)
from bayes_ivig.results.posterior import Posterior

if TYPE_CHECKING:
    import xarray as xr

type Array = NDArray[np.float64]
type Group = dict[str, Array]

ARMS = ("treatment", "control")
CLOCKS = ("created_at", "sampling_time")


@runtime_checkable
class Sampled(Protocol):
    """Answers that hold draws: values by name, (chains, draws) or (chains, draws, K), and sampling statistics."""

    @property
    def values(self) -> Mapping[str, Array]:
        """Draws by name."""

    @property
    def stats(self) -> Mapping[str, Array]:
        """Sampling statistics by name."""

    @property
    def surface(self) -> Likelihoods:
        """The likelihood surface."""


def to_arviz(
    posterior: Posterior, *, integrated: bool = True, chains: int = 4, draws: int = 1000, seed: int = 1
) -> "xr.DataTree":
    """Return the posterior as a DataTree for ArviZ, on the log odds ratio scale, with dimensions chain, draw, study and arm.

    Groups: ``posterior``, ``observed_data``, ``constant_data``, ``log_likelihood`` (one value per study), ``log_prior``, and
    ``sample_stats`` where it was sampled. With ``integrated`` a study's log likelihood is that of (mu, tau), its own effect
    and baseline integrated out, as leaving one study out needs it, and ``log_prior`` holds mu and tau; without, it is that
    of the study's own parameters, and ``log_prior`` holds these too. Either way both groups add up to the log posterior.
    ``chains``, ``draws`` and ``seed`` are for a posterior on a grid, which is drawn from independently here; one that was
    sampled has its own. Raises ``ModelError`` for impossible settings.
    """
    import arviz as az

    for name, value in (("chains", chains), ("draws", draws)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ModelError(f"to_arviz: {name} is {value!r}; it must be a whole number of 1 or more")
    values, stats = _draws(posterior, (int(chains), int(draws)), seed)
    surface = posterior.answers.surface  # type: ignore[attr-defined]  # every engine's answers have one; _draws has looked
    groups: dict[str, Mapping[str, Any]] = {
        "posterior": values,
        **({"sample_stats": stats} if stats else {}),
        "log_likelihood": _log_likelihood(posterior, surface, values, integrated),
        "log_prior": _log_prior(posterior.model, values, integrated),
        **_data(posterior),
    }
    by_arm = {name: ["study", "arm"] for name in ("events", "totals")}
    by_study = {name: ["study"] for name in ("theta", "alpha", "log_odds_ratio", "standard_error")}
    tree = az.from_dict(groups, coords={"study": list(posterior.studies), "arm": list(ARMS)}, dims=by_arm | by_study)
    return _labelled(tree, posterior, integrated)


def _draws(posterior: Posterior, shape: tuple[int, int], seed: int) -> tuple[Group, Group]:
    """Return draws by name, (chains, draws) or (chains, draws, K), and sampling statistics where there are any."""
    answers: Any = posterior.answers
    if isinstance(answers, Sampled):
        order = ("mu", "tau", "theta", "theta_new", "alpha")
        return {name: answers.values[name] for name in order if name in answers.values}, dict(answers.stats)
    if not hasattr(answers, "log_joint"):
        raise ModelError(f"to_arviz: not available yet for the {posterior.engine} engine; fit with NUTS() or Quadrature()")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ModelError(f"to_arviz: seed is {seed!r}; it must be a whole number of 0 or more")
    grid: Grid = answers
    flat = draw(grid, shape[0] * shape[1], np.random.default_rng(int(seed)))
    return {name: values.reshape(*shape, *values.shape[1:]) for name, values in flat.items()}, {}


def _log_likelihood(posterior: Posterior, surface: Likelihoods, values: Group, integrated: bool) -> Group:
    """Return log likelihoods by the name of the data, shape (chains, draws, K)."""
    model = posterior.model
    name = "log_odds_ratio" if model.likelihood == "normal" else "events"
    theta = values.get("theta", values["mu"][..., None] * np.ones(posterior.k))
    if integrated:
        return {name: integrated_log_likelihood(surface, values["mu"], values.get("tau"))}
    if "alpha" not in values:
        return {name: conditional_log_likelihood(surface, theta)}
    control = values["alpha"] - theta / 2 if model.baseline == "midpoint" else values["alpha"]
    r1, n1, r0, n0 = _counts(posterior).T
    return {name: _log_binomial(r1, n1, control + theta) + _log_binomial(r0, n0, control)}


def _log_binomial(r: Array, n: Array, log_odds: Array) -> Array:
    return log_choose(n, r) + r * log_odds - n * np.logaddexp(0, log_odds)


def _log_prior(model: Model, values: Group, integrated: bool) -> Group:
    """Return log prior densities of the parameters; those of the studies' own only where they are not integrated out."""
    logs = {"mu": model.mu.logpdf(values["mu"])}
    if "tau" in values:
        logs["tau"] = model.tau.logpdf(values["tau"])
    if integrated:
        return logs
    if "theta" in values:
        tau = values["tau"][..., None]
        z = (values["theta"] - values["mu"][..., None]) / tau
        logs["theta"] = -0.5 * z * z - np.log(tau) - 0.5 * np.log(2 * np.pi)
    if "alpha" in values:
        logs["alpha"] = model.alpha.logpdf(values["alpha"])
    return logs


def _data(posterior: Posterior) -> dict[str, Group]:
    """Return what was observed, and what was given, under the model's likelihood."""
    if posterior.model.likelihood == "normal":
        y, error = posterior.answers.surface.estimates  # type: ignore[attr-defined]
        return {"observed_data": {"log_odds_ratio": y}, "constant_data": {"standard_error": error}}
    r1, n1, r0, n0 = _counts(posterior).T.astype(np.int64)
    return {
        "observed_data": {"events": np.stack([r1, r0], axis=1)},
        "constant_data": {"totals": np.stack([n1, n0], axis=1)},
    }


def _counts(posterior: Posterior) -> Array:
    """Return treatment events and total, control events and total, one row per informative study."""
    return np.array([study.counts for study in posterior.dataset.studies if study.name in posterior.studies], float)


def _labelled(tree: "xr.DataTree", posterior: Posterior, integrated: bool) -> "xr.DataTree":
    """Take the clocks out, and say what the draws are of."""
    for node in tree.subtree:
        node.attrs = {key: value for key, value in node.attrs.items() if key not in CLOCKS}
    tree.attrs |= {"dataset": posterior.dataset.label, "trials": posterior.dataset.selection, "engine": posterior.engine}
    tree.attrs |= {f"model_{key}": value for key, value in model_dict(posterior.model).items()}
    tree.attrs |= {f"engine_{key}": value for key, value in posterior.settings}
    tree.attrs["log_likelihood"] = (
        "of (mu, tau), integrated over theta and alpha" if integrated else "conditional on theta and alpha"
    )
    if posterior.engine == "quadrature":
        tree.attrs["log_likelihood"] = tree.attrs["log_likelihood"].replace(
            "on theta and alpha", "on theta, integrated over alpha"
        )
    return tree
