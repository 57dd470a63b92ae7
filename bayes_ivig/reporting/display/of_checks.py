"""The answer of a check of a model, of a calibration and of what it would take to turn a conclusion."""

from bayes_ivig.reporting.display.effects import several
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.calibration import Calibration
from bayes_ivig.results.checks.loo import LeaveOneOut, ModelComparison
from bayes_ivig.results.checks.model_check import ModelCheck
from bayes_ivig.results.checks.power_scaling import PowerScaling
from bayes_ivig.results.checks.predictive import PosteriorCheck, PriorCheck
from bayes_ivig.results.draws.monte_carlo import MonteCarloErrors
from bayes_ivig.results.history.history import History
from bayes_ivig.results.next_trial.extended_funnel import ExtendedFunnel
from bayes_ivig.results.next_trial.next_trial import NextTrial
from bayes_ivig.results.next_trial.value import ValueOfInformation
from bayes_ivig.results.tipping.credibility import Credibility
from bayes_ivig.results.tipping.fragility import BayesianFragility
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior
from bayes_ivig.results.tipping.points import Conclusion, TippingGrid, TippingPoint


def of_model_check(result: ModelCheck) -> str:
    """What was found."""
    problems = result.problems
    return f"{several(len(problems), 'problem')}: {'; '.join(problems)}" if problems else "no problem"


def of_posterior_check(result: PosteriorCheck) -> str:
    """The arm that fits worst."""
    if not result.rows:
        return "no arms"
    worst = min(result.rows, key=lambda row: row.p_value)
    p = numbers.equals("P", numbers.p_value(worst.p_value))
    return f"{several(len(result.rows), 'arm')}, the furthest {worst.study}, {worst.arm}: {p}"


def of_prior_check(result: PriorCheck) -> str:
    """What the priors foretell of the effect."""
    first = result.quantities[0]
    least, most = numbers.foretold(first.quantiles[0]), numbers.foretold(first.quantiles[-1])
    return f"{first.quantity} {least} to {most} before any data"


def of_loo(result: LeaveOneOut) -> str:
    """The expected log predictive density."""
    error = "" if result.se is None else f" (SE {numbers.plain(result.se)})"
    return f"elpd {numbers.plain(result.elpd)}{error}, {result.method}"


def of_models(result: ModelComparison) -> str:
    """The model that comes first, and by how much."""
    first, *others = result.models
    if not others:
        return f"{first.name} alone"
    return f"{first.name} first, {others[0].name} behind by {numbers.plain(abs(others[0].difference))} elpd"


def of_errors(result: MonteCarloErrors) -> str:
    """The largest of them."""
    worst = max(result.rows, key=lambda row: row.mcse)
    return (
        f"{several(len(result.rows), 'number')}, the largest error {numbers.numerical_error(worst.mcse)} "
        f"in {worst.number} of {worst.quantity}"
    )


def of_power_scaling(result: PowerScaling) -> str:
    """What it says of every quantity."""
    return "; ".join(f"{row.quantity}: {_diagnosis(row.diagnosis)}" for row in result.rows)


def of_history(result: History) -> str:
    """How many looks there were, and how many trials were a surprise."""
    last, posterior = result.looks[-1].benefit, result.posterior
    name = "benefit" if posterior.dataset.about.event else posterior.measure.above
    now = "" if last is None else f", {numbers.chance(name, last)} at the last"
    return f"{several(len(result.looks), 'look')}{now}, {several(len(result.surprising), 'surprising trial')}"


def of_next_trial(result: NextTrial) -> str:
    """The best of the sizes that were asked, and the most that one trial can do."""
    best = max(each.value["reached"] for each in result.sizes)
    return (
        f"P(benefit shown at {numbers.stated(result.line)}) up to {numbers.probability(best)} over "
        f"{several(len(result.sizes), 'size')}, {numbers.probability(result.endless.value['reached'])} "
        "by one trial without end"
    )


def of_value(result: ValueOfInformation) -> str:
    """What knowing all is worth, and the most that a trial is."""
    best = max(each.evsi for each in result.sizes)
    return (
        f"EVPI {numbers.figures(result.evpi)} for each person, EVSI up to {numbers.figures(best)} over "
        f"{several(len(result.sizes), 'size')}"
    )


def of_extended_funnel(result: ExtendedFunnel) -> str:
    """The answer today, and in how many rows of the picture a result turns it."""
    turning = sum(bool(row.benefit) + bool(row.harm) > 0 for row in result.needed)
    return (
        f"{numbers.probability(result.today)} without a new trial; {numbers.stated(result.line)} or its "
        f"opposite within reach in {turning} of {several(len(result.needed), 'row')}"
    )


def _diagnosis(diagnosis: str) -> str:
    return "not sensitive" if diagnosis == "none" else diagnosis


def of_calibration(result: Calibration) -> str:
    """How often intervals held what was drawn."""
    shares = [f"{each.quantity} {numbers.percent(each.coverage[-1].share, 0)}" for each in result.quantities]
    level = numbers.level(result.quantities[0].coverage[-1].level)
    return f"{several(result.setup.simulations, 'simulation')}; {level} intervals hold {', '.join(shares)}"


def of_credibility(result: Credibility) -> str:
    """Whether it is significant, and credible."""
    now = "significant" if result.significant else "not significant"
    own = "" if result.intrinsically_credible else "not "
    return f"{now} at {numbers.level(result.level)}, {own}intrinsically credible"


def of_how_much(result: HowMuchPrior) -> str:
    """Whether the conclusion holds."""
    return _held(result.conclusion, result.chance)


def of_tipping_point(result: TippingPoint) -> str:
    """Where the conclusion turns."""
    scales = ", ".join(result.prior(scale) for scale in result.crossings)
    return f"{_held(result.conclusion, result.chance)}; {f'turns at {scales}' if scales else 'turns nowhere'}"


def of_tipping_grid(result: TippingGrid) -> str:
    """Under how many priors the conclusion holds."""
    holds = result.conclusion.reached(result.chances)
    return (
        f"{result.conclusion} under {numbers.count(int(holds.sum()))} of {numbers.count(holds.size)} priors"
    )


def of_bayesian_fragility(result: BayesianFragility) -> str:
    """How many events turn it."""
    turn = "no number of moved events turns it"
    if result.events is not None:
        turn = f"{several(result.events, 'moved event')} {'turns' if result.events == 1 else 'turn'} it"
    return f"{_held(result.conclusion, result.chance)}; {turn}"


def _held(conclusion: Conclusion, chance: float) -> str:
    """Return whether a conclusion holds: to nine decimals, as everywhere."""
    holds = bool(conclusion.reached(chance))
    return f"{conclusion} {'holds' if holds else 'does not hold'}, being {numbers.cell(chance)}"
