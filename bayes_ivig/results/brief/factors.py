"""What an answer hangs on: the one choice of each kind that moves it furthest, those that move it most first.

The answer is the median effect of all trials. Its move is measured on the scale of the model in units of the
posterior SD of the effect; a choice that moves it by less than ``LEAST`` of that, or not at all as printed,
is not named.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bayes_ivig.formulas.ties import most, settled_one
from bayes_ivig.measures import OR, Measure
from bayes_ivig.results.brief.answers import Answer
from bayes_ivig.results.brief.codes import printed_effect
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.reanalysis.prior_families import PriorFamily
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

type Kind = Literal["comparison", "trial", "effect prior", "tau prior", "model", "counting"]
type Moved = tuple[str, float, float]  # which choice, the median effect and the probability above none

LEAST = 0.25  # of a posterior SD
MOST = 4  # that a brief names
ALL = "all"


@dataclass(frozen=True)
class Factor:
    """One choice, by ``kind`` and ``which``, with the effect under it and as it stands (``base``).

    Of comparisons ``which`` has the one with the smallest and the one with the largest effect, ``base`` is
    the first's and ``effect`` the other's. ``move`` is in posterior SDs of the effect of all trials. Effects
    are on the measure's own scale. ``above`` is the probability above no effect under the choice, None of
    comparisons; ``borrowed`` says that a prior comes from another meta-analysis.
    """

    kind: Kind
    which: tuple[str, ...]
    base: float
    effect: float
    move: float
    above: float | None = None
    borrowed: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self) | {"which": list(self.which)}


def factors_of(outcome: CountsOutcome, comparisons: Sequence[Answer] = ()) -> tuple[Factor, ...]:
    """Return at most four choices, those that move the answer most first."""
    posterior = outcome.trial_set(ALL).posterior
    spread = posterior["mu"].sd
    if posterior.learnt_nothing or not spread:
        return ()
    measure = posterior.measure
    base = measure.own(float(posterior["mu"].quantile(0.5)))
    found = [_of_comparisons(comparisons, measure, spread)]
    for kind, choices in _choices(outcome):
        found.append(_furthest(kind, list(choices), (base, spread), measure))
    families = outcome.prior_families.families if outcome.prior_families else ()
    borrowed = {each.label for each in families if each.overlap is not None}
    found = [each and replace(each, borrowed=each.which[0] in borrowed) for each in found]
    named = [each for each in found if each is not None and settled_one(each.move) >= LEAST]
    return tuple(sorted(named, key=lambda each: -settled_one(each.move))[:MOST])


def _choices(outcome: CountsOutcome) -> Iterable[tuple[Kind, Iterable[Moved]]]:
    """Return every kind of choice with the answers under each of its choices, all trials."""
    yield "trial", _trials(outcome)
    yield "effect prior", _priors(outcome, of_tau=False)
    yield "tau prior", _priors(outcome, of_tau=True)
    models = outcome.other_models.rows if outcome.other_models else ()
    yield (
        "model",
        [
            (row.code, row.ratio.estimate, row.prob_or_gt_1)
            for row in models
            if row.trials == ALL and row.code != "reference" and row.ratio.estimate is not None
        ],
    )
    whole = outcome.trial_set(ALL).posterior.k
    yield (
        "counting",
        [
            (row.title, row.posterior.estimate, row.prob_or_gt_1)
            for row in outcome.alternatives
            if row.trials == ALL and row.name and row.k == whole and row.posterior.estimate is not None
        ],
    )


def _trials(outcome: CountsOutcome) -> Iterable[Moved]:
    """Return the answers without each trial."""
    if outcome.choices is None:
        return
    frame, columns = outcome.choices.without, outcome.measure.columns
    rows = zip(frame["left_out"], frame[columns.median], frame[columns.above], strict=True)
    for name, value, above in list(rows)[1:]:
        if math.isfinite(value):
            yield str(name), float(value), float(above)


def _priors(outcome: CountsOutcome, *, of_tau: bool) -> Iterable[Moved]:
    """Return the answers under each named prior and each that the description sets side by side, one prior
    exchanged at a time.
    """
    families = outcome.prior_families.families if outcome.prior_families else ()
    for each in families:
        for row in each.after:
            if each.of_tau == of_tau and row.trials == ALL and (of_tau or _weaker(each, outcome)):
                yield each.label, row.or_median, row.prob_or_gt_1
    model = outcome.trial_set(ALL).posterior.model
    for side in outcome.sensitivity:
        same_mu, same_tau = side.mu_prior == model.mu, side.tau_prior == model.tau
        if side.trials == ALL and (same_mu and not same_tau if of_tau else same_tau and not same_mu):
            yield (
                f"{'tau' if of_tau else 'mu'} ~ {side.tau_prior if of_tau else side.mu_prior}",
                side.or_median,
                side.prob_or_gt_1,
            )


def _weaker(family: PriorFamily, outcome: CountsOutcome) -> bool:
    """Whether a prior of the effect says no more than the data: its 95% interval is at least as wide, as
    printed, as that of the posterior. One that says more moves any answer.
    """
    found = posterior_effect(outcome.trial_set(ALL).posterior["mu"], OR)
    if found.lower is None or found.upper is None:
        return False
    prior, data = (
        printed_effect(OR, upper / lower)
        for lower, upper in ((family.before_lower, family.before_upper), (found.lower, found.upper))
    )
    return prior >= data


def _furthest(
    kind: Kind, choices: list[Moved], stands: tuple[float, float], measure: Measure
) -> Factor | None:
    """Return the choice that moves the answer furthest, the first of equals; None where none moves it."""
    base, spread = stands
    moved = [
        abs(measure.modelled(value) - measure.modelled(base)) / spread if measure.holds(value) else 0.0
        for _, value, _ in choices
    ]
    if not moved:
        return None
    first = most(moved)
    name, value, above = choices[first]
    if printed_effect(measure, value) == printed_effect(measure, base):
        return None
    return Factor(kind, (name,), base, value, moved[first], above)


def _of_comparisons(comparisons: Sequence[Answer], measure: Measure, spread: float) -> Factor | None:
    """Return how far the smallest and the largest effect by comparison lie apart."""
    known = [each for each in comparisons if each.effect.estimate is not None]
    if len(known) < 2:
        return None
    effects = [measure.modelled(each.effect.estimate or measure.null) for each in known]
    high, low = most(effects), most([-each for each in effects])
    ends = known[low], known[high]
    return Factor(
        "comparison",
        tuple(each.phrase for each in ends),
        ends[0].effect.estimate or measure.null,
        ends[1].effect.estimate or measure.null,
        (effects[high] - effects[low]) / spread,
    )
