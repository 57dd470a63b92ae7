"""The answer by comparison, as text for a terminal."""

from bayes_ivig.measures import Measure
from bayes_ivig.reporting.comparisons import words
from bayes_ivig.reporting.wording import effects, information, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.comparisons.by_comparison import ByComparison
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import Ratio, posterior_effect

HYPHEN = str.maketrans({numbers.MINUS: "-", numbers.NONE: "-", "τ": "tau ", "μ": "mu"})


def comparisons_text(found: ByComparison, width: int = WIDTH) -> str:
    """Return one line per comparison with its mean, one with a new trial and what was pooled again, the
    contrasts under both priors of the difference, and how each number is meant.
    """
    lines = paragraph(words.title_of(found.dataset), width)
    lines += ["", *figures(_means(found), width), "", *figures(_new_trials(found), width)]
    if found.contrasts:
        lines += ["", *figures(_contrasts(found), width)]
    said = [each.translate(HYPHEN).replace("tau  ", "tau ") for each in _details(found)]
    return "\n".join([*lines, "", "Details", *dashes(said, width)])


def _means(found: ByComparison) -> list[tuple[str, ...]]:
    measure = found.measure
    rows: list[tuple[str, ...]] = [
        ("comparison", "trials", measure.symbol, "95% credible", f"P({measure.above})")
    ]
    return rows + [
        (
            information.marked(group.phrase, group.result.posterior.k_informative),
            str(group.result.posterior.k),
            *_shown(group.result.posterior["mu"], measure),
        )
        for group in found.groups
    ]


def _new_trials(found: ByComparison) -> list[tuple[str, ...]]:
    measure = found.measure
    rows: list[tuple[str, ...]] = [
        ("in a new trial", "pooled", measure.symbol, "95% credible", f"P({measure.above})")
    ]
    return rows + [
        (
            group.phrase,
            _value(group.result.pooled.own, measure),
            *_shown(group.result.posterior["theta_new"], measure),
        )
        for group in found.groups
    ]


def _contrasts(found: ByComparison) -> list[tuple[str, ...]]:
    measure = found.measure
    rows: list[tuple[str, ...]] = [
        (measure.contrast, "prior", "median", "95% credible", f"P({words.above_of(measure)})")
    ]
    for each in found.contrasts:
        label = f"{each.title}, without {', '.join(each.left_out)}" if each.left_out else each.title
        rows += [
            (label, "independent", *_shown(each.difference(wide=True), measure)),
            ("", "shrinking", *_shown(each.difference(), measure)),
        ]
    return rows


def _shown(marginal: Marginal, measure: Measure) -> tuple[str, str, str]:
    shown = posterior_effect(marginal, measure)
    limits = f"{_end(measure, shown.lower)} to {_end(measure, shown.upper)}"
    return _value(shown, measure), limits, numbers.probability(float(marginal.prob_above(0.0)))


def _value(effect: Ratio, measure: Measure) -> str:
    return _end(measure, effect.estimate)


def _end(measure: Measure, value: float | None) -> str:
    return "none" if value is None else effects.shown(measure, value)


def _details(found: ByComparison) -> list[str]:
    dataset, model = found.dataset, found.groups[0].result.posterior.model
    outcome = phrases.lower_first(outcomes.title_of(dataset.outcome, dataset.about))
    lines = [words.estimand(group, dataset.about, outcome) for group in found.groups]
    lines += [words.tau_sentence(found)]
    if found.contrasts:
        wide, narrow = found.contrasts[0].independent, found.contrasts[0].shrinking
        lines += [
            "contrasts have one tau for all their trials; independent: "
            f"{words.prior_of(wide)}; shrinking: {words.prior_of(narrow)}. {words.NEITHER}"
        ]
    lines += words.unnamed_sentences(found)
    pooled = found.groups[0].result.pooled
    lines += [
        f"mu ~ {model.mu}, tau ~ {model.tau}, {model.likelihood} likelihood; a fit of its own for every "
        f"comparison; pooled: {pooled.method}",
        *words.baseline_lines(found),
    ]
    return [line for line in lines if line]
