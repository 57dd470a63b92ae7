"""``bayes-ivig fit``: one posterior."""

from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.engines import SEED, EngineName, Seed, engine_named
from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import (
    Data,
    Fractional,
    Json,
    Level,
    LikelihoodName,
    ModelName,
    Outcome,
    Trials,
    check_level,
    load,
    overruled,
    source_of,
)
from bayes_ivig.cli.output import leave_if, warn
from bayes_ivig.cli.progress import heard
from bayes_ivig.reporting.wording import numbers

if TYPE_CHECKING:
    from bayes_ivig.inputs.counts.dataset import Dataset
    from bayes_ivig.inputs.model.files import AnyModel
    from bayes_ivig.measures import Measure

Prior = typer.Option(
    metavar="PRIOR", help="A prior as text, such as 'half_normal(0.5)'; overrules the model's."
)


def fit(
    data: Data,
    outcome: Outcome = None,
    fractional: Fractional = False,
    model: ModelName = "binomial_normal",
    likelihood: LikelihoodName = None,
    effects: Annotated[str | None, typer.Option("--effects", help="random or common.")] = None,
    mu_prior: Annotated[str | None, Prior] = None,
    tau_prior: Annotated[str | None, Prior] = None,
    alpha_prior: Annotated[str | None, Prior] = None,
    baseline: Annotated[str | None, typer.Option("--baseline", help="control or midpoint.")] = None,
    trials: Trials = None,
    missing: Annotated[
        str | None,
        typer.Option(
            "--missing",
            metavar="IMOR",
            help="Prior of log informative missingness odds ratios of people not seen: 'imor(0, 1)'.",
        ),
    ] = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior",
            metavar="NAME=PRIOR",
            help="Any prior of the model, such as 'omega=half_normal(1)'; repeatable.",
        ),
    ] = None,
    engine: EngineName = None,
    seed: Seed = SEED,
    level: Level = 0.95,
    threshold: Annotated[
        list[float] | None,
        typer.Option("--threshold", help="An effect to give probabilities beyond; repeatable."),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            "--save", metavar="PATH", help="Keep the posterior as a file: NetCDF (.nc) or Zarr (.zarr)."
        ),
    ] = None,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Fit a model and print the posterior of the odds ratio, of heterogeneity and of every study."""
    from bayes_ivig.engines.fitting import fit as compute
    from bayes_ivig.inputs.model.files import load_model
    from bayes_ivig.inputs.model.scale import measure_in_force
    from bayes_ivig.reporting import shows
    from bayes_ivig.results.files.saving import check_path

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    if save is not None:
        check_path(save)
    given = {
        "likelihood": likelihood,
        "effects": effects,
        "mu": mu_prior,
        "tau": tau_prior,
        "alpha": alpha_prior,
    }
    stated = overruled(
        load_model(model), given | {"baseline": baseline, "missing": missing} | _named(prior or [])
    )
    dataset = _load(stated, data, (outcome, trials), fractional=fractional)
    thresholds = _thresholds(threshold, measure_in_force(dataset, stated))
    with heard():
        posterior = compute(dataset, stated, engine=engine_named(engine, dataset, stated, seed))
        for option, why in _unused(stated, tau_prior, alpha_prior, baseline):
            warn(f"note: {option} is not used: {why}")
        outputs.leave(
            posterior,
            drawing=lambda: shows.drawing(posterior, level=level),
            level=level,
            thresholds=thresholds,
        )
    if save is not None:
        warn(f"saved: {posterior.save(save)}")
    leave_if(posterior.diagnostics.problems)


def _load(
    model: "AnyModel", data: str, which: tuple[str | None, str | None], *, fractional: bool
) -> "Dataset":
    """Load the data; those of a joint model are two outcomes, which the model names."""
    from bayes_ivig.errors import ModelError, quoted
    from bayes_ivig.inputs.counts.joint_dataset import load_joint_dataset
    from bayes_ivig.inputs.model.joint import JointOutcome

    outcome, trials = which
    if not isinstance(model, JointOutcome):
        return load(data, outcome, trials, fractional=fractional)
    live, preterm = model.outcomes
    if outcome is not None and outcome != live:
        raise ModelError(
            f"--outcome: found {quoted(outcome)}; a joint model states its own two outcomes, "
            f"here {live} and {preterm}"
        )
    dataset = load_joint_dataset(source_of(data), (live, preterm)).as_dataset()
    return dataset if trials is None else dataset.trials(trials)


def _named(priors: list[str]) -> dict[str, str | None]:
    """Return the priors of ``--prior NAME=PRIOR`` by name."""
    from bayes_ivig.errors import ModelError, quoted

    wrong = [
        text for text in priors if not text.partition("=")[0].isidentifier() or not text.partition("=")[2]
    ]
    if wrong:
        raise ModelError(
            f"--prior: found {quoted(wrong[0])}; give a name and a prior, such as omega=half_normal(1)"
        )
    return {text.partition("=")[0]: text.partition("=")[2] for text in priors}


def _unused(
    model: "AnyModel", tau: str | None, alpha: str | None, baseline: str | None
) -> list[tuple[str, str]]:
    """Return the options that were given though the model has no use for them, each with the reason."""
    from bayes_ivig.inputs.model.two_arm import Model

    if not isinstance(model, Model):
        return []
    unused = [("--tau-prior", "under one common effect tau is 0")] * (
        tau is not None and model.effects == "common"
    )
    if not model.has_baseline:
        why = f"the {model.likelihood} likelihood has no baseline parameter"
        unused += [("--alpha-prior", why)] * (alpha is not None) + [("--baseline", why)] * (
            baseline is not None
        )
    return unused


def _thresholds(given: list[float] | None, measure: "Measure") -> list[float] | None:
    """Return the values of the measure that were given, None for those that the data state; raises
    ``ModelError``.
    """
    from bayes_ivig.errors import ModelError

    least = 1e-6 if measure.log else -1e6
    wrong = [value for value in given or [] if not least <= value <= 1e6]
    if wrong:
        raise ModelError(
            f"--threshold: found {numbers.stated(wrong[0])}; must be {measure.one}, for example "
            f"{'1.25' if measure.log else '2'}"
        )
    return given or None
