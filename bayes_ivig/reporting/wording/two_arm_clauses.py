"""Clauses on the two-arm model that several pages share."""

import math

from bayes_ivig.inputs.model.two_arm import Model


def effects_text(model: Model) -> str:
    """Return one clause on how study effects vary."""
    if not model.heterogeneous:
        return "one common effect (tau = 0)"
    if math.isfinite(df := model.degrees_of_freedom):
        return f"Student-t with {df:g} degrees of freedom around mu, tau being its scale"
    return "normal around mu with SD tau"


def likelihood_text(model: Model) -> str:
    """Return one clause on the likelihood and on what it does with zero cells."""
    match model.likelihood:
        case "binomial":
            return (
                "binomial in each arm, averaged over the prior of each trial's baseline; "
                "zero cells used as they are"
            )
        case "hypergeometric":
            said = "zero cells used as they are, double-zero studies say nothing"
            return f"noncentral hypergeometric given each study's events; {said}"
        case "normal":
            said = "0.5 added to every cell of a study with a zero cell, double-zero studies dropped"
            return f"normal on the log odds ratio; {said}"
