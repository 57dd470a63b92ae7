"""Whether the priors of a model are for the measure it is on, and what to state where there is no default."""

import math

import numpy as np

from bayes_ivig.errors import ModelError, report_all
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import STANDARDISED, Model
from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.made_for import made_for

SIZES = (("treatment_n", "control_n"), ("treatment_total", "control_total"))  # cells that say how many people
COCHRANE = ("OR", "RR", "HR", "RD", "SMD")  # measures with priors in that table


def require_priors(dataset: Dataset, model: Model, measure: Measure) -> None:
    """Raise ``ModelError`` for priors made for another measure, and where a scale without default priors
    has none stated.
    """
    used = {"mu": model.mu} | ({"tau": model.tau} if model.heterogeneous else {})
    report_all([wrong for name, prior in used.items() if (wrong := unfit(name, prior, measure))], ModelError)
    if measure.log or measure.code == STANDARDISED:
        return
    missing = [name for name in used if name in model.defaulted]
    if missing:
        raise ModelError(
            f"{dataset.label}: no default prior for {' and '.join(missing)} of {measure.one}, whose scale is "
            f"that of the data; state it: {_suggested(dataset, measure)}"
        )
    if model.notes and not model.measure:
        raise ModelError(
            f"{dataset.label}: the model {model.name or model.title} states priors for ratios, on the log "
            f'scale; state others and measure = "{measure.code}" in its file: {_suggested(dataset, measure)}'
        )


def unfit(parameter: str, prior: Prior, measure: Measure) -> str:
    """Say that a prior was made for another measure, or return an empty text."""
    made = made_for(prior)
    if made in ("", measure.code):
        return ""
    table = f'cochrane(AREA, "{parameter}", "{"log " if measure.log else ""}{measure.code}")'
    other = f"{table} has such priors; or state one" if measure.code in COCHRANE else "state one"
    example = "half_normal(0.5)" if parameter == "tau" else "normal(0, 2.82)"
    if not measure.log:
        example = "half_normal(scale)" if parameter == "tau" else "normal(0, sd)"
    return (
        f"{parameter}: {prior} was made for measure {made}, another scale than that of {measure.scale}; "
        f"{other}, such as {example}"
    )


def _suggested(dataset: Dataset, measure: Measure) -> str:
    """Return priors that are worth as much as the default ones are on log ratios.

    The unit-information SD is that of an estimate from one person, the root of sum n / sum 1/SE^2 (Röver,
    Bender, Dias, Schmid, Schmidli, Sturtz, Weber & Friede 2021, Res Synth Methods 12:448): 4 on log odds
    ratios, where normal(0, 2.82) is its root-2 th part and half_normal(0.5) its eighth.
    """
    studies = [study for study in dataset.studies if study.estimable and study.informative]
    errors = effects_of(studies, measure)[1] if studies else np.array([1.0])
    sizes = np.array([_size(study) for study in studies] or [math.nan])
    known = np.isfinite(sizes)
    if not known.any():
        middle = float(np.median(errors))
        return (
            f"mu = normal(0, s / 1.4) and tau = half_normal(s / 8), s being the unit-information SD "
            f"{middle:.3g} * sqrt(n) with n people in a typical trial (Röver et al. 2021)"
        )
    unit = math.sqrt(sizes[known].sum() / (errors[known] ** -2.0).sum())
    return (
        f"for example mu = normal(0, {unit / math.sqrt(2):.2g}) and tau = half_normal({unit / 8:.2g}), from "
        f"the unit-information SD {unit:.3g} of these trials (Röver et al. 2021)"
    )


def _size(study: AnyStudy) -> float:
    """Return how many people a trial has; NaN where that is not known."""
    if isinstance(study, Study):
        return study.treatment_seen + study.control_seen if study.of_people else math.nan
    cells = dict(study.given)
    for pair in SIZES:
        try:
            return sum(float(cells[column]) for column in pair)
        except (KeyError, ValueError):
            continue
    return math.nan
