"""The exact fit of a model in which publication depends on the p-value."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import accuracy as stated_error
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves, surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.every_second_node import errors_of
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.engines.selected import chances as kernel
from bayes_ivig.engines.selected.answers import OMEGA, SelectedAnswers
from bayes_ivig.engines.selected.asked import InInterval, in_intervals
from bayes_ivig.engines.selected.chances import Intervals
from bayes_ivig.engines.selected.weighing import integrated, nodes_of
from bayes_ivig.errors import DataError, ModelError, listed
from bayes_ivig.formulas.selection_models.p_values import Rule
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.scale import settled
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.quantity import Quantity

type Array = NDArray[np.float64]

MOST_FREE = 3  # weights that are integrated out
MOST_CELLS = 100_000_000  # probabilities of intervals that are held


class Attempt(NamedTuple):
    """How fine an attempt is: the surface's axes, and the nodes of the weights."""

    fineness: Fineness = Fineness()
    finer: float = 1.0

    def refined(self, too_large: set[str]) -> "Attempt":
        """Return everything that concerns the named axes twice as fine."""
        twice = self.fineness.finer()
        fields = {
            "theta": ("theta", "theta_most", "curve", "nodes"),
            "mu": ("mu", "mu_most"),
            "tau": ("tau",),
        }
        changes = {
            field: getattr(twice, field) for axis in fields if axis in too_large for field in fields[axis]
        }
        return Attempt(self.fineness._replace(**changes), self.finer * (2 if "omega" in too_large else 1))


def fit(dataset: Dataset, model: Selection, tolerance: float, refinements: int) -> Posterior:
    """Return the posterior, its stated errors below ``tolerance`` posterior SDs after ``refinements`` at
    most; raises ``DataError`` and ``ModelError``.
    """
    model = settled(dataset, model)
    plain = model.two_arm
    _require(dataset, model, plain)
    belief = Belief(plain.mu, plain.tau if plain.heterogeneous else None)
    intervals = kernel.intervals_of(curves.informative(dataset, plain), plain, rule_of(dataset, model))
    attempt, place = Attempt(), None
    for tried in range(refinements + 1):
        built, rough = surface.build_twice(dataset, plain, belief, attempt.fineness, place, everywhere=True)
        answers, fewer = _on(built, (model, intervals), attempt)
        roughly, _ = _on(rough, (model, intervals), attempt, roughly=True)
        errors = errors_of(answers.joint, roughly.joint)
        errors["omega"] = _of_weights(answers.joint, fewer)
        too_large = {axis for axis, worst in errors.items() if max(worst.values()) > tolerance}
        ends = answers.joint.at_the_ends
        if (not too_large and ends <= tolerance) or tried == refinements:
            break
        belief = belief._replace(further=belief.further * (1.0 if ends <= tolerance else 2.0))
        place = grids.found_at(built.axes, answers.joint.log_mass, attempt.fineness)
        attempt = attempt.refined(too_large)
    bounds = {name: sum(by_name[name] for by_name in errors.values()) for name in errors["mu"]}
    posterior = Posterior(
        dataset=dataset,
        model=model,
        engine="quadrature",
        settings=(
            ("tolerance", f"{tolerance:g}"),
            ("nodes", " x ".join(str(a.size) for a in built.axes if a)),
        ),
        studies=built.studies,
        answers=answers,
        log_marginal_likelihood=answers.joint.log_evidence,
        diagnostics=stated_error.diagnostics(bounds, ends, tolerance, plain),
        quantities=quantities(model),
    )
    return replace(posterior, remarks=_remarks(model, in_intervals(posterior)))


def _remarks(model: Selection, rows: tuple[InInterval, ...]) -> tuple[str, ...]:
    """Say which trials selection cannot touch, and which weights no trial tells of."""
    fixed = [row.study for row in rows if sum(row.possible) == 1]
    remarks = []
    if fixed:
        remarks.append(
            f"selection does not touch {listed(fixed)}: every table with the margins of such a trial has a "
            "p-value in the same interval"
        )
    taken = {row.interval for row in rows}
    empty = [str(j + 1) for j in range(model.intervals) if j not in taken]
    if empty and model.fixed is None:
        remarks.append(
            f"no trial lies in interval {', '.join(empty)} of the p-value, 1 being the most significant; its "
            "weight is known by that absence alone"
        )
    return tuple(remarks)


def rule_of(dataset: Dataset, model: Selection) -> Rule:
    """Return the rule of publication with its direction; raises ``ModelError`` where nobody knows it."""
    sign = 1 if model.side == "two" else favoured(dataset, model.direction)
    return Rule(model.steps, sign, model.side == "two", model.test)


def quantities(model: Selection) -> tuple[Quantity, ...]:
    """Return what a posterior answers of the weights."""
    if model.fixed is not None:
        return ()
    edges = (*(f"{cut:g}" for cut in model.steps), "1")
    return tuple(
        Quantity(
            OMEGA.format(j + 2),
            f"publication weight of p-values from {edges[j]} to {edges[j + 1]} "
            f"relative to those up to {edges[0]}",
            "weight",
        )
        for j in range(model.intervals - 1)
    )


def _require(dataset: Dataset, model: Selection, plain: Model) -> None:
    """Raise ``ModelError`` or ``DataError`` for what this kind of model cannot hold."""
    if model.fixed is None and model.intervals - 1 > MOST_FREE:
        raise ModelError(
            f"steps: found {model.intervals - 1} cuts; the exact engine integrates over up to {MOST_FREE} "
            "free weights: use fewer cuts, or fixed weights"
        )
    if plain.uses_estimates and model.test != "wald":
        raise ModelError(
            f'test: found "{model.test}" with likelihood {model.likelihood}, under which an estimate, not a '
            'table, is random: use test="wald", or likelihood="hypergeometric"'
        )
    if plain.family.scale.limits is not None:
        raise ModelError(
            f"measure {model.measure}: effects that have limits have no selection model; use a ratio"
        )
    kernel.require_chances(dataset, plain)


def _on(
    built: Surface, of: tuple[Selection, Intervals], attempt: Attempt, *, roughly: bool = False
) -> tuple[SelectedAnswers, GridAnswers]:
    """Return the answers on a surface, and the joint posterior from every second node of the weights."""
    model, intervals = of
    cells = (
        len(intervals.studies)
        * intervals.count
        * built.axes.mu.size
        * (built.axes.tau.size if built.axes.tau else 1)
    )
    if cells > MOST_CELLS:
        raise DataError(
            f"{len(intervals.studies)} trials are more than a model with selection holds; fit fewer of them"
        )
    chances = np.exp(kernel.log_chances(intervals, built, attempt.fineness, roughly=roughly))
    plain = GridAnswers.on(built, model.two_arm)
    answers = SelectedAnswers(model, plain, plain.log_joint, intervals, chances, attempt.finer)
    fine, few = integrated(
        answers.flat,
        answers.counts,
        (lambda finer: nodes_of(model, int(answers.counts.sum()), finer), attempt.finer),
        answers.log_mass,
    )
    joint, fewer = (
        GridAnswers(built, plain.log_joint + logs.reshape(plain.log_joint.shape)) for logs in (fine, few)
    )
    return SelectedAnswers(model, joint, plain.log_joint, intervals, chances, attempt.finer), fewer


def _of_weights(joint: GridAnswers, fewer: GridAnswers) -> dict[str, float]:
    """Return a bound of what the nodes of the weights do to each number.

    Sums over equal steps between -infinity and infinity converge exponentially: halving the step squares the
    relative error, so that the square of what every second node is off by bounds it, too.
    """
    moved = stated_error.distances(stated_error.of_grid(fewer), stated_error.of_grid(joint))
    return {name: min(far, (2 * stated_error.GAIN * far) ** 2) for name, far in moved.items()}
