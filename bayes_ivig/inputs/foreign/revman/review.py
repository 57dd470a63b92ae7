"""A review of RevMan 5 (``.rm5``): XML with every outcome, its settings, its rows and what RevMan computed.

Effects are read as they are shown; the attributes ``LOG_...`` beside them are logs to the base of 10.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from bayes_ivig.errors import DataError, named, quoted
from bayes_ivig.files.xml import parse_xml
from bayes_ivig.inputs.foreign.found import LeftOut
from bayes_ivig.inputs.foreign.revman.analysis import (
    PARTS,
    Analysis,
    Held,
    Kind,
    Row,
    Total,
    distinct,
    level_of,
    numbers,
    plain,
    yes,
)
from bayes_ivig.inputs.foreign.revman.bias import judgements
from bayes_ivig.inputs.foreign.revman.measures import named_measure

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

KINDS: dict[str, Kind] = {
    "DICH": "dichotomous",
    "CONT": "continuous",
    "IV": "inverse variance",
    "IPD": "o-e",
}
THEIRS = {
    **{part: part.upper() for parts in PARTS.values() for part in parts},
    "o_minus_e": "O_E",
    "variance": "VAR",
}
COMPUTED = (("estimate", "EFFECT_SIZE"), ("ci_lower", "CI_START"), ("ci_upper", "CI_END"))
OF_TOTALS = (
    *COMPUTED, ("q", "CHI2"), ("q_df", "DF"), ("q_p_value", "P_CHI2"), ("i2", "I2"), ("tau2", "TAU2"),
    ("z", "Z"), ("p_value", "P_Z"),
)  # fmt: skip
OF_ROWS = (*COMPUTED, ("standard_error", "SE"), ("weight", "WEIGHT"))
_OUTCOME = re.compile(r"(DICH|CONT|IV|IPD|OTHER)_OUTCOME")
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")


class _Study(NamedTuple):
    name: str
    year: str


def read_review(raw: bytes, path: str, stated_measure: str = "") -> Held:
    """Return what a review holds; raises ``DataError`` for what is none, or one of diagnostic tests."""
    source = named(path)
    try:
        root = parse_xml(raw)
    except ValueError as error:
        raise DataError(f"{source}: {error}") from None
    if root.tag != "COCHRANE_REVIEW":
        raise DataError(
            f"{source}: is XML, but no review of RevMan 5: its first element is {quoted(root.tag)}, where "
            "'COCHRANE_REVIEW' stands in a review"
        )
    data = root.find("ANALYSES_AND_DATA")
    comparisons = [] if data is None else data.findall("COMPARISON")
    if not comparisons:
        tests = " (it is a review of diagnostic tests)" if root.find(".//TEST_DATA_ENTRY") is not None else ""
        raise DataError(f"{source}: a review without any comparison of two groups{tests}; nothing to import")
    holder = _Holder(root, stated_measure)
    parts = [holder.of_comparison(comparison, i) for i, comparison in enumerate(comparisons, 1)]
    return Held(
        tuple(analysis for analyses, _ in parts for analysis in analyses),
        tuple(left for _, others in parts for left in others),
        _text(root, "COVER_SHEET/TITLE"),
    )


class _Holder:
    """Reads outcomes with the studies and the judgements of the review at hand."""

    def __init__(self, root: "Element", stated_measure: str) -> None:
        self.studies = {
            study.get("ID", ""): _Study(plain(study.get("NAME")), plain(study.get("YEAR")))
            for study in root.iter("STUDY")
        }
        self.judged = judgements(root)
        self.stated_measure = stated_measure

    def of_comparison(self, comparison: "Element", position: int) -> tuple[list[Analysis], list[LeftOut]]:
        """Return the outcomes of a comparison, and those that compare nothing."""
        analyses: list[Analysis] = []
        others: list[LeftOut] = []
        name = _text(comparison, "NAME")
        for i, outcome in enumerate(_outcomes(comparison), 1):
            number = f"{comparison.get('NO') or position}.{outcome.get('NO') or i}"
            prefix = outcome.tag.removesuffix("_OUTCOME")
            if prefix in KINDS:
                analyses.append(self._analysis(outcome, prefix, number, name))
            else:
                why = "an outcome of texts, which compares no numbers"
                others.append(LeftOut(f"outcome {number}", _text(outcome, "NAME"), "other_type", why))
        return analyses, others

    def _analysis(self, outcome: "Element", prefix: str, number: str, comparison: str) -> Analysis:
        kind = KINDS[prefix]
        log_data = outcome.get("LOG_DATA")
        measure = named_measure(
            outcome.get("EFFECT_MEASURE") or _text(outcome, "EFFECT_MEASURE"),
            kind,
            None if log_data is None else yes(log_data),
            self.stated_measure,
        )
        groups = _groups(outcome, prefix)
        totals = outcome.get("TOTALS", "YES").upper()
        return Analysis(
            number,
            comparison,
            _text(outcome, "NAME"),
            kind,
            measure.code,
            measure.ratios,
            tuple(self._rows(outcome, prefix, number, groups)),
            THEIRS,
            tuple(_totals(outcome, groups, totals)),
            method=plain(outcome.get("METHOD")).upper() or "IV",
            random=yes(outcome.get("RANDOM")),
            levels=(level_of(outcome.get("CI_STUDY")), level_of(outcome.get("CI_TOTAL"))),
            labels=(_text(outcome, "GROUP_LABEL_1"), _text(outcome, "GROUP_LABEL_2")),
            graph=(_text(outcome, "GRAPH_LABEL_1"), _text(outcome, "GRAPH_LABEL_2")),
            swap=measure.swap or yes(outcome.get("SWAP_EVENTS")),
            weights_of_groups=totals == "SUB",
            notes=(measure.note,) if measure.note else (),
        )

    def _rows(
        self, outcome: "Element", prefix: str, number: str, groups: list[tuple[str, "Element"]]
    ) -> Iterator[Row]:
        """Yield the rows of an outcome, those of its subgroups with their name."""
        for group, holder in [("", outcome), *groups]:
            for row in holder.findall(f"{prefix}_DATA"):
                yield self._row(row, prefix, number, group)

    def _row(self, row: "Element", prefix: str, number: str, group: str) -> Row:
        key = row.get("STUDY_ID", "")
        study = self.studies.get(key) or _Study("", "")
        name = study.name or _unescaped(key) or "a study without a name"
        estimable = row.get("ESTIMABLE", "YES").upper() != "NO"
        notes = plain(" ".join(" ".join(child.itertext()) for child in row))
        more = {"year": study.year, "footnote": notes, **self.judged.get(key, {})}
        return Row(
            name,
            key or name,
            {part: row.get(THEIRS[part], "") for part in PARTS[KINDS[prefix]]},
            f"outcome {number}{f', {quoted(group)}' if group else ''}, {quoted(name)}",
            group,
            numbers((ours, row.get(theirs)) for ours, theirs in OF_ROWS) if estimable else {},
            {column: text for column, text in more.items() if text},
        )


def _outcomes(comparison: "Element") -> Iterator["Element"]:
    return (child for child in comparison if _OUTCOME.fullmatch(child.tag))


def _groups(outcome: "Element", prefix: str) -> list[tuple[str, "Element"]]:
    """Return the subgroups of an outcome, their names made different."""
    found = outcome.findall(f"{prefix}_SUBGROUP")
    names = [_text(group, "NAME") or f"subgroup {group.get('NO') or i}" for i, group in enumerate(found, 1)]
    return list(zip(distinct(names), found, strict=True))


def _totals(outcome: "Element", groups: list[tuple[str, "Element"]], shown: str) -> Iterator[Total]:
    """Yield what RevMan pooled and shows: of all rows, of subgroups."""
    parts = ([("", outcome)] if shown == "YES" else []) + (groups if shown in ("YES", "SUB") else [])
    for name, element in parts:
        if element.get("ESTIMABLE", "YES").upper() != "NO":
            yield Total(name, numbers((ours, element.get(theirs)) for ours, theirs in OF_TOTALS))


def _text(element: "Element", path: str) -> str:
    found = element.find(path)
    return "" if found is None else plain(" ".join(found.itertext()))


def _unescaped(key: str) -> str:
    """Return a study's name out of its key: ``STD-Smith-1999_x002d_2``."""
    return plain(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), key.removeprefix("STD-")))
