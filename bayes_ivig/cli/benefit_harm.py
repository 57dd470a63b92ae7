"""``bayes-ivig benefit-harm``: one outcome weighed against another of the same people."""

from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import Data, Json, Level, Trials, check_level, source_of
from bayes_ivig.cli.output import warn

if TYPE_CHECKING:
    from bayes_ivig.inputs.counts.case import Source
    from bayes_ivig.results.posterior.posterior import Posterior
    from bayes_ivig.results.reanalysis.harm_readings import HarmReading
    from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome

AMONG = (
    "Whom the harm is counted among: all, events or nonevents of the benefit; "
    "the sidecar's denominators unless given."
)
PAIR = "; the one that the sidecar pairs with the other unless given."
DRAWN = ("net", "people")


def benefit_harm(
    data: Data,
    benefit: Annotated[
        str | None, typer.Option("--benefit", metavar="OUTCOME", help=f"The outcome hoped for{PAIR}")
    ] = None,
    harm: Annotated[
        str | None, typer.Option("--harm", metavar="OUTCOME", help=f"The outcome feared{PAIR}")
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model", help="A bundled model's name, or the path of a model TOML; of both outcomes."
        ),
    ] = "binomial_normal",
    trials: Trials = None,
    among: Annotated[str | None, typer.Option("--among", help=AMONG)] = None,
    benefit_risk: Annotated[
        float | None,
        typer.Option("--benefit-risk", help="The benefit's control risk; pooled control arms unless given."),
    ] = None,
    harm_risk: Annotated[
        float | None,
        typer.Option("--harm-risk", help="The harm's control risk, of those it is counted among."),
    ] = None,
    weight: Annotated[
        list[float] | None, typer.Option("--weight", help="How many benefits one harm outweighs; repeatable.")
    ] = None,
    joint: Annotated[
        bool,
        typer.Option(
            "--joint", help="Both outcomes in one model too, which is sampled unless its answer is stored."
        ),
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of what --joint samples.")] = 1,
    level: Level = 0.95,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
    draw: Annotated[
        str, typer.Option("--draw", help="What --plot draws: net (benefit by weight) or people (of 100).")
    ] = "net",
) -> None:
    """Weigh a benefit against a harm: joint probabilities, net benefit by weight, people of 100."""
    from bayes_ivig.analyses.weighing.readings import Weighing, harm_readings, harm_source
    from bayes_ivig.engines.fitting import fit
    from bayes_ivig.inputs.counts.dataset import load_dataset
    from bayes_ivig.inputs.model.files import load_two_arm
    from bayes_ivig.reporting import shows
    from bayes_ivig.results.posterior.posterior import Posterior
    from bayes_ivig.results.reanalysis.harm_readings import HarmReadings

    check_level(level)
    outputs = Outputs(json, csv, plot)
    outputs.check(data, model)
    _check(draw)
    stated = load_two_arm(model)
    source = source_of(data)
    benefit, harm = _pair(source, benefit, harm)
    dataset = load_dataset(source, benefit)
    good = fit(dataset if trials is None else dataset.trials(trials), stated)
    nets = tuple(weight) if weight else (0.25, 0.5, 1.0)
    # it is checked there
    weighing = Weighing((benefit_risk, harm_risk), among, nets=nets, level=level)  # type: ignore[arg-type]
    bad = harm_source(source, harm, stated, None if trials is None else good.dataset.study_names)
    readings = harm_readings(good, bad, weighing)
    readings = (*readings, *_joint(good, bad, readings[0], seed)) if joint else readings
    weighed = HarmReadings(readings, good, bad if isinstance(bad, Posterior) else None)
    outputs.leave(weighed, drawing=lambda: shows.drawing(weighed, draw))
    _leave_if_unsound(readings)


def _pair(data: "Source", benefit: str | None, harm: str | None) -> tuple[str, str]:
    """Return the outcomes to weigh; raises ``ModelError`` where neither command nor data name them."""
    from bayes_ivig.errors import ModelError
    from bayes_ivig.inputs.counts.dataset import descriptions

    pair = next(iter(descriptions(data).values())).pair
    named = (benefit or (pair.benefit if pair else ""), harm or (pair.harm if pair else ""))
    if not all(named):
        raise ModelError(f"--benefit, --harm: give both; the sidecar of {data} names no [pair] of outcomes")
    return named


def _joint(
    good: "Posterior", bad: "Posterior | SummaryOutcome", first: "HarmReading", seed: int
) -> "tuple[HarmReading, ...]":
    """Return the joint model's answers; raises ``ModelError`` where it cannot hold these outcomes."""
    from bayes_ivig.analyses.weighing.joint import joint_readings, joint_requests
    from bayes_ivig.engines.nuts import NUTS
    from bayes_ivig.errors import ModelError

    asked = joint_requests(good, bad, first.weighed.setting, NUTS(seed=seed))
    if not asked:
        raise ModelError(
            "--joint: the joint model is of a bad event counted among the good events of the benefit, "
            "from counts"
        )
    return joint_readings(good, asked, sampled=True)


def _leave_if_unsound(readings: "tuple[HarmReading, ...]") -> None:
    """Say what the diagnostics of sampled answers found, and leave with status 1
    where they found anything.
    """
    problems = list(dict.fromkeys(problem for each in readings for problem in each.problems))
    for problem in problems:
        warn(f"warning: {problem}")
    if problems:
        raise typer.Exit(1)


def _check(draw: str) -> None:
    """Raise ``ModelError`` for a drawing that there is not, before the work."""
    from bayes_ivig.errors import ModelError, quoted, suggestion

    if draw not in DRAWN:
        raise ModelError(
            f"--draw: found {quoted(draw)}{suggestion(draw, DRAWN)}; must be {' or '.join(DRAWN)}"
        )
