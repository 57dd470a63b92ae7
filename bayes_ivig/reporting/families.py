"""Every kind of model in words: what is assumed, in equations and in a line each, written from the model that was used."""

from typing import assert_never

from bayes_ivig.inputs.arm_models import RandomBaselines
from bayes_ivig.inputs.model import Model
from bayes_ivig.inputs.model_files import AnyModel
from bayes_ivig.priors.composite import Prior, described
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.reporting.words_of_models import effects_text, likelihood_text

BASELINE = {"control": "log odds of the control arm", "midpoint": "mean log odds of the two arms"}


def assumed(model: AnyModel) -> list[str]:
    """Return the detail lines of a fit: likelihood, what varies between studies, then one line per prior."""
    return [*structure(model), *(f"{name} ~ {shown(getattr(model, name))}{remark}" for name, remark in priors(model))]


def priors(model: AnyModel) -> list[tuple[str, str]]:
    """Return the parameters that have a prior under this model, each with what must be said of it."""
    if not isinstance(model, Model):
        return [(name, "") for name in model.PRIORS]
    used = [("mu", "")] + [("tau", "")] * model.heterogeneous
    return used + [("alpha", f", the {BASELINE[model.baseline]}")] * (model.likelihood == "binomial")


def shown(prior: Prior | LKJ) -> str:
    """Return the text of a prior; a library entry also shows what it resolves to."""
    return str(prior) if isinstance(prior, LKJ) else described(prior)


def structure(model: AnyModel) -> list[str]:
    """Return what is assumed apart from priors: one line each on the likelihood, on the studies' effects, on what else varies."""
    match model:
        case Model():
            return [f"likelihood: {likelihood_text(model)}", f"study effects: {effects_text(model)}"]
        case RandomBaselines():
            return [
                "likelihood: binomial in each arm; zero cells used as they are",
                "study effects: normal around mu with SD tau",
                f"baselines: the {BASELINE[model.baseline]} varies normally between studies, with mean nu and SD omega",
                "studies inform each other's baselines, so part of the answer is not protected by randomisation",
            ]
        case _:
            assert_never(model)
