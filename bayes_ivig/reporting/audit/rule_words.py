"""The sentences of an audit about the model of a result, against the rule by which the paper chooses one."""

from collections.abc import Sequence

from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.stated_rule import ModelRule
from bayes_ivig.reporting.audit.words import heterogeneity
from bayes_ivig.reporting.wording import phrases


def needs_rule() -> str:
    """Say that a row of this kind does not give its rule."""
    return "A rule needs its text in column parts: when the paper uses which model."


def nothing_to_look_at() -> str:
    """Say that what the rule looks at is not printed."""
    return "The rule looks at heterogeneity, but neither I2 nor its P-value is printed."


def models(rules: Sequence[ModelRule]) -> str:
    """Return the models that rules ask for."""
    return phrases.series([rule.model for rule in rules]) or "neither model"


def _rule(rules: Sequence[ModelRule], claim: Claim) -> str:
    return f"The rule says {'; '.join(map(str, rules))}. Printed is {heterogeneity(claim)}."


def unstated(rules: Sequence[ModelRule], claim: Claim, possible: Sequence[ModelRule], both: bool) -> str:
    """Say what the rule asks of a result whose model is not stated."""
    also = (
        "Both conditions hold, so the rule does not decide." if both else f"It asks for {models(possible)}."
    )
    return f"{_rule(rules, claim)} {also} The model used is not stated."


def silent(rules: Sequence[ModelRule], claim: Claim, model: str) -> str:
    """Say that the rule is about other models."""
    return f"{_rule(rules, claim)} It says nothing about the {model}-effects model that was used."


def excluded(rules: Sequence[ModelRule], claim: Claim, model: str) -> str:
    """Say that the rule does not allow the model."""
    return f"{_rule(rules, claim)} The model used is {model}, which the rule excludes here."


def undecided(rules: Sequence[ModelRule], claim: Claim, model: str) -> str:
    """Say that the rule allows both models."""
    return f"{_rule(rules, claim)} Both conditions hold; {model} fits if the rule leaves the choice."


def allowed(rules: Sequence[ModelRule], claim: Claim, model: str) -> str:
    """Say that the model is the one that the rule asks for."""
    return f"{_rule(rules, claim)} The model used is {model}, as the rule asks or allows within rounding."


def model_used(claim: Claim) -> str:
    """Return the model as printed."""
    return f"model {claim.model}"
