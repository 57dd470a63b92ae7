"""Benefit and harm as a JSON document, and as the tables that are written beside it;
nothing in them is rounded.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.measures import OR
from bayes_ivig.reporting.benefit.text import problems_of
from bayes_ivig.reporting.wording import json_values, numbers, per_thousand
from bayes_ivig.reporting.wording.information import baseline_note, information_keys
from bayes_ivig.results.benefit.benefit import OF, Benefit
from bayes_ivig.results.benefit.zones import masses_of, sided
from bayes_ivig.version import __version__

if TYPE_CHECKING:
    import pandas as pd

INFINITE = "number_needed null: infinite, a limit of the difference is 0"
UNSTATED = "benefit and harm null: the description of the data does not say whether an event is good or bad"
TOO_LARGE = "{key} null: beyond the range of floats"


def benefit_document(benefits: Benefit | Mapping[str, Benefit]) -> dict[str, Any]:
    """Return everything ``benefit`` answers as JSON-ready values, a row per posterior;
    what is missing is None, with a note.
    """
    named = {"": benefits} if isinstance(benefits, Benefit) else dict(benefits)
    first = next(iter(named.values()))
    dataset, settings = first.posterior.dataset, dict(first.posterior.settings)
    rows = [_row(label, each) for label, each in named.items()]
    document: dict[str, Any] = {
        "dataset": {"name": dataset.name, "outcome": dataset.outcome},
        **json_values.measured(first.measure),
        "event": first.event,
        "quantity": first.quantity,
        "important_difference": first.important_difference,
        "control_risks": "stated" if first.control is None else "from the control arms",
        "rows": rows,
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(dataset),
            "seed": int(settings["seed"]) if "seed" in settings else None,
            "level": first.level,
            "interval": "central credible",
        },
    }
    notes = [UNSTATED] if first.event is None else []
    key = "odds_ratio" if first.measure is OR else "effect"
    notes += [TOO_LARGE.format(key=key)] if any(None in row[key].values() for row in rows) else []
    notes += [INFINITE] if any(_infinite(each) for row in rows for each in row["absolute"]) else []
    notes += [
        f"absolute empty: {per_thousand.no_absolute_effect(each.control.not_carried)}"
        for each in named.values()
        if each.main is None and each.control and each.control.not_carried
    ]
    notes += ["important_difference null: none was stated"] if first.important_difference is None else []
    notes += ["seed null: nothing was sampled"] if "seed" not in settings else []
    notes += list(dict.fromkeys(note for each in named.values() for note in baseline_note(each.posterior)))
    return document | ({"note": "; ".join(notes)} if notes else {})


def benefit_rows(benefits: Benefit | Mapping[str, Benefit]) -> "pd.DataFrame":
    """Return the table that ``--csv`` writes: one row per posterior and control risk;
    see ``benefit_tables``.
    """
    return benefit_tables(benefits)[0]


def benefit_tables(benefits: Benefit | Mapping[str, Benefit]) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """Return two tables to be written: one row per posterior and control risk,
    and one per posterior and point of the curve.

    Probabilities of the first zone and of the odds ratio stand in every row of the first table.
    """
    import pandas as pd

    named = {"": benefits} if isinstance(benefits, Benefit) else dict(benefits)
    rows, curves = [], []
    for label, each in named.items():
        start = {"posterior": label, **_choices(each), **_effect_columns(each)}
        levels = [{"control_risk": name, **each.row(name)} for name in each.effects]
        if not levels and each.control is None:
            levels = [{}]  # no control risk is known: the effect alone
        rows += [start | row for row in levels]
        curve = each.curve.reset_index()
        curve.insert(0, "posterior", label)
        curves.append(curve)
    return pd.DataFrame(rows), pd.concat(curves, ignore_index=True)


def _effect_columns(benefit: Benefit) -> dict[str, Any]:
    """Return what stands in every row of a posterior: its effect, and the masses of the first zone."""
    mu, measure = benefit.posterior["mu"], benefit.measure
    good, bad = sided(masses_of(mu, (1.0, 1.0)), benefit.event)
    at = np.asarray(mu.quantile([(1 - benefit.level) / 2, 0.5, (1 + benefit.level) / 2]))
    columns: dict[str, Any] = dict(measure.columns.of(measure.own_values(at), benefit.level))
    columns |= {
        f"prob_{measure.key}_{side}_{int(measure.null)}": float(each(0.0))
        for side, each in (("gt", mu.prob_above), ("lt", mu.prob_below))
    }
    columns |= {"prob_any_benefit": good, "prob_any_harm": bad}
    columns |= {"k_informative": benefit.posterior.k_informative}
    if benefit.has_zone:
        zone = benefit.limits[0]
        columns |= {"zone_lower": zone[0], "zone_upper": zone[1]}
        columns |= {f"zone_{name}": value for name, value in _masses(benefit, "mu", zone).items()}
    return columns


def _row(label: str, benefit: Benefit) -> dict[str, Any]:
    posterior = benefit.posterior
    mu, measure = posterior["mu"], benefit.measure
    good, bad = sided(masses_of(mu, (1.0, 1.0)), benefit.event)
    return {
        "label": label,
        "trials": posterior.dataset.selection,
        "model": {"name": posterior.model.name, **assumptions(posterior.model)},
        **information_keys(posterior),
        **_effect(benefit),
        "probability": {
            measure.beyond_key(">", measure.null): float(mu.prob_above(0.0)),
            measure.beyond_key("<", measure.null): float(mu.prob_below(0.0)),
            "benefit": good,
            "harm": bad,
        },
        "zones": [
            {"lower": zone[0], "upper": zone[1], **{name: _masses(benefit, name, zone) for name in OF}}
            for zone in (benefit.limits if benefit.has_zone else ())
        ],
        "absolute": [
            {"control_risk": name, **json_values.plain_row(benefit.row(name))} for name in benefit.effects
        ],
        "control_arms": _arms(benefit),
        "curve": {
            "odds_ratio" if measure is OR else "effect": benefit.odds_ratios.tolist(),
            **{name: benefit.above[name].tolist() for name in OF},
        },
        "diagnostics": {"ok": not problems_of(benefit), "problems": problems_of(benefit)},
    }


def _effect(benefit: Benefit) -> dict[str, dict[str, float | None]]:
    """Return median and limits under their key; of odds ratios the limits stand before and after."""
    mu, measure = benefit.posterior["mu"], benefit.measure
    if measure is not OR:
        return json_values.effect(mu, measure, benefit.level)
    lower, upper = (1 - benefit.level) / 2, (1 + benefit.level) / 2
    return {
        "odds_ratio": {
            "median" if p == 0.5 else numbers.quantile_key(p): json_values.ratio(float(mu.quantile(p)))
            for p in (lower, 0.5, upper)
        }
    }


def _arms(benefit: Benefit) -> dict[str, Any] | None:
    """Return the priors of the pooled control arms and how far they decide each control risk;
    None where risks were stated.
    """
    if benefit.control is None:
        return None
    refused = benefit.control.not_carried
    return {
        "priors": dict(zip(("mean", "spread"), map(str, benefit.control.priors), strict=True)),
        "risks": {
            name: {"median": each.risk, "least": each.least, "most": each.most, "carried": each.carried}
            for name, each in benefit.control.moved.items()
        },
        "not_carried": None if refused is None else refused.to_dict(),
    }


def _choices(benefit: Benefit) -> dict[str, Any]:
    return {"trials": benefit.posterior.dataset.selection, **assumptions(benefit.posterior.model)}


def _masses(benefit: Benefit, name: str, zone: tuple[float, float]) -> dict[str, float | None]:
    mass = masses_of(benefit.posterior[name], zone, benefit.measure)
    good, bad = sided(mass, benefit.event)
    return {"below": mass.below, "inside": mass.inside, "above": mass.above, "benefit": good, "harm": bad}


def _infinite(row: Mapping[str, Any]) -> bool:
    return any(row[key] is None for key in ("number_needed", "number_needed_lower", "number_needed_upper"))
