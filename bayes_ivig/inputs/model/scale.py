"""The effect measure that a model is on: the one it states, else that of the data."""

from dataclasses import replace
from typing import Any

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.on_scale import require_priors
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.registry import OF_RATES
from bayes_ivig.likelihoods.scales import OF_COUNTS, RATE_RATIO
from bayes_ivig.measures import OR, Measure, measure_of

NORMAL = "normal"  # of estimates


def offered(dataset: Dataset) -> tuple[str, ...]:
    """Return the codes of the measures that a dataset gives: its own, and those of events and totals
    where every study has these.
    """
    own = dataset.measure
    if all(isinstance(study, Study) and study.of_rates for study in dataset.studies):
        people = all(isinstance(study, Study) and study.of_people for study in dataset.studies)
        rates = RATE_RATIO.measure.code
        return tuple(dict.fromkeys((own, rates, *OF_COUNTS))) if people else (rates,)
    return tuple(dict.fromkeys((own, *OF_COUNTS))) if own in OF_COUNTS and not dataset.estimated else (own,)


def on_measure(dataset: Dataset, model: Model, *, own_priors: bool = True) -> Model:
    """Return the model as it is fitted to a dataset: its measure stated where that is another than the odds
    ratio, and the normal likelihood where no study has counts for another one.

    Raises ``ModelError`` for priors that were made for another measure, and where none is stated on a scale
    that has no default, unless the model's ``own_priors`` are not used.
    """
    measure = measure_in_force(dataset, model)
    changes: dict[str, Any] = {}
    if measure is not OR and not model.measure:
        changes["measure"] = measure.code
    if len(dataset.estimated) == len(dataset) and not model.uses_estimates:
        changes["likelihood"] = NORMAL
    settled = replace(model, **changes) if changes else model
    if own_priors:
        require_priors(dataset, model, measure)
    return settled


def settled[M: (PetPeese, Selection)](dataset: Dataset, model: M) -> M:
    """Return a model of size or of selection as ``on_measure`` does the one without it."""
    measure = measure_in_force(dataset, model)
    if measure is not OR and not model.measure:
        model = replace(model, measure=measure.code)
    plain = on_measure(dataset, model.two_arm)
    fields = ("likelihood", "measure", "mu", "tau")
    changes = {name: getattr(plain, name) for name in fields if getattr(plain, name) != getattr(model, name)}
    return replace(model, **changes) if changes else model


def measure_in_force(dataset: Dataset, model: AnyModel | None = None) -> Measure:
    """Return the measure of mu and tau; raises ``ModelError`` for one that the dataset does not give.

    Kinds of models that state no measure are on log odds ratios.
    """
    if model is None:
        return measure_of(dataset.measure)
    free = isinstance(model, Model | PetPeese | Selection)
    wanted = (
        (model.measure or dataset.measure) if isinstance(model, Model | PetPeese | Selection) else OR.code
    )
    if wanted not in offered(dataset):
        why = "" if free else f", which models of the family {model.KIND} are on,"
        remedy = "state that measure, or none"
        if isinstance(model, Model) and model.likelihood in OF_RATES and not dataset.estimated:
            remedy = (
                f"likelihood {model.likelihood} is of events in person-time (treatment_time, control_time): "
                "choose one of events and totals"
            )
        raise ModelError(
            f"{dataset.label}: measure {wanted}{why} is not what this table gives: "
            f"{', '.join(offered(dataset))}; {remedy}"
        )
    return measure_of(wanted)
