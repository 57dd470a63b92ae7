"""Clauses on the two-arm model that several pages share."""

import math

from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.reporting.wording import numbers


def effects_text(model: Model) -> str:
    """Return one clause on how study effects vary."""
    if not model.heterogeneous:
        return "one common effect (tau = 0)"
    if math.isfinite(df := model.degrees_of_freedom):
        return f"Student-t with {numbers.stated(df)} degrees of freedom around mu, tau being its scale"
    return "normal around mu with SD tau"


def likelihood_text(model: Model) -> str:
    """Return one clause on the likelihood and on what it does with zero cells."""
    return model.family.words.clause
