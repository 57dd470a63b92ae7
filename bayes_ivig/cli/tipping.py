"""``bayes-ivig tipping``: how much prior it takes to turn a conclusion."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import (
    Data,
    Fractional,
    Json,
    LikelihoodName,
    ModelName,
    Outcome,
    PriorText,
    Trials,
    load,
    overruled,
)
from bayes_ivig.cli.output import leave_if
from bayes_ivig.cli.progress import steps

if TYPE_CHECKING:
    from bayes_ivig.inputs.model.two_arm import Model
    from bayes_ivig.measures import Measure
    from bayes_ivig.results.tipping.points import Conclusion


def tipping(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    trials: Trials = None,
    model: ModelName = "binomial_normal",
    likelihood: LikelihoodName = None,
    effects: Annotated[str | None, typer.Option("--effects", help="random or common.")] = None,
    mu_prior: PriorText = None,
    tau_prior: PriorText = None,
    alpha_prior: PriorText = None,
    conclusion: Annotated[
        str | None,
        typer.Option(
            "--conclusion", help="Such as 'P(OR > 1) >= 0.975', the default where the median is above 1."
        ),
    ] = None,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Say which priors would turn a conclusion, and how few events."""
    from bayes_ivig.analyses.tipping.how_much_prior import how_much_prior
    from bayes_ivig.engines.fitting import fit
    from bayes_ivig.inputs.model.files import load_two_arm
    from bayes_ivig.inputs.model.scale import measure_in_force
    from bayes_ivig.reporting import shows

    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    given = {
        "likelihood": likelihood,
        "effects": effects,
        "mu": mu_prior,
        "tau": tau_prior,
        "alpha": alpha_prior,
    }
    stated = overruled(load_two_arm(model), given)
    dataset = load(data, outcome, trials, fractional=fractional)
    asked = _conclusion(conclusion, measure_in_force(dataset, stated))
    if plot is not None:
        _check_drawable(stated)
    posterior = fit(dataset, stated)
    with steps(f"How much prior it takes in {dataset.label}"):
        answer = how_much_prior(posterior, asked)
    outputs.leave(answer, drawing=lambda: shows.drawing(answer.grid))
    leave_if(posterior.diagnostics.problems)


def _conclusion(text: str | None, measure: "Measure") -> "Conclusion | None":
    """Read ``P(OR > 1) >= 0.975``, of another measure ``P(MD > -2) >= 0.9``, or ``OR > 1 : 0.975``; raises
    ``ModelError``.
    """
    import re

    from bayes_ivig.errors import ModelError, quoted
    from bayes_ivig.results.tipping.points import Conclusion

    if text is None:
        return None
    number = r"([0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)"
    signed = number if measure.log else rf"({number[1:-1]}|-{number[1:-1]})"
    pattern = rf"\s*(?:P\s*\()?\s*{measure.symbol}\s*([<>])\s*{signed}\s*\)?\s*(?::|,|>=|≥|\s)\s*{number}\s*"
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    if match is None:
        raise ModelError(
            f"--conclusion: found {quoted(text)}; give {measure.one} with its side and a probability, "
            f"such as 'P({measure.above}) >= 0.975'"
        )
    side, ratio, probability = match.groups()
    stated_side: Literal["above", "below"] = "above" if side == ">" else "below"
    if measure.code == "OR":
        return Conclusion(float(ratio), float(probability), stated_side)
    return Conclusion(probability=float(probability), side=stated_side, measure=measure.code, at=float(ratio))


def _check_drawable(model: "Model") -> None:
    """Raise ``ModelError`` before the work where there is no second prior to draw."""
    from bayes_ivig.errors import ModelError

    if not model.heterogeneous:
        raise ModelError(
            "--plot: under a common effect tau is 0 and has no prior, so there is no map of both; "
            "'bayes-ivig compare-priors DATA --width-of mu --plot FILE' draws the prior of mu alone"
        )
