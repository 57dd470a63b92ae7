"""``bayes-ivig compare-priors``: the posterior under every combination of priors,
likelihoods and trial sets.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import LIKELIHOODS, Data, Fractional, Json, Level, Outcome, check_level, load
from bayes_ivig.cli.output import warn
from bayes_ivig.cli.progress import steps
from bayes_ivig.reporting.wording import numbers

if TYPE_CHECKING:
    import pandas as pd

    from bayes_ivig.inputs.counts.dataset import Dataset

    type Stated = tuple[list[str] | None, list[str] | None, list[str] | None]

LEVEL = 0.95  # of limits, and the only one of the curve of --width-of
LARGEST_ERROR = 1e-3  # posterior SDs
ONE = "A prior as text, such as 'half_normal(0.5)'; repeatable."
SETS = (
    "A prior as text, or a set of them: 'normal(0, 1)', 'elicited(\"P(OR > 2) = 5%\")', 'evidence(\"RR 1.1 "
    "(0.9 to 1.4)\", baseline_risk=0.5, robust=0.2)', 'zampieri(0.4)'; repeatable."
)
Mu = typer.Option("--mu-prior", "--mu", metavar="PRIOR", help=SETS)
Tau = typer.Option("--tau-prior", "--tau", metavar="PRIOR", help=ONE)
Alpha = typer.Option("--alpha-prior", "--alpha", metavar="PRIOR", help=ONE)
Thresholds = typer.Option(
    "--threshold", metavar="OR", help="An odds ratio to give the probability above of; repeatable."
)


def compare_priors(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    mu: Annotated[list[str] | None, Mu] = None,
    tau: Annotated[list[str] | None, Tau] = None,
    alpha: Annotated[list[str] | None, Alpha] = None,
    likelihood: Annotated[
        list[str] | None, typer.Option("--likelihood", help=f"{LIKELIHOODS}; repeatable.")
    ] = None,
    trials: Annotated[
        list[str] | None,
        typer.Option(
            "--trials",
            metavar="SET",
            help="A named trial set, study names with commas, or -NAME; repeatable.",
        ),
    ] = None,
    threshold: Annotated[list[float] | None, Thresholds] = None,
    width_of: Annotated[
        str | None,
        typer.Option("--width-of", help="mu or tau: vary the width of this prior alone, and draw the curve."),
    ] = None,
    level: Level = LEVEL,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Compare priors: one row for every combination; without priors, those listed with the data."""
    from bayes_ivig.errors import ModelError
    from bayes_ivig.reporting import shows
    from bayes_ivig.results.posterior_tables import PriorComparison

    outputs = Outputs(json, csv, plot)
    outputs.check(data)
    check_level(level)
    if width_of is not None and level != LEVEL:
        raise ModelError(
            f"--level: the curve of --width-of has limits of {numbers.level(LEVEL)}; leave it out"
        )
    dataset = load(data, outcome, None, fractional=fractional)
    if threshold and width_of is not None:
        raise ModelError("--threshold: the curve of --width-of is of P(OR > 1); leave it out")
    about = dataset.about
    with steps(f"Comparing priors on {dataset.label}"):
        if width_of is None:
            priors = (mu or list(about.mu_priors), tau or list(about.tau_priors), alpha)
            frame = _compared(dataset, priors, likelihood, trials, threshold, level)
        else:
            frame = _curve(dataset, width_of, (mu, tau, alpha), likelihood, trials)
    found = PriorComparison(frame, dataset)
    chart = "rows" if width_of is None else "width"
    outputs.leave(found, drawing=lambda: shows.drawing(found, chart))
    leave_if_inexact(frame)


def leave_if_inexact(frame: "pd.DataFrame") -> None:
    """Leave with status 1 where a numerical error is larger than it should be."""
    inexact = int((frame["numerical_error"] > LARGEST_ERROR).sum())
    if inexact:
        warn(
            f"check failed: the numerical error of {inexact} rows may be above "
            f"{numbers.stated(LARGEST_ERROR)} posterior SDs"
        )
        raise typer.Exit(1)


def _compared(
    dataset: "Dataset",
    priors: "Stated",
    likelihood: list[str] | None,
    trials: list[str] | None,
    thresholds: list[float] | None,
    level: float,
) -> "pd.DataFrame":
    """Compute the cross product."""
    from bayes_ivig.analyses.priors.compare import compare_priors as compute

    mu, tau, alpha = priors
    chosen: Any = likelihood or None  # checked where it is used
    chosen_trials: Any = [*trials] if trials else None
    above = thresholds or ()
    return compute(
        dataset,
        *above,
        mu=mu or (),
        tau=tau or (),
        alpha=alpha or None,
        likelihoods=chosen,
        trials=chosen_trials,
        level=level,
    )


def _curve(
    dataset: "Dataset",
    parameter: str,
    priors: "Stated",
    likelihood: list[str] | None,
    trials: list[str] | None,
) -> "pd.DataFrame":
    """Compute the estimate against the width of one prior; everything else must be stated once at most."""
    from bayes_ivig.analyses.priors.compare import prior_width_curve
    from bayes_ivig.errors import ModelError
    from bayes_ivig.inputs.model.two_arm import Model

    mu, tau, alpha = priors
    given = {"--mu": mu, "--tau": tau, "--alpha": alpha, "--likelihood": likelihood, "--trials": trials}
    several = [option for option, values in given.items() if values and len(values) > 1]
    if several:
        raise ModelError(
            f"--width-of: give {several[0]} once at most; one prior's width varies, everything else stays"
        )
    if given.get(f"--{parameter}"):
        raise ModelError(f"--width-of {parameter}: --{parameter} is what varies; leave it out")
    settings: dict[str, Any] = {"mu": mu, "tau": tau, "alpha": alpha, "likelihood": likelihood}
    model = Model(**{key: values[0] for key, values in settings.items() if values})
    return prior_width_curve(dataset.trials(trials[0]) if trials else dataset, model, parameter=parameter)
