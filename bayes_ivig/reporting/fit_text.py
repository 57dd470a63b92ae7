"""One fit as text for a terminal: a table, the probabilities, and every choice made on the way."""

import math

from bayes_ivig.inputs.model import Model
from bayes_ivig.priors.composite import described
from bayes_ivig.reporting.fit_json import probabilities
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.posterior import Posterior


def fit_text(posterior: Posterior, *, level: float = 0.95, thresholds: tuple[float, ...] = (1.0, 1.25)) -> str:
    """Return a readable summary: odds ratios with central credible intervals, probabilities, then the details."""
    dataset, about = posterior.dataset, posterior.dataset.about
    rows = [("", "odds ratio", f"{100 * level:g}% credible interval")]
    rows += [_ratio_row(study, marginal, level) for study, marginal in posterior.theta.items()]
    rows += [(name, "not in the likelihood", "") for name in dataset.study_names if name not in posterior.studies]
    rows += [
        _ratio_row("pooled (mu)", posterior["mu"], level),
        _ratio_row("a new study (theta_new)", posterior["theta_new"], level),
    ]
    lower, upper = posterior["tau"].interval(level)
    rows.append(("tau, SD of log odds ratios", f"{float(posterior['tau'].quantile(0.5)):.3f}", f"{lower:.3f} to {upper:.3f}"))
    chances = [f"P({_spaced(key)}) = {probability(value)}" for key, value in probabilities(posterior["mu"], thresholds).items()]
    title = about.outcome_title or dataset.label
    heading = f"{title}: {about.treatment} against {about.control}, {posterior.k} of {len(dataset)} studies"
    return "\n".join([heading, "", *aligned(rows), "", *chances, "", "Details", *_details(posterior)])


def _ratio_row(label: str, marginal: Marginal, level: float) -> tuple[str, str, str]:
    lower, upper = marginal.interval(level)
    return label, ratio(float(marginal.quantile(0.5))), f"{ratio(lower)} to {ratio(upper)}"


def _details(posterior: Posterior) -> list[str]:
    """One dash line per choice."""
    model, dataset = posterior.model, posterior.dataset
    lines = [
        f"trial set: {dataset.selection} ({', '.join(dataset.study_names)})",
        f"likelihood: {likelihood_text(model)}",
        f"study effects: {'normal around mu with SD tau' if model.effects == 'random' else 'one common effect (tau = 0)'}",
        f"mu ~ {described(model.mu)}",
    ]
    if model.effects == "random":
        lines.append(f"tau ~ {described(model.tau)}")
    if model.likelihood == "binomial":
        lines.append(
            f"alpha ~ {described(model.alpha)}, on the {model.baseline} {'arm' if model.baseline == 'control' else 'of the arms'}"
        )
    settings = ", ".join(f"{key} {value}" for key, value in posterior.settings)
    direction = {"good": "good, so OR > 1 favours", "bad": "bad, so OR < 1 favours", None: "of unstated direction in"}
    lines += [
        "odds ratios: medians with central credible intervals, event odds under "
        f"{dataset.about.treatment} over those under {dataset.about.control}",
        f"an event is {direction[dataset.about.event]} {dataset.about.treatment}",
        f"engine: {posterior.engine} ({settings})",
        f"checks: {'passed' if posterior.diagnostics.ok else 'FAILED'}",
    ]
    return [f"- {line}" for line in lines]


def likelihood_text(model: Model) -> str:
    """Return one clause on the likelihood and on what it does with zero cells."""
    match model.likelihood:
        case "binomial":
            return "binomial in each arm, baseline integrated out; zero cells used as they are"
        case "hypergeometric":
            return "noncentral hypergeometric given each study's events; zero cells used as they are, double-zero studies say nothing"
        case "normal":
            return (
                "normal on the log odds ratio; 0.5 added to every cell of a study with a zero cell, double-zero studies dropped"
            )


def ratio(log_value: float) -> str:
    """Return an odds ratio from its log, with two decimals or three figures."""
    value = math.exp(min(log_value, 700.0))
    return f"{value:.2f}" if 0.1 <= value < 1000 else f"{value:.3g}"


def probability(value: float) -> str:
    """Return a probability with three decimals, ends as bounds."""
    return "> 0.999" if value > 0.9995 else "< 0.001" if value < 0.0005 else f"{value:.3f}"


def _spaced(key: str) -> str:
    return key.replace("or", "OR ").replace(">", "> ").replace("<", "< ")


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
