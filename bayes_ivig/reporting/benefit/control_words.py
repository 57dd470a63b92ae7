"""Control risks in words: the prior of the model that pools control arms, how far it decides,
and arms that carry no risk.
"""

from collections.abc import Sequence

from bayes_ivig.reporting.wording import numbers, outcomes, per_thousand
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.posterior.control_risk import MOVED, ControlRisk
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


def prior_of_risks(risk: ControlRisk) -> str:
    """Return the priors of the model of the control arms."""
    mean, spread = risk.priors
    return f"mean of their log odds ~ {mean}, SD between studies ~ {spread}"


def range_of_risks(control: ControlRisk) -> str:
    """Return the median control risk as each scale of its priors is halved and doubled;
    empty where they have none.
    """
    moved = control.moved.get("median")
    if moved is None:
        return ""
    low, high = (per_thousand.events(PER * risk) for risk in (moved.least, moved.most))
    return f"{low} to {high} per {PER} with each scale of these priors halved and doubled"


def criterion() -> str:
    """Return from where on control arms carry no risk."""
    return (
        "no absolute effect is given where half or twice the scale of a prior moves the odds of the control "
        f"risk by a factor above {numbers.stated(MOVED)}: it would be the prior's"
    )


def ranges(reanalysis: Reanalysis, findings: Sequence[Finding]) -> list[str]:
    """Return how far the priors decide each outcome's control risk, and which outcomes have none for that."""
    lines: dict[str, None] = {}
    for each in findings:
        title = outcomes.title(reanalysis.outcome(each.outcome))
        refused = each.arms.not_carried if each.arms else None
        if refused is not None:
            lines[f"{title}, no absolute effects: {per_thousand.no_absolute_effect(refused)}."] = None
        elif each.arms and (moved := range_of_risks(each.arms)):
            lines[f"{title}, median control risk: {moved}."] = None
    return list(lines)
