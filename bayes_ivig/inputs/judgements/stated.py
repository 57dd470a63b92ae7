"""Judgements as a sidecar states them, for every outcome or for one:

[judgements]
by = "A. Reader and B. Reader"                  # who judged; a table below may say it for itself
on = "2026-05-01"                               # when, if that is stated

[judgements.stated_before]                      # what a protocol or a registration names
source = "PROSPERO CRD42000000000"
trial_sets = ["randomised"]
likelihoods = ["binomial"]
effects = ["random"]
mu_priors = ["normal(0, 2.82)"]
tau_priors = ["half_normal(0.5)"]

[outcomes.death.judgements.important_difference]
events_per_1000 = 20                            # or odds_ratio = 1.25, or effect = 5 on another scale
reason = "asked of forty patients"

[outcomes.death.judgements.certainty]
overall = "low"
reason = "few events, and two trials without concealment"
[outcomes.death.judgements.certainty.imprecision]
rating = "serious"
reason = "31 events in all"

[outcomes.death.judgements.risk_of_bias."Berg 2003"]
overall = "high"
domains = { "randomisation" = "high", "missing outcomes" = "low" }
reason = "alternate allocation, by the trial's own report"
"""

from collections.abc import Mapping
from typing import Any, cast

from bayes_ivig.inputs.judgements.judged import (
    BiasJudgement,
    Certainty,
    ImportantDifference,
    Judged,
    Judgements,
    Scale,
    StatedBefore,
)

CONCERNS = ("not serious", "serious", "very serious", "extremely serious")
DOMAINS = {  # GRADE's, and how each is rated
    "risk_of_bias": CONCERNS,
    "inconsistency": CONCERNS,
    "indirectness": CONCERNS,
    "imprecision": CONCERNS,
    "publication_bias": ("undetected", "strongly suspected"),
}
SCALES = ("odds_ratio", "events_per_1000", "effect")
LISTS = ("trial_sets", "comparisons", "likelihoods", "effects", "mu_priors", "tau_priors")

type Keys = Mapping[str, Any]


def stated_judgements(shared: Keys, own: Keys) -> Judgements | None:
    """Return what the tables of a file and of one outcome say, once nothing is wrong with them; None where
    neither judges anything.
    """
    general = _judgements(shared, shared)
    found = _judgements(own, {**{key: shared[key] for key in ("by", "on") if key in shared}, **own})
    found = found.over(general)
    return None if found == Judgements() else found


def _judgements(table: Keys, signed: Keys) -> Judgements:
    """Return the judgements of one table; who judged and when stand in ``signed``."""
    return Judgements(
        certainty=_certainty(table["certainty"], signed) if "certainty" in table else None,
        risk_of_bias=tuple(
            BiasJudgement(
                study,
                _judged({"rating": keys.get("overall", ""), **keys}, signed),
                tuple(keys.get("domains", {}).items()),
            )
            for study, keys in table.get("risk_of_bias", {}).items()
        ),
        important_difference=_difference(table.get("important_difference")),
        stated_before=_before(table.get("stated_before")),
    )


def _certainty(table: Keys, signed: Keys) -> Certainty:
    signed = {**signed, **{key: table[key] for key in ("by", "on") if key in table}}
    overall = {"reason": "", **table, "rating": table.get("overall")}
    return Certainty(
        _judged(overall, signed) if "overall" in table else None,
        tuple((name, _judged(table[name], signed)) for name in DOMAINS if name in table),
        table.get("of", ""),
    )


def _judged(keys: Keys, signed: Keys) -> Judged:
    by, on = (str(keys.get(key, signed.get(key, ""))) for key in ("by", "on"))
    return Judged(keys["rating"], keys["reason"], by, on)


def _difference(table: Keys | None) -> ImportantDifference | None:
    if table is None:
        return None
    scale = next(each for each in SCALES if each in table)
    return ImportantDifference(
        float(table[scale]), cast(Scale, scale), table.get("reason", ""), table.get("by", "")
    )


def _before(table: Keys | None) -> StatedBefore | None:
    if table is None:
        return None
    lists = {name: tuple(table.get(name, ())) for name in LISTS}
    return StatedBefore(table["source"], note=table.get("note", ""), **lists)
