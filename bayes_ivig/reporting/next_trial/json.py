"""What one trial more may do to an answer, as a JSON document; not rounded here."""

from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.reporting.wording import json_values, numbers
from bayes_ivig.results.next_trial.next_trial import COLUMNS, NextTrial
from bayes_ivig.version import __version__


def next_trial_document(plan: NextTrial) -> dict[str, Any]:
    """Return the answer today, what every size is expected to do, and every choice."""
    posterior = plan.posterior
    today = {COLUMNS_TODAY[name]: value for name, value in plan.before.items()}
    return {
        "dataset": json_values.dataset_keys(posterior.dataset),
        **json_values.measured(posterior.measure),
        "model": {"name": posterior.model.name, **model_dict(posterior.model)},
        "quantity": plan.quantity,
        "line": plan.line,
        "level": plan.level,
        "important": plan.important,
        "control_risk": plan.control or None,
        "today": today,
        "sizes": [each.to_dict() for each in plan.sizes],
        "endless": plan.endless.to_dict(),
        "settings": dict(plan.settings),
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(posterior.dataset),
            "interval": f"central credible, {numbers.level(plan.level)}",
        },
    }


def reported_next_trial(plan: NextTrial) -> dict[str, Any]:
    """Return the same as a report has it, which says elsewhere what the trials and the model are; without the
    mean of the updated probabilities, which is that of today but for numerical error.
    """
    whole = next_trial_document(plan)
    kept = ("quantity", "line", "control_risk", "today", "sizes", "endless", "settings")
    reported = {key: whole[key] for key in kept}
    for each in (*reported["sizes"], reported["endless"]):
        del each[COLUMNS["benefit"]]
    return reported


COLUMNS_TODAY = {
    "benefit": "prob_benefit",
    "important": "prob_important",
    "width": "width",
    "sd_mu": "sd_mu",
    "sd_new": "sd_theta_new",
}
