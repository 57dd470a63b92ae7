"""One result of every kind, made once for all tests, and the command that prints it where it has one."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from report_cases import BAD_EVENT, THREE, own

import bayes_ivig as bi
from bayes_ivig.analyses.calibration.calibrate import calibrate
from bayes_ivig.analyses.weighing.readings import Weighing, harm_readings
from bayes_ivig.inputs.model.files import load_two_arm
from bayes_ivig.results.calibration import Setup
from bayes_ivig.results.draws.monte_carlo import Error, MonteCarloErrors
from bayes_ivig.results.marginals.marginal import DrawsMarginal
from bayes_ivig.results.other_models.joint_outcome import TermEffects
from bayes_ivig.results.posterior_tables import OneByOne, PriorComparison, Subsets
from bayes_ivig.results.reanalysis.harm_readings import HarmReadings

HEADER = "study,treatment_events,treatment_total,control_events,control_total,design\n"
ROWS = "A,5,40,12,41,a\nB,4,50,9,52,a\nC,2,20,3,19,b\n"
SIDECAR = (
    'event = "bad"\noutcome_title = "Death"\ntreatment = "drug"\ncontrol = "placebo"\nthresholds = [2]\n'
)
BOX = (
    "study,treatment_events,treatment_total,control_events,control_total\nA,5,40,12,41\nB,,50,,52\n"
    "C,2,20,3,19\n"
)
THEIRS = "slab;ai;n1i;ci;n2i\nA;5;40;12;41\nB;4;50;9;52\nC;2;20;3;19\nTotal;11;110;24;112\n"
MU, TAU = ("normal(0, 1)", "normal(0, 2)"), "half_normal(0.5)"

OWN_LEVEL = {"History", "ModelCheck", "NextTrial", "PosteriorCheck", "SpecificationCurve", "TippingGrid"}
LEVELLED = {  # whose table has limits of the level that is asked for
    "AbsoluteEffects", "Benefit", "BenefitHarm", "Benefits", "ByClass", "ByComparison", "Contrast",
    "ControlRisk", "Funnel",
    "Marginal", "MeasureComparison", "MissingOutcomes", "ModelAverage", "PooledEstimate", "Posterior",
    "PosteriorSeries", "Reanalysis", "Refits", "Regression",
    "SelectionAnalysis", "SmallStudies", "TermEffects",
}  # fmt: skip


@cache
def lost() -> bi.Dataset:
    """Return a table with people who were not seen."""
    return bi.Dataset(
        (bi.Study("A", 10, 50, 3, 52, treatment_missing=5), bi.Study("B", 9, 30, 4, 40, 1.0, 0, 6))
    )


@cache
def compared_with() -> bi.Dataset:
    """Return a table that says what its trials compared."""
    return bi.Dataset(data().studies, columns=(("comparison", ("placebo", "placebo", "usual care")),))


@cache
def folder() -> Path:
    """A user's folder: counts with a sidecar that states a threshold of its own,
    a table with blanks, a claim about it.
    """
    found = Path(mkdtemp())
    (found / "mine.csv").write_text(HEADER + ROWS, encoding="utf-8")
    (found / "mine.toml").write_text(SIDECAR, encoding="utf-8")
    (found / "box.csv").write_text(BOX, encoding="utf-8")
    (found / "theirs.csv").write_text(THEIRS, encoding="utf-8")
    (found / "claims.csv").write_text(
        "outcome,measure,estimate,ci_lower,ci_upper\ndeath,OR,0.405,0.187,0.879\n", encoding="utf-8"
    )
    return found


def path(name: str = "mine.csv") -> str:
    """The path of one of the user's files."""
    return str(folder() / name)


@cache
def data() -> bi.Dataset:
    """The user's counts."""
    return bi.load_dataset(path())


@cache
def model() -> Any:
    """The model that commands take unless told otherwise."""
    return load_two_arm("binomial_normal")


@cache
def posterior() -> bi.Posterior:
    """Its posterior."""
    return bi.fit(data(), model())


@cache
def regressed() -> bi.Posterior:
    """The posterior of a regression of the user's counts."""
    return bi.fit(data(), bi.models.MetaRegression(("design",)))


def benefits() -> Any:
    """The benefit under two priors, labelled as the command labels them."""
    changed = replace(model(), mu=MU[0], name="binomial_normal, changed", title="", notes=())
    first = bi.fit(data(), changed)
    return bi.benefit({f"mu ~ {MU[0]}": first, f"mu ~ {MU[1]}": first.under(mu=MU[1])})


def every_subset() -> Subsets:
    """All subsets of the user's trials."""
    frame = bi.trials.subsets(data(), model())
    chosen = {"A, B": bi.trials.standing(frame, ("A", "B"))}
    return Subsets(frame, data(), model(), chosen, bi.trials.carrying_trials(frame))


def harms() -> HarmReadings:
    """One outcome of the bundled case against another, both known from counts."""
    good, bad = (
        bi.fit(bi.load_dataset("ivig", name), model()) for name in ("live_birth", "obstetric_complication")
    )
    return HarmReadings(harm_readings(good, bad, Weighing(nets=(0.25, 0.5, 1.0))), good, bad)


def drawn() -> DrawsMarginal:
    """Draws of a quantity."""
    return DrawsMarginal(np.random.default_rng(1).normal(size=(2, 500)))


def boxed() -> bi.published.Reconstruction:
    """Every table that gives the claim."""
    return bi.published.reconstruct(path("box.csv"), path("claims.csv"))


def compared() -> PriorComparison:
    """Two priors of mu."""
    return PriorComparison(bi.priors.compare(data(), mu=MU, tau=TAU), data())


MAKE: dict[str, Callable[[], Any]] = {
    "AbsoluteEffects": lambda: posterior().absolute(0.3),
    "Audit": lambda: bi.published.audit("ivig"),
    "Baujat": lambda: bi.classical.baujat(data()),
    "BayesianFragility": lambda: bi.tipping.bayesian_fragility(posterior()),
    "Benefit": lambda: bi.benefit(posterior()),
    "Benefits": benefits,
    "BenefitHarm": lambda: bi.benefit_harm(harms().benefit, harms().harm),
    "ByClass": lambda: bi.trials.by_class(data(), "design", model()),
    "ByComparison": lambda: bi.trials.by_comparison(compared_with()),
    "Calibration": lambda: calibrate(Setup(simulations=20)),
    "Contrast": lambda: bi.trials.contrast(data(), "design", model()),
    "ControlRisk": lambda: bi.control_risk(data()),
    "Credibility": lambda: bi.tipping.credibility(1.0, 0.4),
    "Fragility": lambda: bi.classical.fragility(data(), method="dl"),
    "Funnel": lambda: bi.classical.funnel(data()),
    "HarmReadings": harms,
    "HowMuchPrior": lambda: bi.tipping.how_much_prior(posterior()),
    "History": lambda: bi.history(data(), model(), by=None),
    "Imported": lambda: bi.read(path("theirs.csv")),
    "Influence": lambda: posterior().influence(),
    "LeaveOneOut": lambda: bi.checks.loo(posterior()),
    "Marginal": lambda: posterior()["mu"],
    "MeasureComparison": lambda: bi.checks.compare_measures(data()),
    "MissingOutcomes": lambda: bi.tipping.missing_outcomes(lost()),
    "ModelAverage": lambda: bi.average_models(data()),
    "ModelCheck": lambda: bi.checks.check_model(posterior()),
    "ModelComparison": lambda: bi.checks.compare_models(
        {"one": posterior(), "other": posterior().under(mu=MU[0])}
    ),
    "MonteCarloErrors": lambda: MonteCarloErrors(
        (Error("mu", "mean", 0.5, 0.01), Error("mu", "q2.5", -1.0, 0.03))
    ),
    "ExtendedFunnel": lambda: bi.planning.extended_funnel(
        posterior(), standard_errors=[0.2, 0.5], results=[(0.5, 0.3)]
    ),
    "NextTrial": lambda: bi.next_trial(posterior(), per_arm=[20, 40], control_risk=0.2),
    "OneByOne": lambda: OneByOne(bi.trials.without_each(data(), model()), data(), model(), "leave-one-out"),
    "PooledEstimate": lambda: bi.pool(data(), method="revman-random"),
    "Posterior": posterior,
    "PosteriorCheck": lambda: bi.checks.posterior_predictive_check(posterior()),
    "PosteriorSeries": lambda: posterior().leave_one_out(),
    "PowerScaling": lambda: bi.checks.power_scaling(posterior()),
    "PriorCheck": lambda: bi.checks.prior_predictive_check(data(), model()),
    "PriorComparison": compared,
    "Reanalysis": lambda: own(THREE, BAD_EVENT),
    "Reconstruction": boxed,
    "ReconstructionPosterior": lambda: bi.published.reconstruction_posterior(boxed()),
    "Refits": lambda: bi.classical.leave_one_out(data(), method="dl"),
    "Regression": lambda: bi.models.regression(regressed()),
    "SelectionEstimate": lambda: bi.classical.selection_model(data(), direction="below"),
    "SelectionAnalysis": lambda: bi.bias.selection(data()),
    "SmallStudies": lambda: bi.bias.small_studies(data()),
    "SmallStudyTest": lambda: bi.classical.small_study_test(data()),
    "SpecificationCurve": lambda: bi.trials.specification_curve(data(), mu=MU, tau=TAU),
    "Standing": lambda: every_subset().standings["A, B"],
    "Subsets": every_subset,
    "TermEffects": lambda: TermEffects(0.5, 0.1, drawn(), drawn(), drawn(), drawn(), drawn(), informed=True),
    "TippingGrid": lambda: bi.tipping.tipping_grid(posterior()),
    "TippingPoint": lambda: bi.tipping.tipping_point(posterior()),
    "ValueOfInformation": lambda: bi.planning.value_of_information(
        posterior(), per_arm=[20, 40], control_risk=0.2, population=1000, fixed_cost=0.5
    ),
}


@cache
def example(kind: str) -> Any:
    """The result of a kind."""
    return MAKE[kind]()


def commands() -> dict[str, tuple[str, ...]]:
    """The command that prints each of those examples that have one."""
    priors = ("--mu-prior", MU[0], "--mu-prior", MU[1])
    return {
        "Audit": ("audit", "ivig"),
        "ModelAverage": ("average", path()),
        "Benefit": ("benefit", path()),
        "Benefits": ("benefit", path(), *priors),
        "ByClass": ("subsets", path(), "--by", "design"),
        "Calibration": ("calibrate", "--simulations", "20"),
        "Contrast": ("contrast", path(), "--by", "design"),
        "HarmReadings": ("benefit-harm", "ivig", "--harm", "obstetric_complication"),
        "HowMuchPrior": ("tipping", path()),
        "History": ("update", path()),
        "Imported": ("import", path("theirs.csv")),
        "ModelCheck": ("check", path()),
        "NextTrial": ("next-trial", path(), "--per-arm", "20", "--per-arm", "40", "--control-risk", "0.2"),
        "OneByOne": ("subsets", path(), "--leave-one-out"),
        "PooledEstimate": ("pool", path(), "--method", "revman-random"),
        "Posterior": ("fit", path()),
        "PriorComparison": ("compare-priors", path(), *priors, "--tau-prior", TAU),
        "Reconstruction": ("reconstruct", path("box.csv"), "--claims", path("claims.csv")),
        "Regression": ("regress", path(), "--by", "design"),
        "SelectionAnalysis": ("selection", path()),
        "Subsets": ("subsets", path(), "--mark", "A, B"),
    }
