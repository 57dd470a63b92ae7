"""Models of small-study bias to average over: the named ones, a user's own, and their prior probabilities."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.model.direction import DIRECTIONS
from bayes_ivig.inputs.model.pet_peese import FORMS, PetPeese
from bayes_ivig.inputs.model.selected import CUMULATIVE, Selection
from bayes_ivig.inputs.model.stated_model import closed
from bayes_ivig.inputs.model.two_arm import Model

type Own = Selection | PetPeese

NONE, PSMA = "none", "psma"
# side and cuts of the p-value: the rules of Bartos et al. 2023
RULES: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "two_sided_05": ("two", (0.05,)),
    "two_sided_05_10": ("two", (0.05, 0.1)),
    "one_sided_05": ("one", (0.05,)),
    "one_sided_025_05": ("one", (0.025, 0.05)),
    "one_sided_05_50": ("one", (0.05, 0.5)),
    "one_sided_025_05_50": ("one", (0.025, 0.05, 0.5)),
}
NAMES = (NONE, *RULES, *FORMS)
OF_PSMA: dict[str | Own, float] = {
    code: 1 / 2 if code == NONE else 1 / 8 if code in FORMS else 1 / 24 for code in NAMES
}
BINOMIAL = (
    "average_models: found likelihood {likelihood}; the probability of an interval of the p-value would need "
    "the distribution of each trial's events in all, which it leaves to a baseline prior. State a model with "
    "likelihood 'hypergeometric', which is given them and exact, or 'normal'"
)

type Rules = Annotated[
    str | Mapping[str | Selection | PetPeese, float] | Sequence[str | Selection | PetPeese] | None,
    '"psma", or names of biases with prior weights, such as {"none": 1, "pet": 1}',
]


class Bias(NamedTuple):
    """A model of bias, None for no bias, and its prior probability."""

    how: Own | None
    prior: float


def biases_of(bias: Rules, model: Model, direction: str) -> dict[str, Bias]:
    """Return the models of bias by name, prior probabilities scaled to add up to one; raises ``ModelError``.

    ``bias`` is ``"psma"``, a mapping from names, or from a user's own models, to prior weights,
    or some of them, all alike; None is no bias.
    """
    if wrong := closed("direction", direction, DIRECTIONS):
        raise ModelError(wrong)
    if bias is None:
        return {NONE: Bias(None, 1.0)}
    stated = _stated(bias)
    fit = all(_is_number(weight) and 0 <= weight < math.inf for weight in stated.values())
    total = math.fsum(stated.values()) if fit else 0.0
    if total <= 0:
        raise ModelError(
            "average_models: prior weights of biases must be 0 or more, and at least one above 0"
        )
    found: dict[str, Bias] = {}
    for each, weight in stated.items():
        code = each if isinstance(each, str) else each.name or f"{each.KIND}_{len(found) + 1}"
        if code in found:
            raise ModelError(f"average_models: two biases are named {code!r}; give each a name of its own")
        if weight > 0:
            found[code] = Bias(_how(each, model, direction), weight / total)
    if any(isinstance(each.how, Selection) for each in found.values()):
        _require_chances(model)
    return found


def _stated(
    bias: Mapping[str | Own, float] | Sequence[str | Own] | str,
) -> dict[str | Own, float]:
    """Return names and models with their weights."""
    if isinstance(bias, str):
        if bias != PSMA:
            raise ModelError(f'average_models: bias: found {bias!r}; give "{PSMA}", or names with weights')
        return dict(OF_PSMA)
    stated = dict(bias) if isinstance(bias, Mapping) else dict.fromkeys(bias, 1.0)
    for each in stated:
        if isinstance(each, str) and each not in NAMES:
            raise ModelError(
                f"average_models: no bias {each!r}{suggestion(each, NAMES)}; biases are {', '.join(NAMES)}, "
                "and your own Selection(...) and PetPeese(...)"
            )
    return stated


def _how(each: str | Own, model: Model, direction: str) -> Own | None:
    """Return the model of a name, or a user's own with the priors of the model that is averaged."""
    if not isinstance(each, str):
        own = each.two_arm
        for parameter in ("mu", "tau"):
            stated = getattr(each, parameter)
            if parameter not in own.defaulted and stated != getattr(model, parameter):
                raise ModelError(
                    f"average_models: {each.name or each.KIND} states {parameter} ~ {stated}; all "
                    f"models have that of the model averaged, {getattr(model, parameter)}: state it there"
                )
        return each
    if each in FORMS:
        return PetPeese(
            each, direction, likelihood=model.likelihood, effects=model.effects, mu=model.mu, tau=model.tau,
            measure=model.measure,
        )  # fmt: skip
    if each == NONE:
        return None
    _require_chances(model)
    side, steps = RULES[each]
    return Selection(
        steps, side, direction if side == "one" else "", CUMULATIVE, likelihood=model.likelihood,
        effects=model.effects, mu=model.mu, tau=model.tau, measure=model.measure,
    )  # fmt: skip


def _require_chances(model: Model) -> None:
    """Raise ``ModelError`` for a likelihood that does not say how probable an interval of the p-value is."""
    if not (model.conditions_on_events or model.uses_estimates):
        raise ModelError(BINOMIAL.format(likelihood=model.likelihood))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
