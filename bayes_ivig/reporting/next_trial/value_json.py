"""What it is worth to know more, as a JSON document; not rounded here."""

from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.results.next_trial.value import TrialValue, ValueOfInformation
from bayes_ivig.version import __version__


def value_document(value: ValueOfInformation) -> dict[str, Any]:
    """Return what is known today, what every size of trial and perfect knowledge are worth, and every
    choice.
    """
    posterior = value.posterior
    return {
        "dataset": json_values.dataset_keys(posterior.dataset),
        **json_values.measured(posterior.measure),
        "model": {"name": posterior.model.name, **model_dict(posterior.model)},
        "quantity": value.quantity,
        "event": value.event,
        "control_risk": value.control,
        "expected_net_benefit": value.today,
        "decision": value.decision,
        "evpi": value.evpi,
        "evppi": value.evppi,
        "people": value.people,
        "sizes": [_trial(each) for each in value.sizes],
        "endless": _trial(value.endless),
        "settings": dict(value.settings),
        "provenance": {"version": __version__, "data_sha256": fingerprint(posterior.dataset)},
    }


def _trial(trial: TrialValue) -> dict[str, Any]:
    return {
        "treatment_total": trial.treatment,
        "control_total": trial.control,
        "standard_error": trial.standard_error,
        "every_result": trial.every,
        "evsi": trial.evsi,
        "monte_carlo_error": trial.error,
        "population_evsi": trial.population_evsi,
        "cost": trial.cost,
        "enbs": trial.enbs,
    }
