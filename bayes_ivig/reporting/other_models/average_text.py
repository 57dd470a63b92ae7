"""An average over models as text for a terminal and as a JSON document."""

from typing import Any

from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.reporting.any_result_json import described
from bayes_ivig.reporting.any_result_tables import rows_of
from bayes_ivig.reporting.other_models.average_words import COMPONENTS, bias_label, remarks
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures
from bayes_ivig.results.other_models.averaging import ModelAverage
from bayes_ivig.results.pooled import posterior_effect

OF_BIAS = ("publication", "numerical_error")
OVER = {"averaged": "all models", "conditional": "models with it"}
EFFECTS = {"mu": "effect", "theta_new": "effect in a new trial"}
OTHERS = {"tau": "tau", "pet": "PET slope", "peese": "PEESE slope"}


def average_document(average: ModelAverage, level: float = 0.95) -> dict[str, Any]:
    """Return the models with their probabilities, and the averaged quantities, as JSON-ready values."""
    found = described(average)
    if "bias" not in average.components:
        found = {key: value for key, value in found.items() if key not in OF_BIAS}
        found["weights"] = [
            {key: value for key, value in weight.items() if key != "bias"} for weight in found["weights"]
        ]
    return {**found, "table": described(rows_of(average.table(level)))}


def with_inclusion(average: ModelAverage, document: dict[str, Any], level: float = 0.95) -> dict[str, Any]:
    """Return the document with the probabilities of what models differ in, and those of the biases; they have
    no limits, of whatever ``level``.
    """
    del level
    inclusion = [
        {
            "component": component,
            "posterior_probability": average.inclusion_probability(component),
            "inclusion_bayes_factor": average.inclusion_bayes_factor(component),
        }
        for component in average.components
    ]
    found = {**document, "inclusion": described(inclusion)}
    if "bias" in average.components:
        found["biases"] = described(rows_of(average.biases()))
    return found


def average_text(average: ModelAverage, width: int = WIDTH, level: float = 0.95) -> str:
    """Return what models differ in with its probability, the biases, and the averaged quantities."""
    blocks = [figures(_inclusion(average), width)]
    if "bias" in average.components:
        blocks.append(figures(_biases(average), width))
    blocks.append(figures(_quantities(average, level), width))
    if average.publication:
        blocks.append(figures(_publication(average), width))
    title = f"{average.dataset.label}: an average over {len(average.weights)} models"
    body = [line for block in blocks for line in ("", *block)]
    return "\n".join([title, *body, "", *dashes(_details(average), width)])


def _inclusion(average: ModelAverage) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("models with", "prior", "posterior", "Bayes factor")]
    for component in average.components:
        prior = sum(each.prior_probability for each in average.weights if each.has(component))
        posterior = average.inclusion_probability(component)
        factor = average.inclusion_bayes_factor(component)
        rows.append((COMPONENTS[component], *_chances(prior, posterior, factor)))
    return rows


def _biases(average: ModelAverage) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("small-study bias", "prior", "posterior", "Bayes factor")]
    for row in average.biases().to_dict("records"):
        chances = _chances(row["prior_probability"], row["posterior_probability"], row["bayes_factor"])
        rows.append((bias_label(row["bias"], dict(average.rules)), *chances))
    return rows


def _chances(prior: float, posterior: float, factor: float | None) -> tuple[str, str, str]:
    shown = "none" if factor is None else numbers.bayes_factor(factor)
    return numbers.probability(prior), numbers.probability(posterior), shown


def _quantities(average: ModelAverage, level: float) -> list[tuple[str, ...]]:
    """Return medians and limits; effects as the measure has them, with the probability above no effect."""
    measure = measure_in_force(average.dataset, average.model)
    head = ("over", measure.symbol, f"{numbers.level(level)} credible", f"P({measure.above})")
    rows: list[tuple[str, ...]] = [head]
    for over, quantities in (("averaged", average.averaged), ("conditional", average.conditional)):
        for name, marginal in quantities.items():
            if name in EFFECTS:
                each = posterior_effect(marginal, measure, level)
                limits = effects.limits(measure, each.lower, each.upper)
                middle = effects.cell(measure, each.estimate)
                above = numbers.probability(float(marginal.prob_above(0.0)))
            else:
                low, median, high = marginal.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]).tolist()
                middle, above = numbers.standard_deviation(median), ""
                limits = f"{numbers.standard_deviation(low)} to {numbers.standard_deviation(high)}"
            rows.append(
                (f"{(EFFECTS | OTHERS).get(name, f'slope of {name}')}, {OVER[over]}", middle, limits, above)
            )
    return rows


def _publication(average: ModelAverage) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("one-sided p", "weight, all models", "rules of publication")]
    for step in average.publication:
        span = f"{numbers.stated(step.p_above)} to {numbers.stated(step.p_up_to)}"
        weights = (step.averaged, step.conditional)
        rows.append((span, *(numbers.standard_deviation(weight) for weight in weights)))
    return rows


def _details(average: ModelAverage) -> list[str]:
    priors = ", ".join(f"{key} {value}" for key, value in model_dict(average.model).items())
    lines = [
        f"model: {priors}",
        "models: effect 0 or as its prior, tau 0 or as its prior, by marginal likelihoods; Bayes factors "
        "depend on the width of both priors",
        "Bayes factor: for all models with it together, against all others",
    ]
    if average.publication:
        lines.append(
            "weight: how readily a trial with such a p-value was published, relative to the most significant "
            "ones; posterior mean"
        )
    if average.numerical_error is not None:
        error = numbers.numerical_error(average.numerical_error)
        lines.append(f"numerical error of a model's posterior probability: at most {error}")
    return [*lines, *remarks(average)]
