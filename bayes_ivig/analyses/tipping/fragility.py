"""``bayesian_fragility``: the fewest events moved in one arm of one trial after which a conclusion turns."""

from dataclasses import replace

from bayes_ivig.analyses.tipping.points import stated
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.further.fragility import Arm, Changed
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.tipping.fragility import BayesianFragility, Move
from bayes_ivig.results.tipping.points import Conclusion

EXHAUSTIVE = (8, 32)  # events up to which every number is tried in every arm, of many arms and of few
CHANGES = 2000  # tables that tell many arms from few
# numbers of events tried together at least, and tables: many at once cost little more than one
AT_ONCE, TOGETHER = 4, 128
PARTS = 16  # into which what is between two numbers of events is divided
NEAR = 1e-3  # of a probability: chances this near the line are made sure of


@checked
def bayesian_fragility(posterior: Posterior, conclusion: Conclusion | None = None) -> BayesianFragility:
    """Return how few events, moved in one arm of one trial with totals kept, turn a conclusion,
    and where they are.

    ``conclusion`` is by default that the odds ratio is on the side of 1 where its median is, with probability
    0.975. Events move either way: a trial made an outlier can turn a conclusion by the spread it brings.
    Priors stay as they are. Changes that come within 0.001 of the line are checked by plain fits, and so is
    the one that goes furthest. Raises ``ModelError`` for sampled posteriors. (The idea for one trial: Walsh
    et al. 2014, J Clin
    Epidemiol 67:622; for pooled ones: Atal, Porcher, Boutron & Ravaud 2019, J Clin Epidemiol 111:32.)

    >>> import bayes_ivig as bi
    >>> bi.tipping.bayesian_fragility(bi.fit(bi.load_dataset("my.csv")))
    BayesianFragility: P(OR < 1) >= 0.975 holds, being 0.9947; 7 moved events turn it
    """
    if not isinstance(posterior.answers, GridAnswers):
        raise ModelError(f"bayesian_fragility: not for the {posterior.engine} engine; fit with Quadrature()")
    conclusion = conclusion or stated(posterior)
    chance = conclusion.chance(posterior)
    holds = bool(conclusion.reached(chance))
    changed = Changed(posterior, posterior.answers, conclusion)
    arms = changed.arms
    most = max((arm.most for arm in arms), default=0)
    full = max(EXHAUSTIVE[0], min(EXHAUSTIVE[1], CHANGES // max(len(arms), 1)))
    at_once = max(AT_ONCE, TOGETHER // max(len(arms), 1))
    for start in range(1, min(full, most) + 1, at_once):
        for events, moves in _by_number(
            changed, arms, range(start, min(start + at_once, full + 1, most + 1))
        ):
            checked = _checked(posterior, conclusion, moves)
            if turning := _turning(conclusion, checked, holds):
                return BayesianFragility(conclusion, holds, chance, events, turning, checked, True)
    fewest = _beyond(changed, arms, full, holds) if most > full else None
    if fewest is not None:
        checked = _checked(posterior, conclusion, _by_number(changed, arms, range(fewest, fewest + 1))[0][1])
        if turning := _turning(conclusion, checked, holds):
            return BayesianFragility(conclusion, holds, chance, fewest, turning, checked, False)
    return BayesianFragility(conclusion, holds, chance, None, (), (), most <= full)


def _by_number(changed: Changed, arms: tuple[Arm, ...], numbers: range) -> list[tuple[int, tuple[Move, ...]]]:
    """Return, for each number of events, the move of so many in every arm that has them."""
    changes = [(arm, events) for events in numbers for arm in arms if events <= arm.most]
    chances = changed.chances(changes)
    moves = [
        Move(arm.study.name, arm.arm, arm.step * events, chance)
        for (arm, events), chance in zip(changes, chances, strict=True)
    ]
    return [(events, tuple(move for move in moves if abs(move.events) == events)) for events in numbers]


def _checked(posterior: Posterior, conclusion: Conclusion, moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """Return the moves with those next to the line, and the one furthest beyond it,
    made sure of by plain fits.
    """
    line = conclusion.probability
    ranked = sorted(moves, key=lambda move: settled_one(move.chance))
    holds = bool(conclusion.reached(conclusion.chance(posterior)))
    unsure = {move for move in moves if abs(move.chance - line) < NEAR} | set(
        ranked[:1] if holds else ranked[-1:]
    )
    if all(
        bool(conclusion.reached(move.chance)) == holds and abs(move.chance - line) >= NEAR for move in unsure
    ):
        return moves
    return tuple(
        replace(move, chance=_plain(posterior, conclusion, move)) if move in unsure else move
        for move in moves
    )


def _plain(posterior: Posterior, conclusion: Conclusion, move: Move) -> float:
    """Return the chance of the conclusion by a plain fit of the table after a move."""
    table = _moved(posterior.dataset, move)
    return conclusion.chance(fit(table, posterior.model, weights=dict(posterior.weights) or None))


def _turning(conclusion: Conclusion, moves: tuple[Move, ...], holds: bool) -> tuple[Move, ...]:
    """Return the moves that turn the conclusion, furthest first."""
    turning = [move for move in moves if bool(conclusion.reached(move.chance)) != holds]
    return tuple(sorted(turning, key=lambda move: settled_one(move.chance), reverse=not holds))


def _moved(dataset: Dataset, move: Move) -> Dataset:
    """Return the table after a move."""
    studies = []
    for study in dataset.studies:
        if study.name != move.study:
            studies.append(study)
            continue
        r1, n1, r0, n0 = study.whole_counts
        treated = move.events if move.arm == "treatment" else 0
        studies.append(study.counting(r1 + treated, n1, r0 + move.events - treated, n0))
    return replace(dataset, studies=tuple(studies))


def _beyond(changed: Changed, arms: tuple[Arm, ...], low: int, holds: bool) -> int | None:
    """Return the fewest events beyond the exhaustive search, by doubling in all arms and then dividing;
    None if none turn.
    """
    most = max(arm.most for arm in arms)
    starts = [low << i for i in range(most.bit_length()) if low << i < most]
    tried = [(arm, start, min(2 * start, arm.most)) for start in starts for arm in arms if arm.most > start]
    turned = _turned(changed, [(arm, events) for arm, _, events in tried], holds)
    brackets = [bracket for bracket, yes in zip(tried, turned, strict=True) if yes]
    first = min((start for _, start, _ in brackets), default=None)
    return (
        None
        if first is None
        else _fewest(changed, [bracket for bracket in brackets if bracket[1] == first], holds)
    )


def _fewest(changed: Changed, brackets: list[tuple[Arm, int, int]], holds: bool) -> int:
    """Return the smallest number that turns in any arm, each known not to at its lower number
    and to at its upper.
    """
    while any(high - low > 1 for _, low, high in brackets):
        inside = [
            sorted({low + (high - low) * i // PARTS for i in range(1, PARTS)} - {low, high})
            for _, low, high in brackets
        ]
        tried = [
            (arm, events) for (arm, _, _), numbers in zip(brackets, inside, strict=True) for events in numbers
        ]
        turned = {change for change, yes in zip(tried, _turned(changed, tried, holds), strict=True) if yes}
        narrowed = []
        for (arm, low, high), numbers in zip(brackets, inside, strict=True):
            upper = next((events for events in numbers if (arm, events) in turned), high)
            narrowed.append((arm, max((events for events in numbers if events < upper), default=low), upper))
        brackets = narrowed
    return min(high for *_, high in brackets)


def _turned(changed: Changed, changes: list[tuple[Arm, int]], holds: bool) -> list[bool]:
    return [bool(reached) != holds for reached in changed.conclusion.reached(changed.chances(changes))]
