"""How much prior a conclusion takes, as text for a terminal and as a JSON document."""

from typing import TYPE_CHECKING, Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.measures import OR
from bayes_ivig.reporting.tipping import words as prose
from bayes_ivig.reporting.tipping.fragility_words import fragility_rows, fragility_sentence
from bayes_ivig.reporting.wording import effects, information, json_values, numbers, outcomes
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.checks.power_scaling import DISTANCE
from bayes_ivig.results.tipping.fragility import BayesianFragility
from bayes_ivig.results.tipping.how_much_prior import HowMuchPrior
from bayes_ivig.results.tipping.points import TippingGrid, TippingPoint
from bayes_ivig.version import __version__

if TYPE_CHECKING:
    import pandas as pd

SPELT = prose.Symbols()


def tipping_document(result: HowMuchPrior) -> dict[str, Any]:
    """Return everything as JSON-ready values; what does not exist is None, with a ``"note"``."""
    dataset, conclusion, found = result.posterior.dataset, result.conclusion, result.fragility
    document: dict[str, Any] = {
        "dataset": json_values.dataset_keys(dataset),
        **json_values.measured(conclusion.of),
        "model": {"name": result.posterior.model.name, **model_dict(result.posterior.model)},
        **information.information_keys(result.posterior),
        "conclusion": {
            "odds_ratio" if conclusion.of is OR else "effect": conclusion.value,
            "side": conclusion.side,
            "probability": conclusion.probability,
            "holds": result.holds,
            "chance": result.chance,
        },
        "sceptical_mu": _point(result.mu),
        "advocating_mu": _point(result.advocate),
        "tau": _point(result.tau),
        "closed_form": _closed(result),
        "power_scaling": _power(result),
        "power_scaling_distance": DISTANCE,
        "fragility": _fragility(found),
        "grid": _grid(result.grid),
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(dataset),
            "interval": f"credible, {numbers.stated(result.level)}",
        },
    }
    if any(value is None for value in (*document.values(), found and found.events)):
        document["note"] = (
            "null: not asked or not there (advocating priors where the conclusion holds, tau and grid under "
            "a common effect, the closed form without an estimate on its side, "
            "a number of events where none turns the conclusion)"
        )
    return document


def _fragility(found: BayesianFragility | None) -> dict[str, Any] | None:
    if found is None:
        return None
    moves = [{"study": m.study, "arm": m.arm, "events": m.events, "chance": m.chance} for m in found.moves]
    return {"events": found.events, "exhaustive": found.exhaustive, "moves": moves}


def _point(point: TippingPoint | None) -> dict[str, Any] | None:
    if point is None:
        return None
    turns = [
        {"prior": point.prior(turn.scale), "scale": turn.scale, "holds": turn.holds} for turn in point.turns
    ]
    looked_at = {"smallest": float(point.scales[0]), "largest": float(point.scales[-1])}
    return {"family": point.family, "turns": turns, "looked_at": looked_at}


def _power(result: HowMuchPrior) -> list[dict[str, Any]]:
    names = ("quantity", "prior", "prior_mu", "prior_tau", "likelihood")
    return [
        {name: json_values.plain(getattr(row, name)) for name in names} | {"diagnosis": row.diagnosis}
        for row in result.power.rows
    ]


def _closed(result: HowMuchPrior) -> dict[str, Any] | None:
    closed = result.credibility
    if closed is None:
        return None
    return {
        "method": result.pooled.method,
        **{name: getattr(closed, name) for name in closed.__dataclass_fields__},
    }


def _grid(grid: TippingGrid | None) -> dict[str, Any] | None:
    if grid is None:
        return None
    limits = [[json_values.plain(value) for value in row] for row in grid.limits.tolist()]
    return {
        "mu_scales": grid.mu_scales.tolist(),
        "tau_scales": grid.tau_scales.tolist(),
        "chances": grid.chances.tolist(),
        "limits": limits,
        "level": grid.level,
    }


def tipping_rows(result: HowMuchPrior) -> "pd.DataFrame":
    """Return the table that ``--csv`` writes: every pair of scales;
    under a common effect those of mu alone.
    """
    import pandas as pd

    if result.grid is not None:
        return result.grid.table()
    holds = result.conclusion.reached(result.mu.chances)
    return pd.DataFrame({"mu_scale": result.mu.scales, "chance": result.mu.chances, "holds": holds})


def tipping_text(result: HowMuchPrior, width: int = WIDTH) -> str:
    """Return the priors at which the conclusion turns, what the posterior answers to,
    and the events that carry it.
    """
    dataset = result.posterior.dataset
    about = dataset.about
    title = about.outcome_title or dataset.label
    heading = f"{title}: {about.treatment} against {about.control}, {information.counted(result.posterior)}"
    measure = result.conclusion.of
    priors = [
        ("turns at", "", "reached if", f"prior {measure.symbol}s, 95%", "persons"),
        *((row[0], str(row[1]), *row[2:]) for row in prose.prior_rows(result, SPELT)),
    ]
    power = [
        ("answers to", "priors", "mu's", "tau's", "data"),
        *(row[:5] for row in prose.power_rows(result, SPELT)),
    ]
    moves = [("trial", "arm", "events", f"P({prose.event(result)})"), *fragility_rows(result)]
    nothing = information.nothing_learnt(result.posterior)
    lines = [*paragraph(heading, width), *(["", *paragraph(nothing, width)] if nothing else [])]
    lines += ["", *paragraph(prose.state(result), width), "", *figures(priors, width), ""]
    lines += [
        *figures(power, width),
        *dashes([f"{row[0]}: {row[5]}" for row in prose.power_rows(result, SPELT)], width),
        "",
    ]
    lines += paragraph(fragility_sentence(result), width)
    lines += figures(moves, width) if result.fragility and result.fragility.moves else []
    return "\n".join([*lines, "", "Details", *dashes(_details(result), width)])


def _details(result: HowMuchPrior) -> list[str]:
    dataset = result.posterior.dataset
    priors = ", ".join(f"{key} {value}" for key, value in model_dict(result.posterior.model).items())
    return [
        f"{result.conclusion.of.name}: {effects.arms_briefly(result.conclusion.of, dataset.about)}",
        outcomes.direction(dataset.about, result.conclusion.of),
        f"model: {priors}",
        information.trial_set(dataset),
        *prose.definitions(result, SPELT),
        prose.closed_sentence(result),
        prose.sensitivity(),
        *information.remarks(result.posterior),
    ]
