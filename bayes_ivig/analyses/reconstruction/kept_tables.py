"""The tables kept beside a partly known outcome, reading by reading, checked against the claim and fitted."""

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import numbers, picked_of
from bayes_ivig.analyses.reconstruction.plan import Plan
from bayes_ivig.analyses.reconstruction.posterior import Events, reconstruction_posterior
from bayes_ivig.analyses.reconstruction.requirements import requirements
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.case import Source, case_of
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.feasible_tables import read_feasible
from bayes_ivig.inputs.counts.partial import PartialTable, load_partial
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading, ReconstructionPosterior

type Mask = "np.typing.NDArray[np.bool_]"

REQUIRED = {
    "as printed": ("estimate", "ci_lower", "ci_upper", "i2"),
    "interval": ("ci_lower", "ci_upper", "i2"),
    "estimate and lower": ("estimate", "ci_lower", "i2"),
    "estimate and upper": ("estimate", "ci_upper", "i2"),
}
COLUMN = {"i2": "i2_percent"}
RULE = "revman-random"


def reconstructed_readings(
    source: Source, about: About, claim: Claim, model: Model
) -> tuple[tuple[ReconstructedReading, ...], int]:
    """Return the posteriors over the feasible tables that a sidecar names, and how many tables were possible.

    Every table is checked against the claim; raises ``DataError`` for one
    that does not agree with its reading.
    """
    if not about.feasible:
        return (), 0
    table, kept = kept_tables(source, about, claim)
    events = np.concatenate(list(kept.values()))
    edges = np.cumsum([0, *(len(each) for each in kept.values())])
    fitted = _posteriors(source, (table, events), about, model)
    readings: list[ReconstructedReading] = []
    for i, code in enumerate(kept):
        inside = np.zeros(len(events), bool)
        inside[edges[i] : edges[i + 1]] = True
        for narrowed, mask in _narrowings(table, events, claim, about).items():
            own = inside & mask
            if own.any() and (not narrowed or code == "interval" or "fixed" not in narrowed):
                readings.append(
                    ReconstructedReading(
                        code, narrowed, int(own.sum()), tuple(each.subset(own) for each in fitted)
                    )
                )
    return tuple(readings), table.size


def kept_tables(source: Source, about: About, claim: Claim) -> tuple[PartialTable, dict[str, Events]]:
    """Return the partly known table and the tables kept for each reading;
    raises ``DataError`` for one that does not agree.
    """
    case = case_of(source)
    table = load_partial(case, claim.outcome)
    kept = {code: read_feasible(case.table(case.path.parent / file), table) for code, file in about.feasible}
    for code, file in about.feasible:
        _check(table, (kept[code], code), claim, file)
    return table, kept


def _posteriors(
    source: Source, tables: tuple[PartialTable, Events], about: About, model: Model
) -> tuple[ReconstructionPosterior, ...]:
    """Fit the tables as they count, and among the wider totals where the sidecar names them."""
    own = reconstruction_posterior(tables, model, denominators=about.denominator)
    if not about.wider_totals:
        return (own,)
    wider = load_dataset(source, about.wider_totals)
    return own, reconstruction_posterior(tables, model, totals=wider, denominators=wider.about.denominator)


def _check(table: PartialTable, kept: tuple[Events, str], claim: Claim, file: str) -> None:
    events, code = kept
    if code not in REQUIRED:
        raise DataError(f"feasible.{code}: no such reading; there are {', '.join(REQUIRED)}")
    fields = [field for field in REQUIRED[code] if getattr(claim, COLUMN.get(field, field)) is not None]
    agrees = _agreeing(table, events, claim, ",".join(fields))
    if not agrees.all():
        raise DataError(
            f"{file}: table {int(agrees.argmin()) + 1} does not give the published numbers; "
            "search for the tables again"
        )


def _agreeing(table: PartialTable, events: Events, claim: Claim, require: str) -> Mask:
    """Mark the tables that give the printed numbers."""
    plan = Plan(table, requirements((claim,), RULE, require))
    picked = picked_of(table, events)
    given = {way: numbers(way, cells, picked) for way, cells in plan.cells.items()}
    return np.asarray(np.logical_and.reduce([each.met_by(given[each.way]) for each in plan.requirements]))


def _narrowings(table: PartialTable, events: Events, claim: Claim, about: About) -> dict[str, Mask]:
    """Return what can be asked beyond a reading, and which tables meet it."""
    masks = {"": np.ones(len(events), bool)}
    if claim.heterogeneity_p is not None:
        masks["heterogeneity_p"] = _agreeing(table, events, claim, "heterogeneity_p")
        if claim.estimate is not None:
            both = _agreeing(table, events, claim, "heterogeneity_p,estimate:revman-fixed")
            masks["heterogeneity_p and fixed estimate"] = both
    for other in about.alternatives:
        mask = np.ones(len(events), bool)
        for i, study in enumerate(table.studies):
            for name, (r1, _, r0, _) in other.counts:
                if name == study.name:
                    mask &= (events[:, i] == np.array([r1, r0])).all(axis=1)
        masks[other.label] = mask
    return masks
