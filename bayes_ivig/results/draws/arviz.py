"""A posterior as ArviZ reads it: one tree of draws, data, predictions and log densities,
the same bytes every time.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.inputs.model.arms import BetaBinomial
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.priors.composite import KINDS
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.draws.of_arms import by_arm_log_likelihood
from bayes_ivig.results.draws.replicates import improper_priors, prior_draws, replicate

if TYPE_CHECKING:
    import xarray as xr

type Array = NDArray[np.float64]
type Groups = dict[str, Mapping[str, Any]]

ARMS = ("treatment", "control")
CLOCKS = ("created_at", "sampling_time")
BY_STUDY = ("theta", "alpha", "log_odds_ratio", "standard_error")
RENAMED = {"alpha": "baseline"}  # ArviZ calls the power of power scaling alpha, and its plots cannot have two
FORETOLD = 3  # spawn key of the stream that draws from the priors


def to_arviz(
    posterior: Fitted,
    *,
    integrated: bool = True,
    by_arm: bool = False,
    chains: int = 4,
    draws: int = 1000,
    seed: int = 1,
) -> "xr.DataTree":
    """Return the posterior as a DataTree for ArviZ, on the log odds ratio scale, with dimensions chain,
    draw, study and arm.

    The studies' alpha is called ``baseline`` here: ArviZ uses the other name itself.

    Groups: ``posterior``, ``posterior_predictive``, ``prior``, ``prior_predictive``, ``log_likelihood`` (one
    value per study), ``log_prior``, ``observed_data``, ``constant_data``, and ``sample_stats`` where it was
    sampled. With ``integrated`` a study's log likelihood is that of (mu, tau), its own effect and baseline
    integrated out, as leaving one study out needs it, ``log_prior`` holds mu and tau, and replicates in
    ``posterior_predictive`` have new effects drawn from the between-study distribution (Marshall &
    Spiegelhalter 2003, Stat Med 22:1649), baselines kept; without, all three are those of the study's own
    parameters, and with ``by_arm`` log likelihoods have the dimension arm as well. Either way likelihood and
    prior add up to the log posterior. An improper prior foretells nothing: ``prior`` and
    ``prior_predictive`` are then left out, and the tree's attribute ``left_out`` says so, as it says what is
    not made for models of other kinds: of those, two arms' counts have all but these two groups, with the
    population's parameters for (mu, tau), and a joint outcome has draws, data and ``log_prior`` alone.
    ``chains`` and ``draws`` are for a posterior on a grid, which is drawn from independently here; one that
    was sampled has its own. Priors are drawn from ``draws`` times, in one chain. ``seed`` serves everything
    drawn here.
    Raises ``ModelError`` for impossible settings.
    """
    import arviz as az

    values, stats = drawing.posterior_draws(posterior, (chains, draws), seed)
    groups: Groups = {"posterior": values, **({"sample_stats": stats} if stats else {})}
    arms = by_arm_log_likelihood(posterior, values) if by_arm else None
    if drawing.two_arm(posterior):
        more, left_out = _two_arm(posterior, values, (integrated, int(draws), int(seed)))
    else:
        more, left_out = _richer(posterior, values, integrated, int(seed))
    groups |= more
    if arms is not None:
        groups["log_likelihood"] = {"events": arms}
    tree = az.from_dict(groups, coords=_coords(posterior), dims=_dims(posterior, groups))
    return _labelled(tree, posterior, {"left_out": left_out} if left_out else {}, integrated)


def _two_arm(
    posterior: Fitted, values: Mapping[str, Array], choice: tuple[bool, int, int]
) -> tuple[Groups, str]:
    """Return every group but draws and statistics, and why any is missing."""
    integrated, size, seed = choice
    model, data = drawing.counts_model(posterior), drawing.observed(posterior)
    name = "log_odds_ratio" if model.uses_estimates else "events"
    logs = drawing.integrated(posterior, values) if integrated else drawing.conditional(posterior, values)
    groups: Groups = {
        "log_likelihood": {name: logs},
        "log_prior": drawing.log_prior(model, values, integrated),
        **_data(posterior),
    }
    if drawing.of_two_kinds(posterior):
        return groups, "prior and predictive groups: some trials have counts and others an estimate only"
    groups["posterior_predictive"] = {name: drawing.replicates(posterior, values, seed, new=integrated)}
    if improper := improper_priors(model):
        return groups, f"prior and prior_predictive: {' and '.join(improper)} is improper"
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(FORETOLD,)))
    prior = prior_draws(model, (1, size), posterior.k, rng)
    foretold = replicate(model, data, drawing.effects(prior, posterior.k), prior.get("alpha"), rng)
    return groups | {"prior": prior, "prior_predictive": {name: foretold}}, ""


def _richer(
    posterior: Fitted, values: Mapping[str, Array], integrated: bool, seed: int
) -> tuple[Groups, str]:
    """Return the groups of a model of another kind, and what is missing."""
    groups: Groups = {**_data(posterior), "log_prior": _stated_log_prior(posterior.model, values, integrated)}
    if not groups["log_prior"]:
        del groups["log_prior"]
    if not drawing.richer(posterior):
        return groups, "log_likelihood, prior and predictive groups: not made for this kind of model"
    name = "log_odds_ratio" if drawing.counts_model(posterior).uses_estimates else "events"
    logs = drawing.integrated(posterior, values) if integrated else drawing.conditional(posterior, values)
    groups["log_likelihood"] = {name: logs}
    if not drawing.of_two_kinds(posterior):
        groups["posterior_predictive"] = {name: drawing.replicates(posterior, values, seed, new=integrated)}
    left_out = "prior and prior_predictive: not made for this kind of model"
    return (
        groups,
        left_out if integrated else f"{left_out}; log_prior of the studies' own parameters: likewise",
    )


def _stated_log_prior(model: Any, values: Mapping[str, Array], integrated: bool) -> dict[str, Array]:
    """Return the log densities of the priors that a model states, of parameters that draws hold by name.

    Baselines with a prior of their own are left out where they are integrated out.
    """
    priors: dict[str, Any] = {field.name: getattr(model, field.name) for field in fields(model)}
    held = {name: array for name, array in values.items() if not (integrated and name == "alpha")}
    # the prior of beta is then that of multiples of the common scale
    if getattr(model, "shrinkage", "") == "learned":
        held["beta"] = values["beta"] / values["beta_scale"][..., None]
    priors |= {name: priors["phi"] for name in ("phi_control", "phi_treatment") if name in held}
    stated: dict[str, Any] = {
        name: prior for name, prior in priors.items() if isinstance(prior, (*KINDS, LKJ))
    }
    return {name: prior.logpdf(held[name]) for name, prior in stated.items() if name in held}


def _data(posterior: Fitted) -> Groups:
    """Return what was observed, and what was given, under the model's likelihood."""
    counts, (estimate, error), _ = drawing.observed(posterior)
    if drawing.counts_model(posterior).uses_estimates:
        return {"observed_data": {"log_odds_ratio": estimate}, "constant_data": {"standard_error": error}}
    if (unknown := np.isnan(counts).any(axis=1)).any():
        only = {"estimate": np.where(unknown, estimate, np.nan), "events": counts[:, [0, 2]]}
        return {
            "observed_data": only,
            "constant_data": {
                "totals": counts[:, [1, 3]],
                "standard_error": np.where(unknown, error, np.nan),
            },
        }
    whole = counts.astype(np.int64)
    return {"observed_data": {"events": whole[:, [0, 2]]}, "constant_data": {"totals": whole[:, [1, 3]]}}


def _labels(posterior: Fitted) -> Mapping[str, tuple[str, ...]]:
    """Return the labels of every variable with components that are not the studies:
    coefficients, flagged studies.
    """
    drawn = posterior.answers.drawn or posterior.answers.exact_draws
    return {} if drawn is None else drawn.labels


def _coords(posterior: Fitted) -> dict[str, list[str]]:
    labelled = {f"{name}_of": list(labels) for name, labels in _labels(posterior).items()}
    return {"study": list(posterior.studies), "arm": list(ARMS)} | labelled


def _dims(posterior: Fitted, groups: Groups) -> dict[str, list[str]]:
    """Return the dimensions of every variable that has more than chain and draw."""
    dims = {name: ["study"] for name in BY_STUDY} | {name: ["study", "arm"] for name in ("events", "totals")}
    for name, array in groups.get("posterior", {}).items():
        if np.ndim(array) == 3 and np.shape(array)[-1] == posterior.k:
            dims[name] = ["study"]
    return dims | {name: [f"{name}_of"] for name in _labels(posterior)}


def _labelled(
    tree: "xr.DataTree", posterior: Fitted, more: Mapping[str, str], integrated: bool
) -> "xr.DataTree":
    """Take the clocks out, rename what ArviZ has another use for, and say what the draws are of."""
    for node in tree.subtree:
        node.dataset = node.to_dataset(inherit=False).rename_vars(
            {old: new for old, new in RENAMED.items() if old in node}
        )
        node.attrs = {key: value for key, value in node.attrs.items() if key not in CLOCKS}
    stated = (
        model_dict(posterior.model)
        if isinstance(posterior.model, Model)
        else {"kind": type(posterior.model).__name__}
    )
    tree.attrs |= {
        "dataset": posterior.dataset.label,
        "trials": posterior.dataset.selection,
        "engine": posterior.engine,
    }
    tree.attrs |= {f"model_{key}": value for key, value in stated.items()}
    tree.attrs |= {f"engine_{key}": value for key, value in posterior.settings}
    tree.attrs |= dict(more.items())
    if "log_likelihood" in tree.children:
        tree.attrs |= dict(_said(posterior, integrated).items())
    return tree


def _said(posterior: Fitted, integrated: bool) -> dict[str, str]:
    """Return what likelihoods and replicates are of."""
    if not integrated:
        return {
            "log_likelihood": "conditional on theta and baseline",
            "posterior_predictive": "theta and baseline kept",
        }
    of = "(mu, tau)" if drawing.two_arm(posterior) else "the population's parameters"
    renewed = "new theta, drawn from the between-study distribution; baseline kept"
    if isinstance(posterior.model, BetaBinomial):
        renewed = "new risks in both arms, drawn from their beta distributions"
    return {"log_likelihood": f"of {of}, integrated over theta and baseline", "posterior_predictive": renewed}


def saved_tree(
    posterior: Fitted,
    drawn: tuple[Mapping[str, Array], Mapping[str, Array]],
    fit: Mapping[str, Any],
    attributes: Mapping[str, Any],
) -> "xr.DataTree":
    """Return what a file of a posterior holds: draws and statistics where there are any, data,
    and the arrays of the fit.
    """
    import arviz as az
    import xarray as xr

    values, stats = drawn
    groups: Groups = {"posterior": values, "sample_stats": stats} if values else {}
    groups |= _data(posterior)
    tree = _labelled(
        az.from_dict(groups, coords=_coords(posterior), dims=_dims(posterior, groups)),
        posterior,
        {},
        integrated=True,
    )
    variables = {name: ([f"{name}_{i}" for i in range(np.ndim(array))], array) for name, array in fit.items()}
    tree["fit"] = xr.DataTree(xr.Dataset(variables))
    tree.attrs |= dict(attributes.items())
    return tree


def netcdf_of(tree: "xr.DataTree") -> bytes:
    """Return a tree as the content of a NetCDF file. It is made in memory:
    HDF5 does not survive a disk that fills up.
    """
    return bytes(tree.to_netcdf(engine="h5netcdf"))


def zarr_of(tree: "xr.DataTree") -> dict[str, bytes]:
    """Return a tree as the files of a Zarr store, by path."""
    files: dict[str, Any] = {}
    tree.to_zarr(files, zarr_format=2, consolidated=False)
    return {name: content.to_bytes() for name, content in files.items()}


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return a file's attributes, and its arrays of draws,
    statistics and fit by group and name, all in memory.
    """
    import xarray as xr

    zarr = path.suffix.lower() == ".zarr"
    options: dict[str, Any] = {"engine": "zarr", "consolidated": False} if zarr else {"engine": "h5netcdf"}
    with xr.open_datatree(path, **options) as tree:
        arrays = {
            f"{group}/{name}": np.asarray(array.values)
            for group in ("posterior", "sample_stats", "fit")
            if group in tree.children
            for name, array in tree[group].data_vars.items()
        }
        return {str(name): value for name, value in tree.attrs.items()}, arrays


def monte_carlo_error(draws: Array, method: str, prob: float | None = None) -> float:
    """Return the Monte Carlo standard error of the mean, the SD or a quantile of draws (chains, draws);
    0 of a constant.
    """
    return float(_array_stats().mcse(draws, method=method, prob=prob)) if np.ptp(draws) > 0 else 0.0


def effective_size(draws: Array) -> float:
    """Return the bulk effective sample size of draws (chains, draws);
    their number where they are all the same.
    """
    return float(_array_stats().ess(draws, method="bulk")) if np.ptp(draws) > 0 else float(draws.size)


def _array_stats() -> Any:
    from arviz_stats.base.array import array_stats

    return array_stats
