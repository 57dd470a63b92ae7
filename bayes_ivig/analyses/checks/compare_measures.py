"""``compare_measures``: one table of counts on the scale of odds ratios, risk ratios and others, told of the
same people. Which scale is natural for the table is not chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated

from bayes_ivig.analyses.benefit.control_levels import arm_levels, main_risk, refusal
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.scale import offered
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.likelihoods.registry import DEFAULT, ODDS_ONLY
from bayes_ivig.measures import measure_of
from bayes_ivig.results.checks.across_measures import MeasureComparison, OnMeasure, RiskSource
from bayes_ivig.results.posterior.control_risk import ControlRisk
from bayes_ivig.results.posterior.posterior import Posterior

NO_DEFAULT = (
    "no default prior, its scale being that of the data; compare_measures takes a model that states one"
)


@checked
def compare_measures(
    dataset: Dataset,
    *,
    models: Annotated[Sequence[TwoArm], NOT_EMPTY] | None = None,
    control_risk: ControlRisk | float | None = None,
) -> MeasureComparison:
    """Return the posterior of a table of counts on several scales, each also told per 1000 people at one
    control risk.

    ``models`` are those to be set side by side, each with its measure, likelihood and priors; unless given,
    the default models of every ratio that the table gives: OR and RR of events and totals, IRR of events and
    person-time. A risk difference has no default priors and takes part where a model states them.
    ``control_risk`` is a number, or what ``control_risk(dataset)`` returns (a typical control arm, its
    uncertainty carried along); unless given, the median of the control arms' own risks, as ``benefit`` has it
    and taken as known, or none where these do not carry it. Nothing is said of which scale is right, and no
    marginal likelihoods are compared. Raises ``DataError`` and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> bi.checks.compare_measures(bi.load_dataset("my.csv"))
    MeasureComparison(my, k=4): OR 0.38 (0.18 to 0.75); RR 0.40 (0.19 to 0.78)
    """
    if isinstance(control_risk, float | int) and not 0 < control_risk < 1:
        raise ModelError(
            f"compare_measures: control_risk is {control_risk!r}; it is a probability strictly between 0 "
            "and 1, such as 0.4, or what control_risk(dataset) returns"
        )
    if dataset.estimated:
        raise ModelError(
            f"compare_measures: {dataset.label}: of {len(dataset.estimated)} trials the estimate is known, "
            f"not the counts ({dataset.estimated[0]}), so that there is no other scale than that of "
            f"{measure_of(dataset.measure).plural}; give a table of events and totals"
        )
    left_out: tuple[tuple[str, str], ...] = ()
    stated = models or ()
    if models is None:
        codes = offered(dataset)
        stated = [Model(measure=code) for code in codes if measure_of(code).log]
        left_out = _without_priors(codes)
    return _told([fit(dataset, two_arm_of(model)) for model in stated], control_risk, left_out)


def on_other_measures(posterior: Posterior) -> MeasureComparison:
    """Return a fitted model beside itself on the scales of the other ratios, with the same priors and the
    likelihood of that scale; what cannot be is left out, with the reason.
    """
    dataset, model = posterior.dataset, posterior.model
    rows, left_out = [posterior], []
    codes = offered(dataset)
    for code in codes:
        if code == posterior.measure.code or not measure_of(code).log:
            continue
        likelihood = DEFAULT if model.likelihood in ODDS_ONLY else model.likelihood
        try:
            other = replace(model, measure=code, likelihood=likelihood, name="", title="", notes=())
            rows.append(fit(dataset, other))
        except ModelError as error:
            left_out.append((code, str(error)))
    return _told(rows, None, (*left_out, *_without_priors(codes)))


def _without_priors(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, NO_DEFAULT) for code in codes if not measure_of(code).log)


def _told(
    posteriors: Sequence[Posterior],
    control_risk: ControlRisk | float | None,
    left_out: tuple[tuple[str, str], ...],
) -> MeasureComparison:
    """Tell every posterior of the same people."""
    dataset = posteriors[0].dataset
    at, source, no_risk = _at(dataset, control_risk)
    rows = tuple(
        OnMeasure(each, None if at is None or not each.measure.gives_risks else each.absolute(at))
        for each in posteriors
    )
    known = at.risk().quantile(0.5) if isinstance(at, ControlRisk) else at
    return MeasureComparison(
        dataset, rows, None if known is None else float(known), source, no_risk, left_out
    )


def _at(
    dataset: Dataset, control_risk: ControlRisk | float | None
) -> tuple[ControlRisk | float | None, RiskSource, str]:
    """Return the common control risk, whence it is, and why there is none."""
    if isinstance(control_risk, ControlRisk):
        return control_risk, "typical control arm", ""
    if control_risk is not None:
        return control_risk, "stated", ""
    levels = arm_levels(dataset)
    if levels.risks:
        return main_risk(levels.risks), "median of the control arms", ""
    return None, "none", refusal(levels) or "no control arm with people in it is known"
