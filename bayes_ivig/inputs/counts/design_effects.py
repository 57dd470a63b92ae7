"""Design effects: by study, and what cannot take them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Protocol

from bayes_ivig.errors import DataError, ModelError, quoted, report_all, suggestion
from bayes_ivig.inputs.counts.study import design_effect_problems
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy, totals_of
from bayes_ivig.kinds.ranges import Listed

type DesignEffects = Annotated[
    Mapping[str, float] | Listed[float], "a dict of numbers by study, or a number for each study"
]


class WithDesignEffects(Protocol):
    """A table whose studies may have design effects."""

    @property
    def label(self) -> str:
        """Name and outcome, for messages."""

    @property
    def design_effects(self) -> Mapping[str, float]:
        """Design effects other than 1, by study name."""

    @property
    def studies(self) -> Sequence[AnyStudy]:
        """The studies, some of which may have effective counts that are no whole numbers."""


def designed(studies: Sequence[AnyStudy], effects: DesignEffects, label: str) -> tuple[AnyStudy, ...]:
    """Return the studies with design effects, the others as they were;
    raises ``DataError`` with every problem.
    """
    names = [study.name for study in studies]
    if isinstance(effects, Mapping):
        given = dict(effects)
    elif isinstance(effects, Sequence) and not isinstance(effects, str) and len(effects) == len(studies):
        given = dict(zip(names, effects, strict=True))
    else:
        raise DataError(
            f"{label}: design_effects: found {quoted(effects)}; give a mapping of study names to numbers, "
            "or one "
            f"number for each of the {len(studies)} studies"
        )
    problems = [
        f"no study {quoted(name)}{suggestion(str(name), names)}" for name in given if name not in names
    ]
    for study in studies:
        if study.name in given:
            wrong = design_effect_problems(given[study.name], totals_of(study))
            problems += [f"{study.name}: {what}" for _, what in wrong]
    report_all([f"{label}: design_effects: {problem}" for problem in problems], DataError)
    return tuple(replace(s, design_effect=float(given[s.name])) if s.name in given else s for s in studies)


def refuse_design_effects(dataset: WithDesignEffects, what: str, why: str, instead: str) -> None:
    """Raise ``ModelError`` where a study has a design effect, or effective counts that are no whole numbers,
    which something cannot take.
    """
    if dataset.design_effects:
        listed = ", ".join(f"{name} {effect:g}" for name, effect in dataset.design_effects.items())
        raise ModelError(f"{dataset.label}: design effects ({listed}): not for {what}, {why}; {instead}")
    refuse_fractional(dataset, what, why)


def unmovable(dataset: WithDesignEffects) -> str:
    """Say why no event can be moved from one side to the other in a table, of whose trials some have no
    counts of whole people; an empty text where each has.
    """
    listed = dataset.studies
    kinds = (
        ("known by their estimates only", [s.name for s in listed if isinstance(s, Estimate)]),
        (
            "known by events and person-time",
            [s.name for s in listed if not (s.known_by_estimate or s.of_people)],
        ),
        ("counted by effective numbers, which are no whole people", [s.name for s in listed if s.fractional]),
    )
    few = [
        f"the trials are {kind}" if len(names) == len(listed) else f"{kind}: {', '.join(names)}"
        for kind, names in kinds
        if names
    ]
    return "; ".join(few)


def refuse_fractional(dataset: WithDesignEffects, what: str, why: str) -> None:
    """Raise ``ModelError`` where a study has effective counts that are no whole numbers."""
    names = [study.name for study in dataset.studies if study.fractional]
    if names:
        raise ModelError(
            f"{dataset.label}: effective counts that are no whole numbers ({', '.join(names)}): "
            f"not for {what}, "
            f"{why}; give the whole counts, with a design effect where people were not randomised one by one"
        )
