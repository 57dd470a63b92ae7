"""The answers that a brief gives: one effect of one comparison, trial set or reading, with its codes."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.results.benefit.zones import usual_zone
from bayes_ivig.results.brief.codes import (
    EVEN,
    Certainty,
    Direction,
    Size,
    certainty_of,
    direction_of,
    includes_no_effect,
    printed_probability,
    size_of,
)
from bayes_ivig.results.brief.design import Design, design_of
from bayes_ivig.results.comparisons.by_comparison import ComparisonResult
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import Ratio, posterior_effect
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome, TrialSetResult

type Kind = Literal["comparison", "trial set", "reading", "tables"]
type Named = tuple[Kind, str, str, str]  # kind, key, phrase and people


@dataclass(frozen=True)
class Answer:
    """One effect with its 95% credible interval, and what a brief says of it.

    ``key`` is the comparison, the trial set or the reading of a published result (``"tables"``: over all
    tables of counts that agree with one), ``phrase`` what a comparison is against and ``people`` its people.
    ``effect`` and ``prediction``, that for a new trial of the same fit
    (None without one), are on the measure's own scale. ``probability`` is that of a benefit where the
    description says which direction is good (``sided``), else that above no effect. ``trials`` are those
    whose data the likelihood uses, None where a paper does not say. ``foretold`` is how sure a new trial's
    effect lies on the same side of no effect; None where no side is shown or nothing foretold. ``design`` is
    how the trials were formed, None where nothing says it.
    """

    kind: Kind
    key: str
    phrase: str
    people: str
    measure: str
    trials: int | None
    studies: tuple[str, ...]
    effect: Ratio
    prediction: Ratio | None
    probability: float
    sided: bool
    certainty: Certainty
    direction: Direction
    size: Size
    foretold: Certainty | None
    design: Design | None = None

    @property
    def of(self) -> Measure:
        """The effect measure."""
        return measure_of(self.measure)

    @property
    def excludes_no_effect(self) -> bool:
        """Whether the 95% interval, as printed, leaves out no effect."""
        return not includes_no_effect(self.of, _limits(self.effect))

    @property
    def open_prediction(self) -> bool:
        """Whether a new trial may go either way: its 95% interval, as printed, holds no effect."""
        if self.prediction is None:
            return False
        return includes_no_effect(self.of, _limits(self.prediction))

    def to_dict(self) -> dict[str, Any]:
        """Return codes and numbers by name."""
        found = asdict(self)
        for name in ("effect", "prediction"):
            ratio = getattr(self, name)
            found[name] = None if ratio is None else ratio._asdict()
        return found


def answer_of_set(result: TrialSetResult) -> Answer:
    """Return the answer of one trial set."""
    return _of_fit(("trial set", result.trials, "", ""), result)


def answer_of_comparison(group: ComparisonResult) -> Answer:
    """Return the answer of the trials of one comparison."""
    return _of_fit(("comparison", group.key, group.phrase, group.people), group.result)


def _of_fit(named: Named, result: TrialSetResult) -> Answer:
    posterior = result.posterior
    answer = _answer(
        named,
        (posterior["mu"], posterior["theta_new"], posterior.measure),
        result.dataset.about,
        studies=posterior.studies,
        learnt=not posterior.learnt_nothing,
    )
    return replace(answer, design=design_of(result.dataset, posterior.studies))


def answers_of_summary(outcome: SummaryOutcome) -> tuple[Answer, ...]:
    """Return the answers of an outcome known from its published summary: over the tables that agree with a
    reading where there are any, else by reading.
    """
    measure = measure_of(outcome.claim.measure)
    found: list[tuple[Kind, str, Marginal]] = [
        ("tables", each.code, each.posteriors[0].averaged())
        for each in outcome.reconstructed
        if each.posteriors and not each.narrowed
    ]
    found = found or [("reading", each.code, each.marginal) for each in outcome.readings]
    return tuple(
        _answer((kind, code, "", ""), (marginal, None, measure), outcome.about, trials=outcome.claim.k)
        for kind, code, marginal in found
    )


def _answer(
    named: Named,
    fitted: tuple[Marginal, Marginal | None, Measure],
    about: About,
    *,
    studies: tuple[str, ...] = (),
    trials: int | None = None,
    learnt: bool = True,
) -> Answer:
    """Return an answer with its codes from the posterior of an effect and of a new trial's."""
    marginal, new, measure = fitted
    effect = posterior_effect(marginal, measure)
    above = float(marginal.prob_above(0.0))
    probability = float(marginal.prob_below(0.0)) if about.event == "bad" else above
    certainty = certainty_of(probability) if learnt else "nothing learnt"
    direction = direction_of(above, certainty)
    return Answer(
        *named,
        measure=measure.code,
        trials=len(studies) if studies else trials,
        studies=studies,
        effect=effect,
        prediction=None if new is None else posterior_effect(new, measure),
        probability=probability,
        sided=about.event is not None,
        certainty=certainty,
        direction=direction,
        size=size_of(measure, _limits(effect), usual_zone(about, measure)),
        foretold=None if new is None else _foretold(new, direction),
    )


def _foretold(new: Marginal, direction: Direction) -> Certainty | None:
    """Return how sure a new trial's effect lies on the side shown; open where the other side is likelier."""
    if direction == "open":
        return None
    same = float(new.prob_above(0.0) if direction == "more" else new.prob_below(0.0))
    return certainty_of(same) if printed_probability(same) > EVEN else "open"


def _limits(effect: Ratio) -> tuple[float, float]:
    """Return both limits, a ratio beyond the largest float as infinity."""
    lower, upper = (float("inf") if limit is None else limit for limit in effect[1:])
    return lower, upper
