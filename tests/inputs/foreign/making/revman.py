"""RevMan's files out of a plain description: a review (``.rm5``), a data package (zip), an exported table.

Everything in them that RevMan computes comes from ``revman_results``.
"""

import csv
import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from making.revman_results import Numbers, of_study, pooled, weights

from bayes_ivig.inputs.foreign.found import Sheet

NAMES = {
    "DICH": ("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2"),
    "CONT": ("MEAN_1", "SD_1", "TOTAL_1", "MEAN_2", "SD_2", "TOTAL_2"),
    "IV": ("ESTIMATE", "SE"),
    "IPD": ("O_E", "VAR"),
}
LOGS = (
    "OR",
    "RR",
    "PETO_OR",
    "Peto Odds Ratio",
    "Hazard Ratio",
    "Odds Ratio",
    "Rate Ratio",
    "Something Ratio",
)


@dataclass(frozen=True)
class Line:
    """A row: the study, its numbers in the order of ``NAMES``, the subgroup that it stands in."""

    study: str
    numbers: Numbers
    group: str = ""
    year: str = ""
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """An outcome; ``totals`` is YES, SUB or NO, ``log_data`` of estimates and of O - E alone."""

    name: str
    rows: tuple[Line, ...]
    kind: str = "DICH"
    measure: str = "OR"
    method: str = "MH"
    random: bool = False
    labels: tuple[str, str] = ("Drug", "Placebo")
    graph: tuple[str, str] = ("Favours drug", "Favours placebo")
    swap: bool = False
    level: float = 0.95
    totals: str = "YES"
    log_data: bool = True

    @property
    def code(self) -> str:
        """The measure that the formulas know."""
        return "OR" if self.measure == "PETO_OR" else self.measure

    @property
    def ratio(self) -> bool:
        return self.measure in LOGS and (self.kind in ("DICH", "CONT") or self.log_data)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.group for row in self.rows if row.group))

    def counted(self, row: Line) -> Numbers:
        """Return the numbers that effects are computed from: non-events where they are asked for."""
        if not self.swap:
            return row.numbers
        a, n1, c, n2 = row.numbers
        return n1 - a, n1, n2 - c, n2

    def shown(self, value: float) -> float:
        return math.exp(value) if self.ratio else value


def total(outcome: Outcome, group: str = "") -> dict[str, float]:
    """Return what RevMan prints under an outcome or a subgroup, by its attribute."""
    rows = [outcome.counted(row) for row in outcome.rows if not group or row.group == group]
    found = pooled(outcome.kind, rows, outcome.code, outcome.method, random=outcome.random)
    if found is None:
        return {}
    lower, upper = found.limits(outcome.level)
    values = {
        "EFFECT_SIZE": outcome.shown(found.y), "CI_START": outcome.shown(lower),
        "CI_END": outcome.shown(upper), "CHI2": found.q, "DF": found.df,
        "P_CHI2": found.q_p if found.df else 1.0,
        "I2": found.i2, "TAU2": found.tau2, "Z": found.z, "P_Z": found.p,
    }  # fmt: skip
    if outcome.ratio:
        values |= {f"LOG_{name}": math.log10(values[name]) for name in ("EFFECT_SIZE", "CI_START", "CI_END")}
    return values


def single(outcome: Outcome, row: Line, weight: float) -> dict[str, float]:
    """Return what RevMan prints beside a study; nothing but 0 for one that is not estimable."""
    found = of_study(outcome.kind, outcome.counted(row), outcome.code, outcome.method)
    if found is None:
        return dict.fromkeys(("EFFECT_SIZE", "CI_START", "CI_END", "SE", "WEIGHT"), 0.0)
    error = math.sqrt(found[1])
    reach = error * 1.959963984540054 if outcome.level == 0.95 else error * _critical(outcome.level)
    return {
        "EFFECT_SIZE": outcome.shown(found[0]), "CI_START": outcome.shown(found[0] - reach),
        "CI_END": outcome.shown(found[0] + reach), "SE": error, "WEIGHT": weight,
    }  # fmt: skip


def _critical(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 2)


def shares(outcome: Outcome) -> list[float]:
    """Return the weights of all rows: of the outcome, or within each subgroup where only those are pooled."""
    if outcome.totals != "SUB":
        return _shares(outcome, outcome.rows)
    found: dict[int, float] = {}
    for group in outcome.groups:
        rows = [row for row in outcome.rows if row.group == group]
        found |= dict(zip(map(id, rows), _shares(outcome, rows), strict=True))
    return [found[id(row)] for row in outcome.rows]


def _shares(outcome: Outcome, rows: Sequence[Line]) -> list[float]:
    return weights(
        outcome.kind,
        [outcome.counted(row) for row in rows],
        outcome.code,
        outcome.method,
        random=outcome.random,
    )


# RevMan 5


@dataclass(frozen=True)
class Review:
    """A review: its outcomes by comparison, and what was judged of its studies."""

    comparisons: Mapping[str, Sequence[Outcome]]
    title: str = "A review made for tests"
    bias: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str = "UTF-8"
    more: str = ""


def review(made: Review) -> bytes:
    """Return a review as RevMan 5 saves it."""
    rows = [row for outcomes in made.comparisons.values() for each in outcomes for row in each.rows]
    studies = "".join(
        f"<STUDY DATA_SOURCE='PUB' ID={_attr(_key(name))} NAME={_attr(name)} YEAR={_attr(year)}/>"
        for name, year in dict.fromkeys((row.study, row.year) for row in rows)
    )
    comparisons = "".join(
        f"<COMPARISON ID='CMP-{i:03}' NO='{i}'><NAME>{escape(name)}</NAME>"
        f"{''.join(_outcome(each, j) for j, each in enumerate(outcomes, 1))}{made.more}</COMPARISON>"
        for i, (name, outcomes) in enumerate(made.comparisons.items(), 1)
    )
    text = (
        f'<?xml version="1.0" encoding="{made.encoding}" standalone="no"?>\n'
        f"<COCHRANE_REVIEW REVMAN_VERSION='5' TYPE='INTERVENTION'>\n<COVER_SHEET><TITLE>{escape(made.title)}"
        f"</TITLE></COVER_SHEET>\n<STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES>{studies}"
        f"</INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES>\n<QUALITY_ITEMS>{_items(made.bias)}"
        f"</QUALITY_ITEMS>\n<ANALYSES_AND_DATA CALCULATED_DATA='YES'>\n{comparisons}\n</ANALYSES_AND_DATA>\n"
        "</COCHRANE_REVIEW>\n"
    )
    return text.encode(made.encoding)


def _items(bias: Mapping[str, Mapping[str, str]]) -> str:
    return "".join(
        f"<QUALITY_ITEM ID='QIT-{i:02}' LEVEL='STUDY'><NAME>{escape(item)}</NAME><DESCRIPTION><P>How?</P>"
        "</DESCRIPTION><QUALITY_ITEM_DATA>"
        + "".join(
            f"<QUALITY_ITEM_DATA_ENTRY RESULT={_attr(result)} STUDY_ID={_attr(_key(study))}>"
            "<DESCRIPTION><P>As they said.</P></DESCRIPTION></QUALITY_ITEM_DATA_ENTRY>"
            for study, result in judged.items()
        )
        + "</QUALITY_ITEM_DATA></QUALITY_ITEM>"
        for i, (item, judged) in enumerate(bias.items(), 1)
    )


def _outcome(outcome: Outcome, position: int) -> str:
    kind = outcome.kind
    attributes: dict[str, object] = {
        "CI_STUDY": f"{100 * outcome.level:.0f}", "CI_TOTAL": f"{100 * outcome.level:.0f}", "NO": position,
        "TOTALS": outcome.totals, "SUBGROUPS": "YES" if outcome.groups else "NO",
        "ESTIMABLE": "YES" if outcome.totals == "YES" else "NO",
    }  # fmt: skip
    measure = ""
    if kind in ("DICH", "CONT"):
        attributes["EFFECT_MEASURE"] = outcome.measure
    else:
        attributes["LOG_DATA"] = "YES" if outcome.log_data else "NO"
        measure = f"<EFFECT_MEASURE>{escape(outcome.measure)}</EFFECT_MEASURE>"
    if kind == "DICH":
        attributes |= {"METHOD": outcome.method, "SWAP_EVENTS": "YES" if outcome.swap else "NO"}
    if kind != "IPD":
        attributes["RANDOM"] = "YES" if outcome.random else "NO"
    if outcome.totals == "YES":
        attributes |= total(outcome)
    lines = list(zip(outcome.rows, shares(outcome), strict=True))
    body = "".join(_data(outcome, row, share) for row, share in lines if not row.group)
    for i, group in enumerate(outcome.groups, 1):
        held = "".join(_data(outcome, row, share) for row, share in lines if row.group == group)
        numbers = total(outcome, group) if outcome.totals != "NO" else {}
        body += (
            f"<{kind}_SUBGROUP NO='{i}' ESTIMABLE='{'YES' if numbers else 'NO'}'{_attributes(numbers)}>"
            f"<NAME>{escape(group)}</NAME>{held}</{kind}_SUBGROUP>\n"
        )
    texts = "".join(
        f"<{kind_}_LABEL_{i}>{escape(text)}</{kind_}_LABEL_{i}>"
        for kind_, pair in (("GROUP", outcome.labels), ("GRAPH", outcome.graph))
        for i, text in enumerate(pair, 1)
    )
    return (
        f"<{kind}_OUTCOME{_attributes(attributes)}><NAME>{escape(outcome.name)}</NAME>{texts}{measure}\n{body}"
        f"</{kind}_OUTCOME>\n"
    )


def _data(outcome: Outcome, row: Line, share: float) -> str:
    numbers = single(outcome, row, share)
    own = dict(zip(NAMES[outcome.kind], row.numbers, strict=True))
    known = {name: value for name, value in numbers.items() if name not in own}
    attributes = {
        "STUDY_ID": _key(row.study), "ESTIMABLE": "YES" if numbers["SE"] else "NO",
        **{name: _number(value) for name, value in own.items()}, **known,
    }  # fmt: skip
    note = f"<FOOTNOTE>{escape(row.note)}</FOOTNOTE>" if row.note else ""
    return f"<{outcome.kind}_DATA{_attributes(attributes)}>{note}</{outcome.kind}_DATA>\n"


def _attributes(values: Mapping[str, object]) -> str:
    return "".join(f" {name}={_attr(_number(value))}" for name, value in values.items())


def _number(value: object) -> str:
    return (
        repr(value)
        if isinstance(value, float) and not value.is_integer()
        else str(int(value) if isinstance(value, float) else value)
    )


def _attr(value: object) -> str:
    return quoteattr(str(value))


def _key(study: str) -> str:
    return "STD-" + study.replace("-", "_x002d_").replace(" ", "-")


# RevMan Web

DATA_ROWS = (
    "Analysis group", "Analysis number", "Analysis name", "Subgroup", "Applicability", "Study", "Study year",
    "GIV Mean", "GIV SE", "Experimental mean", "Experimental SD", "Experimental cases", "Experimental N",
    "Control mean", "Control SD", "Control cases", "Control N", "O-E", "Variance", "Weight", "Mean",
    "CI start", "CI end", "Footnotes",
)  # fmt: skip
WEB_NAMES = {
    "DICH": ("Experimental cases", "Experimental N", "Control cases", "Control N"),
    "CONT": (
        "Experimental mean", "Experimental SD", "Experimental N", "Control mean", "Control SD", "Control N",
    ),
    "IV": ("GIV Mean", "GIV SE"),
    "IPD": ("O-E", "Variance"),
}  # fmt: skip
TYPES = {"DICH": "Dichotomous", "CONT": "Continuous", "IV": "Contrast level", "IPD": "O-E and variance"}
WEB_MEASURES = {
    "OR": "Odds Ratio", "RR": "Risk Ratio", "RD": "Risk Difference", "PETO_OR": "Peto Odds Ratio",
    "MD": "Mean Difference", "SMD": "Std. Mean Difference",
}  # fmt: skip
WEB_METHODS = {"MH": "Mantel-Haenszel", "IV": "Inverse variance", "PETO": "Peto"}
WEB_TOTALS = {
    "Mean": "EFFECT_SIZE", "CI start": "CI_START", "CI end": "CI_END", "Heterogeneity Tau²": "TAU2",
    "Heterogeneity Chi²": "CHI2", "Heterogeneity df": "DF", "Heterogeneity P": "P_CHI2",
    "Heterogeneity I²": "I2", "Effect Z": "Z", "Effect P": "P_Z",
}  # fmt: skip


def package(comparisons: Mapping[str, Sequence[Outcome]], *, nested: bool = False, version: int = 1) -> bytes:
    """Return a data package as RevMan Web saves it, or the zip in which it lies."""
    placed = [
        (str(i), name, str(j), each)
        for i, (name, outcomes) in enumerate(comparisons.items(), 1)
        for j, each in enumerate(outcomes, 1)
    ]
    files = {
        "data-rows": [_web_row(i, j, each, row, share) for i, _, j, each in placed
                      for row, share in zip(each.rows, shares(each), strict=True)],
        "overall-estimates-and-settings": [
            _web_settings(i, name, j, each, version) for i, name, j, each in placed
        ],
        "subgroup-estimates": [
            {"Analysis group": i, "Analysis number": j, "Subgroup": group, "Subgroup number": str(n)}
            | {ours: _number(total(each, group).get(theirs, "")) for ours, theirs in WEB_TOTALS.items()}
            for i, _, j, each in placed for n, group in enumerate(each.groups, 1) if each.totals != "NO"
        ],
    }  # fmt: skip
    packed = _zipped(
        {f"CD1-analysis-data/CD1-{name}.csv": comma_separated(rows) for name, rows in files.items()}
    )
    return _zipped({"CD1-files/CD1-data.zip": packed, "CD1-files/read me.txt": b"x"}) if nested else packed


def _web_row(i: str, j: str, outcome: Outcome, row: Line, share: float) -> dict[str, str]:
    values = dict.fromkeys(DATA_ROWS, "") | dict.fromkeys(
        [name for names in WEB_NAMES.values() for name in names], "0"
    )
    values |= {"Analysis group": i, "Analysis number": j, "Analysis name": outcome.name,
               "Subgroup": row.group,
               "Study": row.study, "Study year": row.year, "Footnotes": row.note}  # fmt: skip
    values |= {name: _number(value) for name, value in zip(WEB_NAMES[outcome.kind], row.numbers, strict=True)}
    numbers = single(outcome, row, share)
    if numbers["SE"]:
        values |= {"Mean": repr(numbers["EFFECT_SIZE"]), "CI start": repr(numbers["CI_START"]),
                   "CI end": repr(numbers["CI_END"]), "Weight": repr(numbers["WEIGHT"])}  # fmt: skip
    return values


def _web_settings(i: str, name: str, j: str, outcome: Outcome, version: int) -> dict[str, str]:
    level = f"{100 * outcome.level:.0f}%"
    values = {
        "Analysis group": i, "Analysis number": j, "Analysis name": outcome.name, "Analysis group name": name,
        "Data type": TYPES[outcome.kind], "Log-scale data": "TRUE" if outcome.ratio else "FALSE",
        "Experimental group label": outcome.labels[0], "Control group label": outcome.labels[1],
        "Statistical method": WEB_METHODS[outcome.method],
        "Effect measure": WEB_MEASURES.get(outcome.measure, outcome.measure),
        "Analysis model": "Random effects" if outcome.random else "Fixed effect",
        "Subgroup estimates": "TRUE" if outcome.groups and outcome.totals != "NO" else "FALSE",
        "Overall estimates": "TRUE" if outcome.totals == "YES" else "FALSE",
        "Swap event and non-event": "TRUE" if outcome.swap else "FALSE",
    }  # fmt: skip
    if version == 1:
        values |= {"Study CI": level, "Estimate CI": level}
    else:
        values |= {
            "Heterogeneity estimator": "DerSimonian and Laird", "CI method": "Wald-type",
            "CI/PI level": level,
            "Graph label (left)": outcome.graph[0], "Graph label (right)": outcome.graph[1],
        }  # fmt: skip
    numbers = total(outcome) if outcome.totals == "YES" else {}
    return values | {ours: _number(numbers.get(theirs, "")) for ours, theirs in WEB_TOTALS.items()}


def comma_separated(records: Iterable[Mapping[str, str]]) -> bytes:
    """Return records as a CSV with the mark of UTF-8 before it, as RevMan writes them."""
    listed = list(records)
    written = io.StringIO()
    header = list(dict.fromkeys(name for record in listed for name in record))
    writer = csv.DictWriter(written, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


# the table that RevMan 5 exports

EXPORT_NAMES = {
    "DICH": ("Events 1", "Total 1", "Events 2", "Total 2"),
    "CONT": ("Mean 1", "SD 1", "Total 1", "Mean 2", "SD 2", "Total 2"),
    "IV": ("Effect Estimate", "SE"),
    "IPD": ("O-E", "Variance"),
}
EXPORT_TOTALS = {
    "Effect Estimate": "EFFECT_SIZE", "CI Start": "CI_START", "CI End": "CI_END", "Q": "CHI2",
    "P(Q)": "P_CHI2",
    "I²(Q)": "I2", "Tau²": "TAU2", "Z": "Z", "P(Z)": "P_Z", "df": "DF",
}  # fmt: skip
EXPORT = (
    "Comparison Number", "Outcome Number", "Subgroup Number", "Name", "Data Type", "Statistical Method",
    "Effect Measure", "Analysis Model", "Events 1", "Mean 1", "SD 1", "Total 1", "Events 2", "Mean 2", "SD 2",
    "Total 2", "O-E", "Variance", "Effect Estimate", "SE", "CI Start", "CI End", "Weight", "Q", "P(Q)",
    "I²(Q)", "Tau²", "Z", "P(Z)", "df", "Group Label 1", "Group Label 2", "Left Graph Label",
    "Right Graph Label", "Year of study", "Swap Events", "Study Confidence Interval",
    "Total Confidence Interval",
    "Entered data are on log scale",
)  # fmt: skip
CODES = {"DICH": "DIC", "CONT": "CON", "IV": "GIV", "IPD": "IPD"}


def export(comparisons: Mapping[str, Sequence[Outcome]], leave: Iterable[str] = ()) -> Sheet:
    """Return the table that RevMan 5 exports, numbers to eight decimals, without the columns in ``leave``."""
    records = [
        record
        for i, (name, outcomes) in enumerate(comparisons.items(), 1)
        for record in _exported(str(i), name, outcomes)
    ]
    header = [name for name in EXPORT if name not in set(leave)]
    rows = [header, *([record.get(name, "") for name in header] for record in records)]
    return Sheet("export.csv", tuple(map(tuple, rows)), tuple(range(1, len(rows) + 1)))


def _exported(i: str, name: str, outcomes: Sequence[Outcome]) -> Iterator[dict[str, str]]:
    yield {"Comparison Number": i, "Outcome Number": "0", "Subgroup Number": "0", "Name": name}
    for j, outcome in enumerate(outcomes, 1):
        place = {"Comparison Number": i, "Outcome Number": str(j)}
        pair = [(row, share) for row, share in zip(outcome.rows, shares(outcome), strict=True)]
        level = f"{100 * outcome.level:.0f}%"
        yield place | _eight(_all_of(outcome, "")) | {
            "Subgroup Number": "0", "Name": outcome.name, "Data Type": CODES[outcome.kind],
            "Statistical Method": outcome.method if outcome.kind != "IPD" else "EXP_O_E_VAR",
            "Effect Measure": outcome.measure, "Analysis Model": "Random" if outcome.random else "Fixed",
            "Group Label 1": outcome.labels[0], "Group Label 2": outcome.labels[1],
            "Left Graph Label": outcome.graph[0], "Right Graph Label": outcome.graph[1],
            "Swap Events": "Yes" if outcome.swap else "No", "Study Confidence Interval": level,
            "Total Confidence Interval": level,
            "Entered data are on log scale": "Yes" if outcome.ratio else "No",
        }  # fmt: skip
        yield from (_study(place, "0", outcome, row, share) for row, share in pair if not row.group)
        for n, group in enumerate(outcome.groups, 1):
            number = {"Subgroup Number": str(n), "Name": group}
            yield place | _eight(_all_of(outcome, group)) | number
            yield from (_study(place, str(n), outcome, row, s) for row, s in pair if row.group == group)


def _all_of(outcome: Outcome, group: str) -> dict[str, float]:
    """Return the sums and the total of a row that stands over others."""
    pooled_here = outcome.totals == "YES" or (group and outcome.totals == "SUB")
    numbers = total(outcome, group) if pooled_here else {}
    rows = [row.numbers for row in outcome.rows if not group or row.group == group]
    names = EXPORT_NAMES[outcome.kind]
    sums = {
        name: sum(row[names.index(name)] for row in rows)
        for name in ("Events 1", "Total 1", "Events 2", "Total 2")
        if name in names
    }
    return sums | {ours: float(numbers.get(theirs, 0.0)) for ours, theirs in EXPORT_TOTALS.items()}


def _study(place: dict[str, str], group: str, outcome: Outcome, row: Line, share: float) -> dict[str, str]:
    values = single(outcome, row, share)
    shown = {
        "Effect Estimate": values["EFFECT_SIZE"], "SE": values["SE"], "CI Start": values["CI_START"],
        "CI End": values["CI_END"], "Weight": values["WEIGHT"],
    }  # fmt: skip
    own = dict(zip(EXPORT_NAMES[outcome.kind], row.numbers, strict=True))
    whole = dict.fromkeys(("Events 1", "Mean 1", "SD 1", "Events 2", "Mean 2", "SD 2"), 0.0)
    return (
        place
        | {"Subgroup Number": group, "Name": row.study, "Year of study": row.year}
        | _eight(whole | own | shown)
    )


def _eight(values: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{float(value):.8f}".rstrip("0").rstrip(".") for name, value in values.items()}
