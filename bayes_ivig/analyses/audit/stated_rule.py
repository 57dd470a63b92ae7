"""The model a result is said to come from, against the rule by which the paper says it chooses one."""

from bayes_ivig.analyses.audit.printed import probability_range
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.inputs.paper.stated_rule import Condition, ModelRule, parse_rules
from bayes_ivig.reporting.audit.words import heterogeneity
from bayes_ivig.reporting.wording.numbers import series
from bayes_ivig.results.audit import Finding, Verdict

NOT_PRINTED = "neither I2 nor its P-value is printed"


def model_rule(claim: Claim, stated: OtherClaim) -> Finding:
    """Check the model of one pooled result against a stated rule;
    conditions hold, fail, or depend on the rounding.
    """
    rules = parse_rules(stated.rule)
    if claim.i2_percent is None and claim.heterogeneity_p is None:
        return _finding(claim, "cannot tell", f"The rule looks at heterogeneity, but {NOT_PRINTED}.")
    asked = [rule for rule in rules if _holds(rule, claim)[1]]
    possible = [rule for rule in rules if _holds(rule, claim)[0]]
    both_sides = f"The rule says {'; '.join(map(str, rules))}. Printed is {heterogeneity(claim)}."
    model = "fixed" if claim.model == "common" else claim.model
    both = {rule.model for rule in asked} >= {"fixed", "random"}
    if model == "unstated":
        also = (
            " Both conditions hold, so the rule does not decide."
            if both
            else f" It asks for {_models(possible)}."
        )
        return _finding(claim, "cannot tell", f"{both_sides}{also} The model used is not stated.")
    if model not in {rule.model for rule in rules}:
        return _finding(
            claim,
            "cannot tell",
            f"{both_sides} It says nothing about the {model}-effects model that was used.",
        )
    if model not in {rule.model for rule in possible}:
        other = _models(asked)
        mend = f"model {other} instead of {claim.model}" if other in ("fixed", "random") else ""
        return _finding(
            claim,
            "inconsistent",
            f"{both_sides} The model used is {model}, which the rule excludes here.",
            mend,
        )
    if both:
        return _finding(
            claim,
            "consistent if",
            f"{both_sides} Both conditions hold; {model} fits if the rule leaves the choice.",
        )
    return _finding(
        claim,
        "consistent",
        f"{both_sides} The model used is {model}, as the rule asks or allows within rounding.",
    )


def _models(rules: list[ModelRule]) -> str:
    return series([rule.model for rule in rules]) or "neither model"


def _holds(rule: ModelRule, claim: Claim) -> tuple[bool, bool]:
    """Return whether the conditions of a rule may hold, and whether they do for certain."""
    conditions = [_condition(condition, claim) for condition in rule.conditions]
    combine = any if rule.joined == "or" else all
    return combine(may for may, _ in conditions), combine(certain for _, certain in conditions)


def _condition(condition: Condition, claim: Claim) -> tuple[bool, bool]:
    printed = getattr(claim, condition.field)
    if printed is None:
        return True, False
    lower, upper = probability_range(printed, most=100.0 if condition.field == "i2_percent" else 1.0)
    match condition.operator:
        case "<":
            return lower < condition.value, upper < condition.value
        case "<=":
            return lower <= condition.value, upper <= condition.value
        case ">":
            return upper > condition.value, lower > condition.value
        case _:
            return upper >= condition.value, lower >= condition.value


def _finding(claim: Claim, verdict: Verdict, message: str, mend: str = "") -> Finding:
    return Finding(claim.outcome, "model_rule", verdict, message, mend, f"model {claim.model}", claim.where)
