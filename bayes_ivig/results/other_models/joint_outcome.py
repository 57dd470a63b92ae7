"""What a joint model of loss, preterm and term live birth answers:
each step, term live birth, and what no data inform.

With odds of live birth o and of preterm birth given live birth q, both without treatment,

    P(live) = o OR / (1 + o OR)
    P(preterm | live) = q OR_preterm / (1 + q OR_preterm)
    P(term) = P(live) (1 - P(preterm | live))

so the odds ratio of term live birth depends on both baseline risks; they are stated, not estimated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.joint_dataset import JointDataset
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.kinds.checked import checked, checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.draws.prior_and_posterior import HARDLY, distance
from bayes_ivig.results.marginals.marginal import DrawsMarginal, Marginal, numbers
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.quantity import Quantity
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]

EFFECTS = (
    "odds_ratio",
    "risk_difference_live",
    "risk_difference_preterm",
    "risk_difference_term",
    "risk_difference_loss",
)
RATIO = ("log odds ratio", "odds ratio")
SECOND = ("mu_preterm", "tau_preterm", "rho")  # parameters that only preterm counts in both arms inform
# answers that rest on the preterm odds ratio
OF_BOTH = ("theta_new_preterm", "mu_term", "rd_preterm", "rd_term")


@checked_methods
@dataclass(frozen=True, eq=False)
class TermEffects(Shown):
    """Effects at stated baseline risks: of pregnancies, how many end in live,
    preterm live and term live birth.

    ``odds_ratio`` is the log odds ratio of term live birth. Risk differences are treatment minus control
    among pregnancies, ``risk_difference_loss`` being minus that of live birth. ``informed`` tells whether the
    preterm odds ratio, on which all but live birth and loss rest, differs from its prior at all.
    """

    live_risk: float
    preterm_risk: float
    odds_ratio: Marginal
    risk_difference_live: Marginal
    risk_difference_preterm: Marginal
    risk_difference_term: Marginal
    risk_difference_loss: Marginal
    informed: bool

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per effect: the log odds ratio of a term live birth, and differences of risk."""
        import pandas as pd

        return pd.DataFrame([{"effect": name, **numbers(getattr(self, name), level)} for name in EFFECTS])

    def net_benefit(self, weight: float) -> Marginal:
        """Return the difference in live births minus ``weight`` times that in preterm live births,
        per pregnancy.

        ``weight`` from 0 (a preterm birth is as good as one at term) to 1 (as bad as a loss).
        Raises ``ModelError``.
        """
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
            raise ModelError(f"net_benefit: weight is {weight!r}; it must lie between 0 and 1")
        return DrawsMarginal(
            _draws(self.risk_difference_live) - weight * _draws(self.risk_difference_preterm)
        )


@checked
def term_live_birth(
    posterior: Posterior,
    *,
    live_risk: float | None = None,
    preterm_risk: float | None = None,
    new_study: bool = False,
) -> TermEffects:
    """Return what the joint model says of term live birth at baseline risks of the control arm,
    the model's own by default.

    ``live_risk`` is of live birth per pregnancy, ``preterm_risk`` of preterm birth per live birth.
    ``new_study`` takes the effects in a new study for the pooled ones. Raises ``ModelError`` for a posterior
    of another kind and impossible risks.

    >>> import bayes_ivig as bi
    >>> model = bi.models.JointOutcome()
    >>> post = bi.fit(bi.load_joint_dataset("ivig"), model, bi.NUTS())  # doctest: +SKIP
    >>> bi.models.term_live_birth(post, live_risk=0.6, preterm_risk=0.1)  # doctest: +SKIP
    """
    model = posterior.model
    if not isinstance(model, JointOutcome):
        raise ModelError(
            f"term_live_birth: needs a posterior of a JointOutcome model; found one of {type(model).__name__}"
        )
    at = (
        (model.live_risk if live_risk is None else live_risk),
        (model.preterm_risk if preterm_risk is None else preterm_risk),
    )
    for name, risk in zip(("live_risk", "preterm_risk"), at, strict=True):
        if isinstance(risk, bool) or not isinstance(risk, int | float) or not 0 < risk < 1:
            raise ModelError(
                f"term_live_birth: {name} is {risk!r}; it must be a risk between 0 and 1, such as 0.6"
            )
    live, preterm = ("theta_new", "theta_new_preterm") if new_study else ("mu", "mu_preterm")
    effects = term_effects(_draws(posterior[live]), _draws(posterior[preterm]), *at)
    return TermEffects(
        live_risk=at[0],
        preterm_risk=at[1],
        odds_ratio=DrawsMarginal(effects["mu_term"]),
        risk_difference_live=DrawsMarginal(effects["rd_live"]),
        risk_difference_preterm=DrawsMarginal(effects["rd_preterm"]),
        risk_difference_term=DrawsMarginal(effects["rd_term"]),
        risk_difference_loss=DrawsMarginal(-effects["rd_live"]),
        informed=not any(one.withheld for one in posterior.quantities if one.name == "mu_preterm"),
    )


def term_effects(
    theta: Array, theta_preterm: Array, live_risk: float, preterm_risk: float
) -> dict[str, Array]:
    """Return the log odds ratio of term live birth, and risk differences per pregnancy of live,
    preterm live and term live birth.

    Names are those of the posterior's quantities: ``mu_term``, ``rd_live``, ``rd_preterm``, ``rd_term``.
    """
    live = expit(logit(live_risk) + theta)
    preterm = expit(logit(preterm_risk) + theta_preterm)
    term = live * expit(-logit(preterm_risk) - theta_preterm)
    # log of term / (1 - term), with 1 - term = (1 - live) + live preterm as a sum
    # of positive numbers: nothing cancels
    log_odds = np.log(term) - np.log(expit(-logit(live_risk) - theta) + live * preterm)
    before = live_risk * (1 - preterm_risk)
    effects = {
        "mu_term": log_odds - logit(before),
        "rd_live": live - live_risk,
        "rd_preterm": live * preterm - live_risk * preterm_risk,
        "rd_term": term - before,
    }
    return {name: np.asarray(values) for name, values in effects.items()}


def quantities(values: Mapping[str, Array], model: JointOutcome, table: JointDataset) -> tuple[Quantity, ...]:
    """Return what the model answers beside live birth; what no data inform is withheld, with the reason."""
    withheld = unlearned(values, model, table)
    per = "difference in risk per pregnancy"
    stated = [
        ("mu_preterm", "preterm if live, pooled", *RATIO),
        ("theta_new_preterm", "preterm if live, a new study", *RATIO),
        ("tau_preterm", "preterm if live, SD", "SD of log odds ratio", ""),
        ("rho", "correlation of the two", "correlation", ""),
        ("mu_term", "term live birth", *RATIO),
        ("rd_live", "live birth, difference", per, ""),
        ("rd_preterm", "preterm, difference", per, ""),
        ("rd_term", "term, difference", per, ""),
    ]
    stated += [
        (f"theta_preterm[{study.name}]", f"preterm if live, {study.name}", *RATIO)
        for study in table.preterm_studies()
    ]
    return tuple(
        Quantity(name, label, scale, shown, withheld.get(name, ""))
        for name, label, scale, shown in stated
        if name.partition("[")[0] in values
    )


def unlearned(values: Mapping[str, Array], model: JointOutcome, table: JointDataset) -> dict[str, str]:
    """Return the quantities on which the data say nothing, each with the reason why."""
    if not any(table.informative):
        return dict.fromkeys((*SECOND, *OF_BOTH), "prior only")
    near = {
        name: "as its prior"
        for name in SECOND
        if name in values and distance(DrawsMarginal(values[name]), getattr(model, name)) < HARDLY
    }
    return near | (dict.fromkeys(OF_BOTH, near["mu_preterm"]) if "mu_preterm" in near else {})


def remarks(quantities: tuple[Quantity, ...], model: JointOutcome, table: JointDataset) -> tuple[str, ...]:
    """Return what must be said beside the numbers: how many arms have preterm counts,
    and what conditioning on birth does.
    """
    treated, controls = table.known_arms
    counted = (
        f"preterm births are known in {treated} treatment and {controls} control arms with live births, in "
        f"both arms of {sum(table.informative)} of {len(table.live)} studies; "
        "only these inform the preterm odds ratio"
    )
    selected = (
        "preterm birth is counted among live births: where the treatment changes who is born alive, the arms "
        "compared there are different women, and randomisation does not protect the comparison (truncation "
        "by death)"
    )
    at = (
        f"term live birth and differences in risk per pregnancy are for {100 * model.live_risk:g}% live "
        f"births, {100 * model.preterm_risk:g}% of them preterm, in the control arm"
    )
    silent = (
        "the data do not inform the preterm odds ratio: what rests on it is the prior, no finding, "
        "and is not shown"
    )
    return (
        counted,
        *((silent,) if any(one.withheld for one in quantities if one.name == "mu_preterm") else ()),
        at,
        selected,
    )


def _draws(marginal: Marginal) -> Array:
    assert isinstance(marginal, DrawsMarginal)
    return marginal.draws
