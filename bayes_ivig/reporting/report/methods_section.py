"""How the numbers were made: the models in words and equations, their priors, classical pooling,
the accuracy of every fit.
"""

from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.stated_model import rationale
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.bibliography import bibliography
from bayes_ivig.measures import OR, measure_of
from bayes_ivig.reporting.checks.section import prior_checks_section
from bayes_ivig.reporting.document.blocks import (
    Block,
    Cell,
    Column,
    Equations,
    Items,
    Prose,
    Section,
    Table,
    Text,
)
from bayes_ivig.reporting.document.citations import cited_in
from bayes_ivig.reporting.document.inline import Cite, Part
from bayes_ivig.reporting.report.accuracy_section import accuracy_blocks
from bayes_ivig.reporting.report.opening_section import measure_of_report
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.equations import SYMBOLS, Equation, equations_of
from bayes_ivig.reporting.wording.formula import Formula
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

FAMILY_SOURCES = {
    "random_baselines": ("smith1995",),
    "bivariate": ("vanhouwelingen2002",),
    "beta_binomial": ("kuss2015",),
    "meta_regression": ("vanhouwelingen2002",),
    "bias_adjusted": ("welton2009",),
    "joint_outcome": (),
    "pet_peese": (),
    "selection": (),
}
POOLING = (
    Equation(
        Formula(
            r"\op{OR}_{\op{MH}} = \frac{\sum_i r_{1i}(n_{0i} - r_{0i})/(n_{0i} + n_{1i})}"
            r"{\sum_i r_{0i}(n_{1i} - r_{1i})/(n_{0i} + n_{1i})}"
        ),
        "the fixed-effect estimate of Mantel and Haenszel",
    ),
    Equation(
        Formula(r"Q = \sum_i w_i (y_i - \op{log} \op{OR}_{\op{MH}})^2"),
        "heterogeneity; yᵢ and sᵢ are log odds ratio and standard error of study i, wᵢ = 1 / sᵢ²",
    ),
    Equation(
        Formula(r"\tau^2 = \op{max}(0, \frac{Q - (k - 1)}{\sum_i w_i - \sum_i w_i^2 / \sum_i w_i})"),
        "heterogeneity variance of DerSimonian and Laird; k studies can be estimated",
    ),
    Equation(
        Formula(r"\op{log} \op{OR} = \frac{\sum_i y_i / (s_i^2 + \tau^2)}{\sum_i 1 / (s_i^2 + \tau^2)}"),
        "the random-effects estimate",
    ),
    Equation(Formula(r"I^2 = \op{max}(0, (Q - (k - 1)) / Q)"), "share of the variation beyond chance"),
)


INVERSE = (
    "Beside every posterior stands the classical estimate: {name} weighted by inverse variance with random "
    "effects, the heterogeneity variance by the formula of DerSimonian and Laird. Limits are normal on the "
    "scale of the model."
)


def methods_section(reanalysis: Reanalysis, others: tuple[AnyModel, ...] = ()) -> Section:
    """Return the methods, written from the models that were used:
    the reference model and ``others``, fitted by sampling.
    """
    model, measure = outcomes.fitted_model(reanalysis), measure_of_report(reanalysis)
    named = f"{model.title}. " if model.title else ""
    sources = Cite((*model.family.words.sources, *(("higgins2009",) if model.heterogeneous else ())))
    blocks: tuple[Block, ...] = (
        Prose((f"{named}{models.in_words(model)}", sources)),
        Equations(equations_of(model)),
        *_answers(reanalysis),
    )
    made_for = measure_of(reanalysis.model.measure or OR.code)
    foreign = "" if made_for is measure else f"Stated for {made_for.scale}s: "
    inner = [Section("priors", "Priors", (_priors(model, "Priors of the reference model.", foreign),))]
    inner += [section for section in (prior_checks_section(reanalysis),) if section]
    inner += [_other(other, reanalysis.about.words.people) for other in others]
    if any(isinstance(outcome, CountsOutcome) for outcome in reanalysis.outcomes):
        usual = measure is OR and all(o.usual for o in reanalysis.outcomes if isinstance(o, CountsOutcome))
        blocks_of = _pooling(reanalysis) if usual else (Text(INVERSE.format(name=measure.plural)),)
        inner.append(Section("pooling", "Classical pooling", blocks_of))
    if any(isinstance(outcome, SummaryOutcome) for outcome in reanalysis.outcomes):
        inner.append(Section("summaries", "Outcomes known from a summary", _summaries(reanalysis)))
    inner.append(Section("checks", "Numerical accuracy", accuracy_blocks(reanalysis)))
    return Section("methods", "Methods", blocks, tuple(inner))


def sampled_models(reanalysis: Reanalysis) -> tuple[AnyModel, ...]:
    """Return the models that only sampling fits and that were fitted, each once,
    in the order of the outcomes.
    """
    models = [
        o.other_models
        for o in reanalysis.outcomes
        if isinstance(o, CountsOutcome) and o.other_models is not None
    ]
    models_fitted = (row.model for each in models for row in each.rows if row.sampled is not None)
    return tuple(
        {model.name or model.KIND: model for model in models_fitted if not isinstance(model, Model)}.values()
    )


def _answers(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Say what the quoted numbers are, and where the direction of benefit comes from."""
    measure = measure_of_report(reanalysis)
    parts: list[Part] = [
        f"The pooled {measure.name} is ",
        Formula(r"\op{exp}(\mu)" if measure.log else r"\mu"),
        f", so P({measure.above}) is the posterior probability that ",
        Formula(r"\mu > 0"),
        ".",
    ]
    if reanalysis.model.heterogeneous:
        parts += [" The prediction for a new trial is the posterior of ", Formula(r"\theta_{\op{new}}"), "."]
    if any(outcome.about.event for outcome in reanalysis.outcomes):
        parts.append(
            " Whether an event is good or bad is stated with the data, not read off the results: P(benefit) "
            f"is P({measure.above}) for a good event and P({measure.below}) for a bad one."
        )
    return (Prose(tuple(parts)),)


def _priors(model: AnyModel, caption: str, foreign: str = "") -> Table:
    """Return the priors of a model with what the model file says of each, works cited that are known."""
    works = bibliography()
    columns = (
        Column("Parameter", "text"),
        Column("Prior", "text"),
        Column("Why", "long"),
        Column("Source", "long"),
    )
    rows = []
    for name, _ in families.priors(model):
        why, source = rationale(model, name)
        why = f"{foreign}{why}" if why else why
        cell = Cell(
            phrases.name(source) or "not stated", after=(Cite(cited_in(source, works)),) if source else ()
        )
        title = (
            models.parameter(model, name)
            if isinstance(model, Model)
            else f"{name} ({Formula(SYMBOLS[name]).plain})"
        )
        rows.append(
            (
                title,
                phrases.name(families.shown(getattr(model, name))),
                phrases.name(why) or "not stated",
                cell,
            )
        )
    return Table(caption, columns, tuple(rows))


def _other(model: AnyModel, people: str) -> Section:
    """Return one of the models that were fitted by sampling."""
    title = phrases.name(model.title or model.name or model.KIND.replace("_", " "))
    lines = tuple(f"{phrases.first_upper(line)}." for line in families.structure(model, people))
    sampled: tuple[Part, ...] = (
        "Fitted by sampling with the No-U-Turn sampler",
        Cite((*FAMILY_SOURCES.get(model.KIND, ()), "hoffman2014", "pymc2023")),
        ".",
    )
    key = "model-" + "".join(
        c if c.isalnum() and c.isascii() else "_" for c in (model.name or model.KIND).lower()
    )
    return Section(
        key,
        title,
        (Prose(sampled), Items(lines), Equations(equations_of(model)), _priors(model, f"Priors: {title}.")),
    )


def _pooling(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return the classical method with its rules, as they were followed."""
    counted = [outcome for outcome in reanalysis.outcomes if isinstance(outcome, CountsOutcome)]
    rules = dict.fromkeys(result.pooled.zero_cells.rule for outcome in counted for result in outcome.sets)
    fixed = [outcomes.title(outcome) for outcome in counted if outcome.as_published.method == "revman-fixed"]
    parts: list[Part] = [
        "Beside every posterior stands what Review Manager 5 prints for the same counts: Mantel-Haenszel "
        "odds ratios with random effects, the heterogeneity taken around the fixed-effect estimate",
        Cite(("mantel1959", "dersimonian1986", "higgins2002")),
        ". Confidence intervals are normal on the log scale. Studies without events, with events only, or "
        f"with an empty arm cannot be estimated and are left out. Zero cells: {'; '.join(rules)}.",
    ]
    if fixed:
        parts += [
            f" Where the paper's result is that of a fixed effect ({phrases.series(fixed)}), it is pooled "
            "so, with the variance of Robins, Breslow and Greenland",
            Cite(("robins1986",)),
            ".",
        ]
    return (Prose(tuple(parts)), Equations(POOLING))


def _summaries(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return how an outcome without counts is handled."""
    titles = [
        outcomes.title(outcome) for outcome in reanalysis.outcomes if isinstance(outcome, SummaryOutcome)
    ]
    text = (
        f"Of {phrases.series(titles)} only the pooled result is used. Estimate and limits become a normal "
        "likelihood on the scale they are symmetric on (the logarithm of a ratio), its standard error from "
        "the width of the confidence interval; where the printed numbers do not fit together, each way of "
        "reading them has a likelihood and a posterior of its own."
    )
    lines = (
        Equation(Formula(r"y \sim \op{Normal}(\mu, s^2)"), "the published estimate with its standard error"),
        Equation(
            Formula(r"s = (u - l) / (2 z)"),
            "from the limits l and u of the confidence interval; z is 1.96 at 95%",
        ),
    )
    return (Text(text), Equations(lines))
