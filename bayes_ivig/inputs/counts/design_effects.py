"""Design effects: by study, and what cannot take them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Protocol

from bayes_ivig.errors import DataError, ModelError, quoted, report_all, suggestion
from bayes_ivig.inputs.counts.study import design_effect_problems
from bayes_ivig.inputs.estimates.design_cell import DESIGN, DESIGN_SD, limits, of_limits
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy, totals_of
from bayes_ivig.kinds.ranges import Listed

type DesignEffects = Annotated[
    Mapping[str, float | tuple[float, float]] | Listed[float | tuple[float, float]],
    "a dict of numbers by study, or a number for each study; where one is uncertain, its two 95% limits",
]


class WithDesignEffects(Protocol):
    """A table whose studies may have design effects."""

    @property
    def label(self) -> str:
        """Name and outcome, for messages."""

    @property
    def design_effects(self) -> Mapping[str, float]:
        """Design effects other than 1, by study name; the medians of uncertain ones."""

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
    known = {}
    for study in studies:
        if study.name in given:
            effect, sd, wrong = _stated(given[study.name])
            unfit = [wrong] * bool(wrong) or [
                what for _, what in design_effect_problems(effect, totals_of(study), sd)
            ]
            problems += [f"{study.name}: {what}" for what in unfit]
            known[study.name] = (effect, sd)
    report_all([f"{label}: design_effects: {problem}" for problem in problems], DataError)
    return tuple(_with(study, *known[study.name]) if study.name in known else study for study in studies)


def _stated(value: object) -> tuple[object, float, str]:
    """Return median and SD of the log of a design effect, by its 95% limits where it has two, and what is
    wrong.
    """
    return of_limits(*value) if isinstance(value, tuple | list) and len(value) == 2 else (value, 0.0, "")


def _with(study: AnyStudy, effect: Any, sd: float) -> AnyStudy:
    return replace(study, design_effect=float(effect), design_effect_sd=sd)


def of_designs(studies: Sequence[AnyStudy]) -> dict[str, list[object]]:
    """Return the columns of a table that hold the design effects of its studies; none where all are 1."""
    columns: dict[str, list[object]] = {}
    if any(designed_by(study) for study in studies):
        columns[DESIGN] = [study.design_effect for study in studies]
    if any(study.design_effect_sd for study in studies):
        columns[DESIGN_SD] = [study.design_effect_sd for study in studies]
    return columns


def designed_by(study: AnyStudy) -> bool:
    """Whether a study has a design effect other than 1, or an uncertain one."""
    return study.design_effect != 1 or study.design_effect_sd > 0


def refuse_design_effects(dataset: WithDesignEffects, what: str, why: str, instead: str) -> None:
    """Raise ``ModelError`` where a study has a design effect, or effective counts that are no whole numbers,
    which something cannot take.
    """
    if dataset.design_effects:
        listed = ", ".join(stated_designs(dataset))
        raise ModelError(f"{dataset.label}: design effects ({listed}): not for {what}, {why}; {instead}")
    refuse_fractional(dataset, what, why)


def stated_designs(dataset: WithDesignEffects) -> list[str]:
    """Return every study with a design effect, as messages and notes name it, with its 95% limits."""
    return [
        f"{study.name} {study.design_effect:{'.3g' if study.design_effect_sd else 'g'}}"
        + (
            "{:.3g} to {:.3g}".format(*design_limits(study)).join((" (", ")"))
            if study.design_effect_sd
            else ""
        )
        for study in dataset.studies
        if designed_by(study)
    ]


def counts_divided(dataset: WithDesignEffects) -> str:
    """Say by which design effects counts were divided; an empty text where there are none."""
    if not dataset.design_effects:
        return ""
    median = " (of an uncertain one its median)" * any(study.design_effect_sd for study in dataset.studies)
    return f"counts divided by design effects{median}: {', '.join(stated_designs(dataset))}"


def design_limits(study: AnyStudy) -> tuple[float, float]:
    """Return the 95% limits of a study's design effect."""
    return limits(study.design_effect, study.design_effect_sd)


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
