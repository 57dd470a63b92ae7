"""What each column of a grid holds: by what the user states, by a program's names, by its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bayes_ivig.errors import DataError, listed, quoted, report_all, suggestion
from bayes_ivig.inputs.estimates.design_cell import DESIGN, DESIGN_SD
from bayes_ivig.inputs.foreign.found import Known, Stated
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.aliases import OURS, PROGRAMS
from bayes_ivig.inputs.foreign.layout.estimate_words import Estimated, estimated
from bayes_ivig.inputs.foreign.layout.words import (
    ARMS,
    CHARACTERISTICS,
    LETTERS,
    PLAIN_ARMS,
    Meaning,
    key,
    listing,
    meaning,
    tokens,
)

STUDY = listing(
    "study studies studlab slab trial trials studyname studynames trialname "
    "studyorsubgroup studyauthor authoryear authorsyear firstauthoryear studyc author "
    "authors firstauthor citation reference references publication paper article source "
    "label name title studyid trialid studyn studyno trialno id"
)
YEARS = frozenset(listing("year yr years pubyear publicationyear yearofpublication studyyear"))
NAMES_WITH_YEARS = frozenset(listing("studyyear trialyear authoryear"))  # where they hold words
OUTCOMES = frozenset(listing("outcome outcomes endpoint outcomename endpoints"))
COMPARISONS = frozenset(["comparison", "comparisonname", "comparisons"])
SUBGROUPS = frozenset(listing("subgroup subgroups class stratum category byvar subgroupname"))
LABELS = frozenset(
    listing(
        "treatment trt treat t tx arm arms group groups intervention interventions drug "
        "therapy trtc trtn treatmentname armname treatmentarm studyarm condition allocation "
        "treatmentgroup"
    )
)
PLAIN = {
    **dict.fromkeys(YEARS, "year"),
    **dict.fromkeys(OUTCOMES, "outcome"),
    **dict.fromkeys(SUBGROUPS, "subgroup"),
    **dict.fromkeys(("measure", "sm", "effectmeasure"), "measure"),
    **dict.fromkeys(("designeffect", "deff"), DESIGN),
    "designeffectsd": DESIGN_SD,
}
# what may be stated besides our own columns: of a table with a row for each arm
STATED = ("study", "year", "outcome", "comparison", "subgroup", "measure", DESIGN, DESIGN_SD, "arm")
LONG = ("events", "total", "nonevents", "percent", "mean", "sd", "time")
MAPPED = (*OURS.roles, *STATED, *LONG)  # what a column may be stated to be
COUNTED = frozenset(
    ("events", "total", "nonevents", "noevents", "percent", "fraction", "mean", "sd", "mean_sd")
)
# metafor's names of what one arm in a row has
ROWS = {"xi": "events", "ni": "total", "mi": "mean", "sdi": "sd"}
DIAGNOSTIC = ("tp", "fp", "fn", "tn")  # of a test; where all stand, "TN" is no total of a treatment
LOOKED_AT = 200  # rows that are looked at to tell text from numbers


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the grid: its place and name, of which arm it is, what it holds, of which outcome.

    ``what`` is blank where nothing is known of it. ``estimate`` is set where it holds estimates.
    """

    place: int
    name: str
    arm: str = ""
    what: str = ""
    group: str = ""
    known: Known = "name"
    why: str = ""
    estimate: Estimated | None = None
    program: str = ""


def is_text(body: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a column holds words rather than numbers."""
    found = [row[place] for row in body[:LOOKED_AT] if not cells.missing(row[place])]
    return sum(not _numeric(cell) for cell in found) * 2 > len(found)


def _numeric(cell: str) -> bool:
    return cell.strip()[:1] in "0123456789.-+\u2212(" and any(c.isdigit() for c in cell)


def columns_of(names: Sequence[str], body: Sequence[Sequence[str]], stated: Stated) -> tuple[Column, ...]:
    """Return what the columns hold, those first that the user states; raises ``DataError`` where a stated one
    is not there.
    """
    told = stated_places(names, stated)
    body = [row for row in body[:LOOKED_AT] if sum(map(bool, row)) > 1]  # without headings and notes
    by_program = {} if _all_stated(told) else _by_program(names)
    found = []
    for place, name in enumerate(names):
        if place in told:
            found.append(_of_statement(place, name, told[place]))
        elif name in by_program:
            found.append(_of_program(place, name, by_program[name]))
        else:
            found.append(_of_words(Column(place, name), body, stated))
    return _small_and_large(_effects(_variances(_of_rows(_turned(tuple(found), stated), body))))


def _turned(columns: tuple[Column, ...], stated: Stated) -> tuple[Column, ...]:
    """Return the columns, those of the other arm on the other side where the user states one label alone that
    columns have, against what their own words say: ``Drug events`` beside ``--treatment Sham``.
    """
    sides = {each.arm for each in columns if _stated_arm(each.name, stated)}
    if len(sides) != 1:
        return columns
    (side,) = sides
    other = "control" if side == "treatment" else "treatment"
    return tuple(
        replace(each, arm=other) if each.arm == side and each.known != "stated" else each for each in columns
    )


def _of_rows(columns: tuple[Column, ...], body: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Return the columns, those that metafor names for a row (``xi, ni``; ``mi, sdi, ni``) being of no arm:
    the i is that of an intervention only where a column of the same thing has a c.
    """
    keys = {key(each.name) for each in columns}
    if set(DIAGNOSTIC) <= keys:
        columns = tuple(Column(c.place, c.name) if key(c.name) in DIAGNOSTIC else c for c in columns)
    means = {"mi", "sdi", "ni"} <= keys
    rows = {name: what for name, what in ROWS.items() if name in keys and f"{name[:-1]}c" not in keys}
    return tuple(
        replace(each, arm="", what=rows[key(each.name)], group="", why="metafor calls it so")
        if each.known != "stated"
        and key(each.name) in rows
        and (key(each.name) not in ("mi", "sdi") or means)
        and not is_text(body, each.place)
        else each
        for each in columns
    )


def stated_places(names: Sequence[str], stated: Stated) -> dict[int, str]:
    """Return ``{place: our name}`` of the columns that the user states, by name or by number."""
    places: dict[int, str] = {}
    problems = []
    for ours, theirs in stated.columns.items():
        place = _place(names, theirs)
        if ours not in MAPPED:
            problems.append(
                f"--map {ours}={theirs}: {quoted(ours)} is not one of our columns"
                f"{suggestion(ours, MAPPED)}; they are {', '.join(MAPPED)}"
            )
        elif place is None:
            problems.append(
                f"--map {ours}={theirs}: no column {quoted(theirs)}{suggestion(theirs, names)}; there are "
                f"{listed([name or '(blank)' for name in names])}"
            )
        elif place in places:
            problems.append(f"--map {ours}={theirs}: that column is {places[place]} already")
        else:
            places[place] = ours
    report_all(problems, DataError)
    return places


def _place(names: Sequence[str], theirs: str) -> int | None:
    """Return where a column stands that is named or numbered, None where it is not there."""
    for same in (lambda name: name == theirs, lambda name: key(name) == key(theirs)):
        found = [place for place, name in enumerate(names) if name and same(name)]
        if len(found) == 1:
            return found[0]
    if theirs.isascii() and theirs.isdigit() and 1 <= int(theirs[:4]) <= len(names):
        return int(theirs[:4]) - 1
    return None


def _all_stated(told: dict[int, str]) -> bool:
    """Whether the user states the events of both arms, so that no program's names are looked for."""
    stated = set(told.values())
    return any({f"treatment_{each}", f"control_{each}"} <= stated for each in ("events", "mean", "nonevents"))


def _by_program(names: Sequence[str]) -> dict[str, tuple[str, tuple[str, str]]]:
    """Return ``{name: (program, (arm, what))}`` of the first program whose names are there; our own names
    for effects, which are metafor's as well, beside those of a program for arms.
    """
    found: dict[str, tuple[str, tuple[str, str]]] = {}
    for program in (OURS, *PROGRAMS):
        roles = program.recognised([name for name in names if name])
        found |= {name: (program.title, role) for name, role in (roles or {}).items() if name not in found}
        if any(arm for _, (arm, _) in found.values()):
            break
    return found


def _of_statement(place: int, name: str, ours: str) -> Column:
    arm, what = OURS.roles.get(ours, ("", ours))
    column = Column(place, name, arm, _total(what), "", "stated", f"--map {ours}={name or place + 1}")
    return _as_estimate(column) if ours in OURS.roles and not arm else replace(column, what=_label(what))


def _of_program(place: int, name: str, found: tuple[str, tuple[str, str]]) -> Column:
    program, (arm, what) = found
    ours = program == "ours"
    why = "our own name" if ours else f"{program} calls it so"
    column = Column(place, name, arm, _total(what), "", "name", why, program="" if ours else program)
    return column if arm else _as_estimate(column)


def _total(what: str) -> str:
    return "total" if what == "n" else what


def _label(what: str) -> str:
    return "label" if what == "arm" else what


def _as_estimate(column: Column) -> Column:
    """Return a column of our own names for estimates, as one of estimates."""
    what = {"estimate": "est", "p_value": "p"}.get(column.what, column.what)
    return replace(column, what="", estimate=Estimated(what))


def _of_words(column: Column, body: Sequence[Sequence[str]], stated: Stated) -> Column:
    """Return a column as the words of its name and its cells say."""
    plain, text = key(column.name), is_text(body, column.place)
    if text and plain in NAMES_WITH_YEARS:
        return replace(column, what="study")
    if plain in PLAIN or (plain in COMPARISONS and text):
        return replace(column, what=PLAIN.get(plain, "comparison"))
    estimate = estimated(column.name)
    said = _said(column.name, stated)
    if estimate is not None and (not said.arm or estimate.measure or estimate.what == "o_minus_e"):
        return replace(column, estimate=estimate)
    if set(said.group.split()) & CHARACTERISTICS:
        return column
    if said.what and not text:
        what = "fraction" if said.what == "events" and _pairs(body, column.place) else said.what
        known: Known = "stated" if _stated_arm(column.name, stated) else "name"
        return replace(column, arm=said.arm, what=what, group=said.group, known=known, why="by its words")
    return _of_name(replace(column, arm=said.arm), body, said, text=text)


def _of_name(column: Column, body: Sequence[Sequence[str]], said: Meaning, *, text: bool) -> Column:
    """Return a column that holds no numbers of one thing: a name, a label, an arm's events and total."""
    plain = key(column.name)
    if plain in STUDY and (text or plain not in ARMS):
        return replace(column, arm="", what="study")
    if said.arm and not said.what and not said.group:
        return _of_arm(column, body, text=text)
    if not said.arm and _pairs(body, column.place):
        words = " ".join(tokens(column.name))
        return replace(column, what="fraction", group=words, why="cells hold events and total")
    return replace(column, arm="", what="label" if plain in LABELS else "")


def _said(name: str, stated: Stated) -> Meaning:
    """Return what a name says, the labels of arms that the user states being arms."""
    said, arm = meaning(name), _stated_arm(name, stated)
    if not arm:
        return said
    labels = {word for label in (stated.treatment, stated.control) for word in tokens(label)}
    return Meaning(arm, said.what, " ".join(word for word in said.group.split() if word not in labels))


def _of_arm(column: Column, body: Sequence[Sequence[str]], *, text: bool) -> Column:
    """Return a column that is named for an arm alone: its label, or cells as ``12/45``."""
    if _pairs(body, column.place):
        return replace(column, what="fraction", why="cells hold events and total")
    one_arm = column.arm in ("treatment", "control")
    indicator = {row[column.place] for row in body[:LOOKED_AT]} <= {"0", "1", ""}
    if column.arm == "treatment" and (key(column.name) in LABELS or indicator):
        return replace(column, what="label")
    if text or not one_arm:
        return replace(column, what="label" if text or column.name[:1].casefold() == "t" else "")
    return replace(column, what="")


def _pairs(body: Sequence[Sequence[str]], place: int) -> bool:
    """Whether most cells of a column hold events and total, as ``12/45``."""
    filled = [row[place] for row in body[:LOOKED_AT] if not cells.missing(row[place])]
    return sum(_both(cell) for cell in filled) * 2 > len(filled)


def _both(cell: str) -> bool:
    try:
        return cells.counted(cell).total is not None
    except cells.UnreadableError:
        return False


def _stated_arm(name: str, stated: Stated) -> str:
    """Return the arm of a name that holds the label of an arm as the user states it."""
    words = tokens(name)
    for label, arm in ((stated.treatment, "treatment"), (stated.control, "control")):
        wanted = tokens(label)
        plain = all(word in PLAIN_ARMS or word in LETTERS or word.isdigit() for word in wanted)
        if wanted and not plain and set(wanted) <= set(words):
            return arm
    return ""


def _effects(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns, one named y beside one of errors and none of arms being the effect."""
    errors = [each for each in columns if each.estimate and each.estimate.what in ("se", "sei", "var", "vi")]
    armed = any(each.what in ("sd", "total") for each in columns)
    if not errors or armed:
        return columns
    return tuple(
        replace(each, estimate=Estimated("yi"), what="") if key(each.name) == "y" else each
        for each in columns
    )


def _small_and_large(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns, n beside N of the same arm being the events of N people."""
    letters = {each.place: re.findall(r"\b[nN]\b", each.name) for each in columns if each.what == "total"}
    large = {(each.arm, each.group) for each in columns if letters.get(each.place) == ["N"]}
    return tuple(
        replace(each, what="events", why="n beside N of the same arm")
        if letters.get(each.place) == ["n"] and (each.arm, each.group) in large
        else each
        for each in columns
    )


def _variances(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns, one named V beside one of O - E being its variance."""
    if not any(each.estimate and each.estimate.what == "o_minus_e" for each in columns):
        return columns
    return tuple(
        replace(each, estimate=Estimated("var"), what="")
        if key(each.name) in ("v", "variance", "var")
        else each
        for each in columns
    )
