"""Small-study biases in words: a label for each that is averaged over, and what they are."""

from bayes_ivig.inputs.model.biases import NONE, RULES
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.other_models.averaging import ModelAverage

COMPONENTS = {"effect": "an effect", "heterogeneity": "heterogeneity", "bias": "small-study bias"}
SLOPES = {"pet": "PET: a slope on the standard error", "peese": "PEESE: a slope on its square"}
AS_MODELLED = (
    "mu is the effect without the small-study bias that a model has, as far as its form is right: every form "
    "is an assumption, and other reasons than bias make small trials differ"
)
FEW = (
    "with few trials the weights of publication and the slopes stay near their priors, and so does the "
    "probability of bias"
)


def bias_label(code: str, rules: "dict[str, Selection]") -> str:
    """Return what a bias is called in tables and charts."""
    if code == NONE:
        return "none"
    if code not in rules:
        return SLOPES.get(code, f"{code}: a slope on the standard error or on its square")
    return _rule(rules[code]) if code in RULES else f"{code}: {_rule(rules[code])}"


def _rule(rule: Selection) -> str:
    """Return a rule of publication by its p-values."""
    cuts = ", ".join(numbers.stated(step).removeprefix("0") for step in rule.steps)
    return f"published by p, {rule.side}-sided {cuts}"


def remarks(average: ModelAverage) -> list[str]:
    """Return what is to be known of an average over models with bias; nothing of one without."""
    return [AS_MODELLED, FEW] if "bias" in average.components else []
