"""An entry of the log of conclusions, and what changed since the one before."""

import json
from collections.abc import Mapping
from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint_of, told_by_study
from bayes_ivig.inputs.conclusions import subject_of
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.reporting.wording import json_values, numbers, phrases
from bayes_ivig.reporting.wording.digits import PRINTED, cut
from bayes_ivig.results.history.history import History
from bayes_ivig.version import __version__

SAME = "nothing changed since the entry of {day}, and nothing was written"
WRITTEN = "entry of {day} written: {what}"


def log_entry(found: History, day: str, last: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the entry of a day, its numbers rounded; None where data and model are those of the last one."""
    posterior, look = found.posterior, found.looks[-1]
    name, outcome, measure = subject_of(posterior.dataset)
    told = told_by_study(posterior.dataset, posterior.model)
    model = {key: str(value) for key, value in model_dict(posterior.model).items()}
    if last is not None and (told, model) == (last["studies"], last["model"]):
        return None
    before = {} if last is None else last["studies"]
    lower, estimate, upper = look.effect or (None, None, None)
    entry = {
        "date": day,
        "dataset": name,
        "outcome": outcome,
        "measure": measure,
        "trials": posterior.dataset.selection,
        "model": model,
        "k": posterior.k,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "level": found.level,
        "tau_median": look.tau,
        "prob_benefit": look.benefit,
        "line": found.line,
        "conclusion": look.conclusion,
        "changed": {
            "new": [study for study in told if study not in before],
            "counts": [study for study in told if study in before and told[study] != before[study]],
            "removed": [study for study in before if study not in told],
            "model": last is not None and model != last["model"],
        },
        "studies": told,
        "data_sha256": fingerprint_of(told),
        "version": __version__,
    }
    whole: dict[str, Any] = cut(json_values.plain(entry), PRINTED)
    return whole


def entry_line(entry: Mapping[str, Any]) -> str:
    """Return an entry as a line of the log."""
    return json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n"


def change_text(entry: Mapping[str, Any]) -> str:
    """Return what changed, in words."""
    changed = entry["changed"]
    parts = [
        f"{words} {', '.join(changed[key])}"
        for key, words in (("new", "new"), ("counts", "other counts of"), ("removed", "removed"))
        if changed[key]
    ]
    if changed["model"]:
        parts.append("another model")
    p = entry["prob_benefit"]
    shown = (
        "" if p is None else f"; {numbers.equals('P', numbers.probability(p))}, {entry['conclusion']} shown"
    )
    return f"{phrases.first_upper('; '.join(parts))}{shown}"
