"""The lines that follow every table: each choice made on the way to its numbers, in words."""

from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import described
from bayes_ivig.reporting.wording import classical, information, outcomes, phrases
from bayes_ivig.reporting.wording import priors as prior_words
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult

INTERVALS = (
    "Intervals: posterior medians with central 95% credible intervals; estimates pooled again and observed "
    "ones with 95% confidence intervals from the normal distribution."
)
CREDIBLE = "Intervals: posterior medians with central 95% credible intervals."

FEW = 5  # informative trials, below which the sections that ask further questions are kept short


def few(outcome: CountsOutcome) -> bool:
    """Whether an outcome has so few trials with information that the further sections are kept short."""
    return outcome.trial_set("all").posterior.k_informative < FEW


def trials(result: TrialSetResult, outcome: CountsOutcome) -> str:
    """Return which trials a set holds, how many of them the likelihood uses,
    and which of those cannot tell the arms apart.
    """
    posterior, names = result.posterior, result.dataset.study_names
    label = outcomes.set_label(result, outcome)
    without = [study for study in names if study not in posterior.studies]
    rest = f"; without information: {phrases.names(without)}" if without else ""
    silent = "".join(
        f"; {phrases.name(line)}" for line in information.uninformative_lines(posterior, hint=False)
    )
    counted = f"{posterior.k_informative} of {len(names)} carry information"
    shared = information.shared_controls(posterior.dataset)
    return f"{label}: {phrases.names(names)} ({counted}{rest}{silent}){shared}."


def pooling(pooled: PooledEstimate) -> tuple[str, ...]:
    """Return how the frequentist number was made, which cells were altered for it, and what may mislead."""
    note = f" {phrases.first_upper(pooled.note)}." if pooled.note and pooled.estimate is None else ""
    touched = phrases.names(pooled.zero_cells.studies_altered) or "none"
    return (
        _method(pooled),
        f"Pooled again, trials: {pooled.k} of {pooled.k_listed}; cells altered: {touched}.{note}",
        *(f"Caution: {line}." for line in classical.caution_lines(pooled.cautions)),
    )


def _method(pooled: PooledEstimate) -> str:
    return f"Pooled again: {classical.method(pooled)}; zero cells: {pooled.zero_cells.rule}."


def altered_by_set(outcome: CountsOutcome) -> tuple[str, ...]:
    """Return the pooling rule of a table of trial sets, with the studies altered in any of them,
    and what may mislead, each with its sets.
    """
    touched = dict.fromkeys(
        study for result in outcome.sets for study in result.pooled.zero_cells.studies_altered
    )
    return (
        _method(outcome.sets[0].pooled),
        f"Pooled again, cells altered wherever they are in the set: {phrases.names(touched) or 'none'}.",
        *_cautions_by_set(outcome),
    )


def _cautions_by_set(outcome: CountsOutcome) -> list[str]:
    """Return what is known to mislead in the pooled numbers of a table of trial sets,
    each sentence with its sets.
    """
    where: dict[str, list[str]] = {}
    for result in outcomes.ordered_sets(outcome):
        for line in classical.caution_lines(result.pooled.cautions):
            where.setdefault(line, []).append(phrases.lower_first(outcomes.set_label(result, outcome)))
    return [f"Caution ({phrases.series(sets)}): {line}." for line, sets in where.items()]


def of_result(
    result: TrialSetResult, outcome: CountsOutcome, pooled: PooledEstimate | None = None
) -> tuple[str, ...]:
    """Return all lines for numbers of one trial set."""
    return (
        trials(result, outcome),
        *models.details(result.posterior.model),
        *pooling(pooled or result.pooled),
        INTERVALS,
    )


def of_sets(outcome: CountsOutcome, *, classical: bool, sets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return all lines for a table of trial sets (all, or those named),
    with those on pooling where it has such numbers.
    """
    model = outcome.sets[0].posterior.model
    lines = [
        trials(result, outcome)
        for result in outcomes.ordered_sets(outcome)
        if not sets or result.trials in sets
    ]
    lines += models.details(model)
    return (*lines, *((*altered_by_set(outcome), INTERVALS) if classical else (CREDIBLE,)))


def of_priors(outcome: CountsOutcome, model: Model) -> tuple[str, ...]:
    """Return all lines for the table of priors."""
    shown = dict.fromkeys(row.trials for row in outcome.sensitivity)
    likelihood, _ = models.details(model)
    fixed = [f"{models.GREEK['alpha']} ~ {model.alpha}{models.baseline(model)}"] if model.has_baseline else []
    taus = [row.tau_prior for row in outcome.sensitivity]
    squared = (
        "A prior named ..._tau2 is stated on τ² and transformed to τ."
        if any("_tau2" in described(tau) for tau in taus)
        else ""
    )
    texts = (
        prior_words.entries([row.mu_prior for row in outcome.sensitivity], "μ"),
        prior_words.entries(taus, "τ"),
    )
    lines = [trials(outcome.trial_set(name), outcome) for name in shown]
    lines += [likelihood, f"Priors: in the rows{'; ' if fixed else ''}{''.join(fixed)}."]
    return tuple(line for line in (*lines, *texts[0], *texts[1], squared, CREDIBLE) if line)
