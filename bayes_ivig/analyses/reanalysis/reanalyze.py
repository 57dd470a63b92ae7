"""``reanalyze``: the published result, the re-pooled one and the posteriors of every outcome,
for one report.
"""

from dataclasses import replace
from importlib.metadata import version

import numpy as np

from bayes_ivig.analyses.audit.audit import audit_case
from bayes_ivig.analyses.benefit.findings import comparison_findings, findings
from bayes_ivig.analyses.brief.new_trial import with_new_trials
from bayes_ivig.analyses.checks.compare_measures import on_other_measures
from bayes_ivig.analyses.checks.outlook import with_checks
from bayes_ivig.analyses.comparisons.by_comparison import comparisons_of
from bayes_ivig.analyses.next_trial.of_outcome import with_next_trial
from bayes_ivig.analyses.other_models.other_counts import alternative_rows
from bayes_ivig.analyses.other_models.side_by_side import with_other_models
from bayes_ivig.analyses.priors.families import prior_families
from bayes_ivig.analyses.published_summary import readings
from bayes_ivig.analyses.reanalysis.subject import Rows, Subject, subject_of
from bayes_ivig.analyses.reanalysis.trial_set import pooled, trial_set
from bayes_ivig.analyses.reconstruction.kept_tables import reconstructed_readings
from bayes_ivig.analyses.reconstruction.other_baselines import other_baselines
from bayes_ivig.analyses.small_studies.of_outcome import with_small_studies
from bayes_ivig.analyses.specification.curve import largest_curve
from bayes_ivig.analyses.tipping.how_much_prior import with_how_much_prior
from bayes_ivig.analyses.trials.one_by_one import every_choice
from bayes_ivig.analyses.weighing.comparison import harm_comparison
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.case import Case, Source
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.design_effects import refuse_design_effects
from bayes_ivig.inputs.counts.provenance import bases, count_statuses
from bayes_ivig.inputs.counts.statuses import status_words
from bayes_ivig.inputs.evidence.tables import partial_path
from bayes_ivig.inputs.model.files import REFERENCE, TwoArm, bundled_sha256, two_arm_of
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.report_options import ReportOptions
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import OR
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import (
    CountsOutcome,
    Reanalysis,
    SensitivityRow,
    SummaryOutcome,
)
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading, TablesUnder
from bayes_ivig.version import __version__

MOST_TRIALS = 1_000  # of a report: some minutes, and a page of some megabytes
LIBRARIES = ("numpy", "scipy", "altair", "vl-convert-python")  # that compute and draw what is in a report
FEWEST_IN_DEPTH = (
    # trials that carry information, for further questions about outcomes after the first:
    # of fewer, priors decide
    5
)


@checked
def reanalyze(
    source: Source | Dataset = "ivig",
    *,
    model: TwoArm | None = None,
    options: ReportOptions | None = None,
    sampled: bool = False,
) -> Reanalysis:
    """Reanalyse a bundled case by name, a counts CSV by path with its sidecar and claims where it has them,
    or a ``Dataset``, of which everything is in memory.

    ``model`` is the reference model, ``binomial_normal`` unless given; ``options`` choose outcomes and their
    order, and overrule what the description of the data says. Models that take sampling are answered by
    stored answers alone, see ``stored_answer``; with ``sampled`` those not stored are sampled now. Raises
    ``DataError`` and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> trials = bi.Dataset((bi.Study("A", 12, 40, 20, 41), bi.Study("B", 9, 52, 15, 50)), name="mine")
    >>> bi.reanalyze(trials).table()[["k", "mu_median"]].round(1).to_numpy().tolist()
    [[2.0, -0.8]]
    """
    model, options = two_arm_of(model or REFERENCE), options or ReportOptions()
    subject = subject_of(source)
    abouts = {outcome: options.about(outcome, about) for outcome, about in subject.abouts.items()}
    outcomes = _outcomes(subject, model, options, abouts, sampled)
    return Reanalysis(
        source=subject.name,
        about=next(iter(abouts.values())),
        model=model,
        outcomes=_checked(outcomes),
        tables=subject.tables,
        version=__version__,
        data_sha256=subject.sha256,
        audit=None if subject.case is None else audit_case(subject.case),
        options=options,
        versions=tuple((library, version(library)) for library in LIBRARIES),
        model_sha256=bundled_sha256(model),
        bundled=subject.bundled,
        file=subject.file,
        harm=harm_comparison(tuple(filter(_usual, outcomes)), dict(options.baseline_risks), sampled=sampled),
        findings=findings(
            tuple(filter(_usual, outcomes)),
            baseline_risks=dict(options.baseline_risks),
            important_difference=options.important_difference,
        ),
        comparison_findings=comparison_findings(
            tuple(filter(_usual, outcomes)),
            baseline_risks=dict(options.baseline_risks),
            important_difference=options.important_difference,
        ),
    )


def _usual(outcome: CountsOutcome | SummaryOutcome) -> bool:
    """Whether an outcome is of odds ratios from counts, or known from a published summary."""
    return not isinstance(outcome, CountsOutcome) or outcome.usual


def _checked(
    outcomes: list[CountsOutcome | SummaryOutcome],
) -> tuple[CountsOutcome | SummaryOutcome, ...]:
    """Return the outcomes with model checks, which are of counts: the others without."""
    done = iter(with_checks([each for each in outcomes if _usual(each)]))
    return tuple(next(done) if _usual(each) else each for each in outcomes)


def _outcomes(
    subject: Subject,
    model: Model,
    options: ReportOptions,
    abouts: dict[str, About],
    sampled: bool,
) -> list[CountsOutcome | SummaryOutcome]:
    """Return the results of every outcome that is asked for: of its counts,
    else of its published summary.
    """
    outcomes: list[CountsOutcome | SummaryOutcome] = []
    case, claims = subject.case, subject.claims
    chosen = options.chosen(tuple(dict.fromkeys((*abouts, *claims))))
    counts = {
        outcome: options.dataset(subject.dataset(outcome))
        for outcome in chosen
        if outcome in abouts and not abouts[outcome].partial
    }
    for dataset in counts.values():
        _require_few(dataset)
    for outcome in chosen:
        about = abouts.get(outcome) or options.about(
            outcome, _undescribed(outcome, next(iter(abouts.values())))
        )
        if outcome in counts:
            dataset = counts[outcome]
            counted = _counts(dataset, claims.get(outcome), model)
            first = not any(isinstance(each, CountsOutcome) for each in outcomes)
            if not about.complement_of and (first or counted.k_informative >= FEWEST_IN_DEPTH):
                counted = _in_depth(counted, dataset, model)
                curve = largest_curve(dataset, model) if first and counted.k_informative else None
                counted = replace(counted, specifications=curve)
            counted = with_next_trial(with_small_studies(counted))
            outcomes.append(with_other_models(counted, sampled=sampled) if counted.usual else counted)
        elif outcome in claims and case is not None:
            possible = reconstructed_readings(case, about, claims[outcome], model)
            baselines = other_baselines(case, about, claims[outcome], model)
            outcomes.append(
                _summary(
                    claims[outcome], about, model, (_partial(case, outcome, about), *possible, baselines)
                )
            )
    return outcomes


def _require_few(dataset: Dataset) -> None:
    """Raise ``DataError`` for more trials than a report can show."""
    if len(dataset) > MOST_TRIALS:
        raise DataError(
            f"{dataset.label}: found {len(dataset):,} trials; a report shows up to {MOST_TRIALS:,}; ask of "
            "more with single commands (fit, pool, benefit), or give a table of fewer"
        )


def _undescribed(outcome: str, shared: About) -> About:
    """Describe an outcome known from a claim alone: the arms are those of the others,
    its direction is not stated.
    """
    title = outcome.replace("_", " ").capitalize()
    return About(
        outcome_title=title,
        title=shared.title,
        treatment=shared.treatment,
        control=shared.control,
        citation=shared.citation,
        words=shared.words,
    )


def _partial(case: Case, outcome: str, about: About) -> Rows:
    """Return header and rows of the per-arm counts that are known of a partly known outcome."""
    if not about.partial:
        return ()
    table = case.table(partial_path(case, outcome))
    return (table.columns, *table.rows)


def _counts(dataset: Dataset, claim: Claim | None, model: Model) -> CountsOutcome:
    """Pool and fit every named trial set of one outcome; raises ``ModelError`` for design effects."""
    refuse_design_effects(
        dataset,
        "the report",
        "whose model checks are of whole counts",
        "use fit, or take the column design_effect out",
    )
    usual = measure_in_force(dataset, model) is OR and not dataset.estimated
    sets = {name: dataset.trials(name) for name in dataset.trial_sets}
    published = "published" if "published" in sets else "all"
    fixed = claim is not None and claim.model == "fixed"
    fitted = tuple(trial_set(name, subset, model) for name, subset in sets.items())
    return CountsOutcome(
        name=dataset.outcome,
        about=dataset.about,
        claim=claim,
        published_trials=published,
        as_published=pooled(sets[published], model, fixed=fixed),
        sets=fitted,
        sensitivity=tuple(
            row for name in dict.fromkeys((published, "all")) for row in _sensitivity(name, sets[name], model)
        ),
        provenance=_provenance(dataset),
        alternatives=alternative_rows(dataset, model, trials=_counted_otherwise(dataset, published))
        if usual
        else (),
        other_measures=next(on_other_measures(each.posterior) for each in fitted if each.trials == "all")
        if usual
        else None,
        comparisons=comparisons_of(dataset, model),
    )


def _counted_otherwise(dataset: Dataset, published: str) -> tuple[str, ...]:
    """Return the trial sets to count in other ways: all but those that are another one without a trial."""
    whole = (name for name in dataset.trial_sets if not dataset.about.part_of(name))
    return tuple(dict.fromkeys((published, "all", *whole)))


def _in_depth(outcome: CountsOutcome, dataset: Dataset, model: Model) -> CountsOutcome:
    """Add families of priors, every choice of trials, and how much prior a conclusion takes."""
    published = outcome.published_trials
    deep = replace(
        outcome,
        prior_families=prior_families(dataset, model, dict.fromkeys((published, "all")))
        if outcome.usual
        else None,
        choices=every_choice(
            outcome.trial_set("all").posterior, outcome.trial_set(published).dataset.study_names
        ),
    )
    return with_new_trials(with_how_much_prior(deep))


def _sensitivity(name: str, dataset: Dataset, model: Model) -> list[SensitivityRow]:
    """Fit the cross product of effect and heterogeneity priors
    that the dataset's description sets side by side.
    """
    rows = []
    for mu in dataset.about.mu_priors:
        for tau in dataset.about.tau_priors:
            posterior = fit(dataset, replace(model, mu=parse_prior(mu), tau=parse_prior(tau)))
            rows.append(_row(name, posterior))
    return rows


def _row(name: str, posterior: Posterior) -> SensitivityRow:
    measure = posterior.measure
    lower, median, upper = measure.own_values(np.asarray(posterior["mu"].quantile([0.025, 0.5, 0.975])))
    return SensitivityRow(
        trials=name,
        likelihood=posterior.model.likelihood,
        mu_prior=posterior.model.mu,
        tau_prior=posterior.model.tau,
        k=posterior.k,
        or_lower=float(lower),
        or_median=float(median),
        or_upper=float(upper),
        prob_or_gt_1=float(posterior["mu"].prob_above(0.0)),
        tau_median=float(posterior["tau"].quantile(0.5)),
        measure=measure.code,
    )


def _provenance(dataset: Dataset) -> tuple[tuple[str, str, str], ...]:
    """Study, how its counts are known and on what basis, where the table says so."""
    known = tuple(status_words(statuses) for statuses in count_statuses(dataset))
    return tuple(zip(dataset.study_names, known, bases(dataset), strict=True))


def _summary(
    claim: Claim,
    about: About,
    model: Model,
    known: tuple[Rows, tuple[ReconstructedReading, ...], int, tuple[TablesUnder, ...]],
) -> SummaryOutcome:
    """Turn a published summary into posteriors, one per reading;
    a difference gets a flat prior, being in its own units.
    """
    prior: Prior = model.mu if claim.measure == "OR" else Flat()
    return SummaryOutcome(claim.outcome, about, claim, prior, readings(claim, prior), *known)
