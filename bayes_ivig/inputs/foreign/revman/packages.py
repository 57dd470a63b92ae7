"""A data package of RevMan Web: a zip, or a zip in a zip, of CSV files; and its rows alone.

What kind of data an outcome has stands in its settings. Rows have a column for every kind, 0 in those of
other kinds: what the settings do not say is never taken from those.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bayes_ivig.errors import DataError, named, quoted
from bayes_ivig.files import archives, rows
from bayes_ivig.inputs.foreign.found import LeftOut, Sheet
from bayes_ivig.inputs.foreign.revman.analysis import (
    PARTS,
    Analysis,
    Held,
    Kind,
    Row,
    Total,
    level_of,
    number,
    numbers,
    plain,
    yes,
)
from bayes_ivig.inputs.foreign.revman.measures import named_measure
from bayes_ivig.inputs.foreign.revman.settings import (
    decimals,
    estimator_of,
    in_percent,
    is_hartung_knapp,
    kind_of,
    method_of,
)

type Record = Mapping[str, str]
type Key = tuple[str, str]

THEIRS = {
    "events_1": "Experimental cases", "total_1": "Experimental N", "mean_1": "Experimental mean",
    "sd_1": "Experimental SD", "events_2": "Control cases", "total_2": "Control N", "mean_2": "Control mean",
    "sd_2": "Control SD", "estimate": "GIV Mean", "se": "GIV SE", "o_minus_e": "O-E", "variance": "Variance",
}  # fmt: skip
COMPUTED = (("estimate", "mean"), ("ci_lower", "ci start"), ("ci_upper", "ci end"))
OF_TOTALS = (
    *COMPUTED, ("q", "heterogeneity chi2"), ("q_df", "heterogeneity df"), ("q_p_value", "heterogeneity p"),
    ("i2", "heterogeneity i2"), ("tau2", "heterogeneity tau2"), ("z", "effect z"), ("p_value", "effect p"),
)  # fmt: skip
ROWS, SETTINGS, GROUPS, BIAS = (
    "data-rows.csv", "overall-estimates-and-settings.csv", "subgroup-estimates.csv", "risk-of-bias.csv",
)  # fmt: skip
_JUDGED = " (judgement)"


class _Files(NamedTuple):
    """The tables of one package, columns in small letters."""

    rows: Sequence[Record]
    settings: Mapping[Key, Record]
    groups: Mapping[Key, Sequence[Record]]
    bias: Mapping[str, Mapping[str, str]]


def read_package(raw: bytes, path: str, stated_measure: str = "") -> Held:
    """Return what a data package holds; raises ``DataError`` for what is none or is damaged."""
    source = named(path)
    try:
        members = archives.unpacked_with_inner(raw, lambda name: name.lower().endswith(".csv"))
        files = _files(members)
    except ValueError as error:
        raise DataError(f"{source}: {error}") from None
    if not files.rows:
        raise DataError(
            f"{source}: a zip without rows of a data package of RevMan (a file ...-{ROWS} with rows in it); "
            f"found are {len(members)} CSV files"
        )
    if not files.settings:
        raise DataError(
            f"{source}: the package lacks its ...-{SETTINGS}, which says what kind of data each outcome has"
        )
    analyses, others = [], []
    for key, found in _by_analysis(files.rows).items():
        setting = files.settings.get(key)
        kind = kind_of(setting.get("data type", "")) if setting else None
        if setting is None or kind is None:
            others.append(_unknown(key, found, setting))
            continue
        analyses.append(_analysis(key, found, setting, kind, files, stated_measure))
    return Held(tuple(analyses), tuple(others))


def _unknown(key: Key, found: Sequence[Record], setting: Record | None) -> LeftOut:
    """Return an outcome of which it is not known what its rows hold."""
    why = (
        "its settings are not in the package"
        if setting is None
        else f"its data type is {quoted(setting.get('data type', ''))}, which is none of two groups"
    )
    return LeftOut(f"outcome {'.'.join(key)}", found[0].get("analysis name", ""), "other_type", why)


def _analysis(
    key: Key, found: Sequence[Record], setting: Record, kind: Kind, files: _Files, stated: str
) -> Analysis:
    """Return an outcome with its settings."""
    measure = named_measure(
        setting.get("effect measure", ""),
        kind,
        yes(setting["log-scale data"]) if setting.get("log-scale data") else None,
        stated,
    )
    several = "heterogeneity estimator" in setting
    own = level_of(setting.get("ci/pi level")) if several else 0.0
    return Analysis(
        ".".join(key),
        setting.get("analysis group name", ""),
        setting.get("analysis name", "") or found[0].get("analysis name", ""),
        kind,
        measure.code,
        measure.ratios,
        _rows(key, found, kind, files.bias),
        THEIRS,
        tuple(_totals(setting, files.groups.get(key, ()))),
        method=method_of(setting.get("statistical method", "")),
        random="random" in setting.get("analysis model", "").lower(),
        estimator=estimator_of(setting.get("heterogeneity estimator", "")),
        hartung_knapp=is_hartung_knapp(setting.get("ci method", "")),
        rules="revman2025" if several else "revman5",
        levels=(own or level_of(setting.get("study ci")), own or level_of(setting.get("estimate ci"))),
        labels=(
            setting.get("experimental group label") or setting.get("experimental intervention", ""),
            setting.get("control group label") or setting.get("control intervention", ""),
        ),
        graph=(setting.get("graph label (left)", ""), setting.get("graph label (right)", "")),
        swap=measure.swap or yes(setting.get("swap event and non-event")),
        weights_of_groups="overall estimates" in setting and not yes(setting["overall estimates"]),
        notes=(measure.note,) if measure.note else (),
    )


def _totals(setting: Record, groups: Sequence[Record]) -> list[Total]:
    """Return what RevMan pooled and shows: of all rows, of subgroups."""
    shown = [("", setting)] if yes(setting.get("overall estimates", "yes")) else []
    if yes(setting.get("subgroup estimates", "yes")):
        shown += [(group.get("subgroup", ""), group) for group in groups if group.get("subgroup")]
    return [
        Total(
            name,
            in_percent(numbers((ours, record.get(theirs)) for ours, theirs in OF_TOTALS)),
            decimals(record.get(theirs, "") for _, theirs in OF_TOTALS),
        )
        for name, record in shown
    ]


def _rows(
    key: Key, found: Sequence[Record], kind: Kind, bias: Mapping[str, Mapping[str, str]]
) -> tuple[Row, ...]:
    """Return the rows of an outcome; weights may be shares or percentages."""
    weights = [number(record.get("weight")) or 0.0 for record in found]
    scale = 100.0 if weights and max(weights) <= 1 and sum(weights) <= len(found) else 1.0
    return tuple(_row(key, record, kind, scale, bias) for record in found)


def _row(key: Key, record: Record, kind: Kind, scale: float, bias: Mapping[str, Mapping[str, str]]) -> Row:
    name = record.get("study", "") or "a study without a name"
    group = record.get("subgroup", "")
    stored = numbers((ours, record.get(theirs)) for ours, theirs in COMPUTED)
    weight = number(record.get("weight"))
    more = {
        "year": record.get("study year", ""),
        "footnote": record.get("footnotes", ""),
        **bias.get(name, {}),
    }
    return Row(
        name,
        name,
        {part: record.get(THEIRS[part].lower(), "") for part in PARTS[kind]},
        f"outcome {'.'.join(key)}{f', {quoted(group)}' if group else ''}, {quoted(name)}",
        group,
        stored | ({"weight": weight * scale} if weight else {}),
        {column: text for column, text in more.items() if text},
    )


def is_data_rows(sheet: Sheet) -> bool:
    """Whether a table is the file of rows of a data package."""
    if not sheet.rows:
        return False
    header = {_plain_header(cell) for cell in sheet.rows[0]}
    return {"analysis group", "analysis number", "study", "experimental n", "control n"} <= header


def lone_rows(sheet: Sheet, stated_measure: str = "") -> Held:
    """Return the outcomes of rows without their settings: the kind of each is what its columns hold, where
    that leaves no doubt.
    """
    header = [_plain_header(cell) for cell in sheet.rows[0]]
    records = [dict(zip(header, map(plain, row), strict=False)) for row in sheet.rows[1:] if any(row)]
    analyses, others = [], []
    for key, found in _by_analysis(records).items():
        kind = _kind_in(found)
        name = found[0].get("analysis name", "")
        if kind is None:
            why = "its settings are in another file of the package, and its rows do not tell their kind"
            others.append(LeftOut(f"outcome {'.'.join(key)}", name, "other_type", why))
            continue
        measure = named_measure("", kind, None, stated_measure)
        note = (
            "look at: the settings of the outcome are in another file of the package: the measure "
            f"({measure.code} is taken), the names of the groups and whether non-events are meant are not in "
            "this one; import the whole package (zip) to have them"
        )
        analyses.append(
            Analysis(
                ".".join(key), f"comparison {key[0]}", name, kind, measure.code, measure.ratios,
                _rows(key, found, kind, {}), THEIRS, labels=("Experimental", "Control"), notes=(note,),
            )
        )  # fmt: skip
    return Held(tuple(analyses), tuple(others))


def _kind_in(found: Sequence[Record]) -> Kind | None:
    """Return the one kind whose columns hold more than 0, None where none or several do."""
    held = {
        "dichotomous": ("experimental cases", "control cases"),
        "continuous": ("experimental sd", "control sd"),
        "inverse variance": ("giv se",),
        "o-e": ("variance",),
    }
    kinds = [kind for kind, columns in held.items() if any(number(r.get(c)) for r in found for c in columns)]
    return kind_of(kinds[0]) if len(kinds) == 1 else None


def _files(members: Mapping[str, bytes]) -> _Files:
    """Return the tables of a package; raises ``ValueError`` for one that is no CSV."""
    read: dict[str, list[Record]] = defaultdict(list)
    for name, content in members.items():
        for ending in (ROWS, SETTINGS, GROUPS, BIAS):
            if name.lower().endswith(ending):
                read[ending] += _records(name, content)
    groups: dict[Key, list[Record]] = defaultdict(list)
    for record in read[GROUPS]:
        groups[_key(record)].append(record)
    settings = {_key(record): record for record in read[SETTINGS]}
    return _Files(read[ROWS], settings, groups, _judged(read[BIAS]))


def _records(name: str, content: bytes) -> list[Record]:
    try:
        lines = rows.parse_csv(content)
    except ValueError as error:
        raise ValueError(f"{named(name)}: {error}") from None
    if not lines:
        return []
    header = [_plain_header(cell) for cell in lines[0][1]]
    return [dict(zip(header, map(plain, cells), strict=False)) for _, cells in lines[1:]]


def _plain_header(cell: str) -> str:
    return plain(cell.removeprefix("\ufeff")).lower().replace("²", "2")


def _key(record: Record) -> Key:
    return record.get("analysis group", ""), record.get("analysis number", "")


def _by_analysis(records: Sequence[Record]) -> dict[Key, list[Record]]:
    found: dict[Key, list[Record]] = defaultdict(list)
    for record in records:
        found[_key(record)].append(record)
    return found


def _judged(records: Sequence[Record]) -> dict[str, dict[str, str]]:
    """Return risk of bias by study; what differs between the results of a study is joined."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for record in records:
        for column, text in record.items():
            if _JUDGED in column and text:
                item = plain(column.replace(_JUDGED, "").removeprefix("domain").strip(" :"))
                held = found[record.get("study", "")]
                before = held.get(f"bias: {item}", "")
                words = dict.fromkeys([*before.split(" / "), text] if before else [text])
                held[f"bias: {item}"] = " / ".join(words)
    return dict(found)
