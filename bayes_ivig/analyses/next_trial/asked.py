"""What everything that is asked about a trial to come starts from: the posterior on its grid, the lines that
an answer may reach, and the control risks of new trials.
"""

from typing import NamedTuple

from scipy import special

from bayes_ivig.engines.further.control_arms import control_arms
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial.outcomes import Lines
from bayes_ivig.engines.next_trial.trials import ControlLogOdds
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import OR
from bayes_ivig.priors.families import HalfNormal, Logistic
from bayes_ivig.results.benefit.zones import usual_zone
from bayes_ivig.results.posterior.control_risk import ControlRisk
from bayes_ivig.results.posterior.posterior import Posterior


class Asked(NamedTuple):
    """What is asked of an answer: the smallest important effect on the measure's own scale, the dataset's
    unless given; the probability from which a conclusion counts as reached; the level of intervals.
    """

    important: float | None
    line: float
    level: float


def answers_of(posterior: Posterior, caller: str, *, people: bool) -> GridAnswers:
    """Return the posterior on its grid; raises ``ModelError`` where there is none, or it counts in part."""
    answers = posterior.answers
    if not isinstance(posterior.model, Model) or not isinstance(answers, GridAnswers):
        raise ModelError(
            f"{caller}: not for the {posterior.engine} engine and models of the family "
            f"{posterior.model.KIND}; fit a Model with Quadrature()"
        )
    if posterior.weights:
        raise ModelError(f"{caller}: not for studies that count in part; fit without weights")
    if people and posterior.measure != OR:
        raise ModelError(
            f"{caller}: a trial is imagined by its events and an odds ratio; found the "
            f"{posterior.measure.name}; give standard_errors of its estimate, such as [0.1, 0.3]"
        )
    return answers


def lines_of(posterior: Posterior, caller: str, asked: Asked) -> Lines:
    """Return what is asked on the log scale: benefit lies above no effect unless events are bad."""
    about, measure = posterior.dataset.about, posterior.measure
    above = about.event != "bad"
    important, line, level = asked
    if important is None:
        low, high = usual_zone(about, measure)
        important = high if above else low
    if not measure.holds(important):
        raise ModelError(f"{caller}: important is {important!r}; it must be a number above 0, such as 1.25")
    beyond = abs(measure.modelled(important))
    return Lines(above, 0.0, beyond if above else -beyond, line, level)


def control_of(
    posterior: Posterior, caller: str, stated: ControlRisk | float | None
) -> tuple[ControlLogOdds, str]:
    """Return the control log odds of trials to come, and where they are from; raises ``ModelError``."""
    if stated is None and (estimated := posterior.dataset.estimated):
        raise ModelError(
            f"{caller}: {estimated[0]} is known by its estimate only, so that not all control arms tell of "
            "risks; give control_risk, such as 0.3"
        )
    if stated is None:
        own = control_arms(posterior.dataset, Logistic(0, 1), HalfNormal(1))
        return ControlLogOdds(None, own.new), "of a new trial, as the control arms tell"
    if isinstance(stated, ControlRisk):
        return ControlLogOdds(None, stated.new), "of a new trial, as stated"
    if not 0 < stated < 1:
        raise ModelError(f"{caller}: control_risk is {stated!r}; a risk lies between 0 and 1")
    return ControlLogOdds(float(special.logit(stated)), None), f"{stated:g}, taken as known"
