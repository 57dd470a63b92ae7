"""Both arms' log odds on the scales of risks, and study effects between limits, as tensors of a sampler."""

from typing import Any

from bayes_ivig.engines.nuts.plan import arm_log_odds
from bayes_ivig.inputs.model.two_arm import Model


def log_odds(alpha: Any, theta: Any, model: Model) -> Any:
    """Return the symbolic log odds of both arms, (K, 2), treatment first, from their means (K,) and effects.

    The formulas are those of ``formulas.scales.odds_product``.
    """
    import pymc as pm
    import pytensor.tensor as pt

    if model.family.scale.half is None:
        return arm_log_odds(alpha, theta, model.baseline)
    if model.family.scale.measure.log:
        w = theta / 2 + pt.arcsinh(pt.exp(alpha) * pt.sinh(theta / 2))
    else:
        z = pt.arctanh(theta)
        w = z + pt.arcsinh(pt.cosh(alpha) * pt.sinh(z))
    return pm.math.stack([alpha + w, alpha - w], axis=1)


def effects_between(mu: Any, tau: Any, z: Any, limits: tuple[float, float]) -> Any:
    """Return symbolic study effects, normal around mu with SD tau and cut off at limits,
    from standard normal ones.

    A standard normal's share below is put to the same share of what lies between the limits.
    """
    import pymc as pm

    below, up_to = (pm.math.invprobit((limit - mu) / tau) for limit in limits)
    return mu + tau * pm.math.probit(below + pm.math.invprobit(z) * (up_to - below))
