"""``pymc_model``: the model of a dataset as PyMC holds it, to be extended, drawn as a graph or sampled."""

from typing import TYPE_CHECKING

from bayes_ivig.engines.nuts.engine import plan_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import refuse_design_effects
from bayes_ivig.inputs.model.files import Stated, model_of
from bayes_ivig.kinds.checked import checked

if TYPE_CHECKING:
    import pymc


@checked
def pymc_model(dataset: Dataset, model: Stated | None = None) -> "pymc.Model":
    """Return the PyMC model of a dataset, as ``NUTS`` samples it; ``model`` as in ``fit``.

    Dimensions are ``study`` and ``arm``. mu, tau, theta and, where there are baselines, alpha are on the log
    odds scale, theta and tau as deterministic quantities: effects are sampled as theta = mu + tau z, and a
    tau whose prior is one side of a symmetric distribution as ``tau_signed``, through 0. Data and the numbers
    of priors are ``pm.Data``. Counts have their binomial density without its coefficients, which are
    constant.
    Raises ``DataError`` and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> built = bi.pymc_model(bi.load_dataset("ivig", "live_birth").trials("published"))
    >>> sorted(variable.name for variable in built.free_RVs)
    ['alpha', 'mu', 'tau_signed', 'z']
    """
    refuse_design_effects(dataset, "pymc_model", "which is of whole counts", "leave the design effects out")
    plan = plan_of(dataset, model_of(model))
    built: pymc.Model = plan.build()
    _add_effects(built)
    return built


def _add_effects(built: "pymc.Model") -> None:
    """Add tau and theta where the model samples others in their place."""
    import pymc as pm

    named = built.named_vars
    with built:
        if "tau_signed" in named and "tau" not in named:
            pm.Deterministic("tau", pm.math.abs(named["tau_signed"]))
        spread = named.get("tau_signed", named.get("tau"))
        if spread is not None and "z" in named and "mu" in named and "theta" not in named:
            pm.Deterministic("theta", named["mu"] + spread * named["z"], dims="study")
