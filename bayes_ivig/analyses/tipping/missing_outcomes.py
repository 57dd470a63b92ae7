"""How an answer depends on people who were randomised and not seen."""

import math
from dataclasses import replace

from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.rows import with_counts
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.tipping.missing_outcomes import MissingOutcomes, MissingTip

FURTHEST = 100.0  # of an informative missingness odds ratio
CLOSE = 0.02  # of its logarithm
WHAT = "people who were not seen"
LEAST = 0.975
CORNERS = {  # whether the missing of the treatment and of the control arm had the event
    "all the missing had the event": (True, True),
    "none of the missing had it": (False, False),
    "treatment: all had it, control: none": (True, False),
    "treatment: none had it, control: all": (False, True),
}
DIRECTIONS = {"treatment": (1, 0), "control": (0, -1), "both": (1, -1)}


@checked
def missing_outcomes(
    dataset: Dataset, model: TwoArm | None = None, *, imor: str = "imor(0, 1)", least: Level = LEAST
) -> MissingOutcomes:
    """Return what is left open by people who were randomised and not seen (columns ``treatment_missing`` and
    ``control_missing``): answers of available cases, under a prior of log informative missingness odds ratios
    (IMOR), with all or none of the missing having had the event, and the IMORs at which a conclusion turns.

    The conclusion is the side of no effect that the available cases favour, with probability ``least`` or
    more. It is looked for up to an IMOR of 100, the other arm's missing being like those who were seen.
    Raises ``DataError`` where nobody is missing, and ``ModelError`` for a likelihood that has no room for it.

    >>> import bayes_ivig as bi
    >>> a = bi.Study("A", 5, 40, 10, 40, treatment_missing=4)
    >>> b = bi.Study("B", 7, 35, 9, 40, control_missing=2)
    >>> bi.tipping.missing_outcomes(bi.Dataset((a, b)))
    MissingOutcomes: OR 0.63 (0.22 to 1.72) in those seen; P(OR < 1) 0.625 to 0.900 under what is assumed
    """
    studies = [with_counts(study, WHAT) for study in dataset.studies]
    if not any(study.missing for study in studies):
        raise DataError(
            f"{dataset.label}: nobody is missing; give columns treatment_missing and "
            "control_missing, the people "
            "of each total whose outcome was not seen"
        )
    plain = replace(two_arm_of(model), missing="")
    stated = replace(plain, missing=imor)
    answers = [("available cases", fit(dataset, plain)), ("stated", fit(dataset, stated))]
    for name, (treatment, control) in CORNERS.items():
        counted = tuple(_counted(study, treatment, control) for study in studies)
        answers.append((name, fit(replace(dataset, studies=counted), plain)))
    side = 1 if answers[0][1]["mu"].prob_above(0.0) >= 1 / 2 else -1
    return MissingOutcomes(
        imor=stated.missing,
        answers=tuple(answers),
        conclusion="OR > 1" if side > 0 else "OR < 1",
        least=least,
        tips=tuple(_tip(dataset, plain, (where, side), least) for where in DIRECTIONS),
        missing=(sum(s.treatment_missing for s in studies), sum(s.control_missing for s in studies)),
        randomised=(sum(s.treatment_total for s in studies), sum(s.control_total for s in studies)),
    )


def _counted(study: Study, treatment: bool, control: bool) -> Study:
    """Return a study with its missing people counted, with the event or without."""
    return replace(
        study,
        treatment_events=study.treatment_events + study.treatment_missing * treatment,
        control_events=study.control_events + study.control_missing * control,
        treatment_missing=0,
        control_missing=0,
    )


def _tip(dataset: Dataset, plain: Model, way: tuple[str, int], least: float) -> MissingTip:
    """Return where the conclusion turns as the missing of one arm, or of both, depart from those seen."""
    where, side = way
    a, b = DIRECTIONS[where]
    low, high = 0.0, math.log(FURTHEST)

    def chance(distance: float) -> float:
        m1, m0 = -side * a * distance, -side * b * distance
        prior = f"imor(treatment_mean={m1:.12f}, treatment_sd=0, control_mean={m0:.12f}, control_sd=0)"
        return _chance(fit(dataset, replace(plain, missing=prior)), side)

    if chance(low) < least or chance(high) >= least:
        return MissingTip(where, None, FURTHEST)
    while high - low > CLOSE:
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) >= least else (low, middle)
    sign = -side * (a or b)
    return MissingTip(where, math.exp(sign * (low + high) / 2), FURTHEST)


def _chance(posterior: Posterior, side: int) -> float:
    above = float(posterior["mu"].prob_above(0.0))
    return above if side > 0 else 1 - above
