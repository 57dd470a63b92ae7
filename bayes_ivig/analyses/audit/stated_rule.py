"""The model a result is said to come from, against the rule by which the paper says it chooses one."""

from bayes_ivig.analyses.audit.printed import probability_range
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.inputs.paper.stated_rule import Condition, ModelRule, parse_rules
from bayes_ivig.results.audit import Finding, Verdict
from bayes_ivig.results.coded import Coded, coded


def model_rule(claim: Claim, stated: OtherClaim) -> Finding:
    """Check the model of one pooled result against a stated rule;
    conditions hold, fail, or depend on the rounding.
    """
    if not stated.rule:
        return _finding(claim, "cannot tell", coded("needs_rule"))
    if claim.i2_percent is None and claim.heterogeneity_p is None:
        return _finding(claim, "cannot tell", coded("nothing_to_look_at"))
    return _judged(claim, stated)


def _judged(claim: Claim, stated: OtherClaim) -> Finding:
    """Check the model of a pooled result whose heterogeneity is printed."""
    rules = parse_rules(stated.rule)
    asked = [rule for rule in rules if _holds(rule, claim)[1]]
    possible = [rule for rule in rules if _holds(rule, claim)[0]]
    model = "fixed" if claim.model == "common" else claim.model
    both = {rule.model for rule in asked} >= {"fixed", "random"}
    if model == "unstated":
        return _finding(claim, "cannot tell", coded("unstated", rules, claim, possible, both))
    if model not in {rule.model for rule in rules}:
        return _finding(claim, "cannot tell", coded("silent", rules, claim, model))
    if model not in {rule.model for rule in possible}:
        mend = f"model {asked[0].model} instead of {claim.model}" if len(asked) == 1 else ""
        return _finding(claim, "inconsistent", coded("excluded", rules, claim, model), mend)
    if both:
        return _finding(claim, "consistent if", coded("undecided", rules, claim, model))
    return _finding(claim, "consistent", coded("allowed", rules, claim, model))


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


def _finding(claim: Claim, verdict: Verdict, reason: Coded, mend: str = "") -> Finding:
    return Finding(
        claim.outcome, "model_rule", verdict, reason, mend, coded("model_used", claim), claim.where
    )
