"""One arm of one row: events and total, events and person-time, or mean, SD and n, out of its cells."""

from collections.abc import Callable, Mapping, Sequence

from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.cells import UnreadableError
from bayes_ivig.inputs.foreign.layout.columns import Column
from bayes_ivig.inputs.foreign.layout.shape import Kind
from bayes_ivig.inputs.foreign.layout.words import tokens

type Values = tuple[str, ...]  # events and total, events and time, or mean, SD and n, as text
PARTS: dict[Kind, tuple[str, ...]] = {
    "counts": ("events", "total"),
    "rates": ("events", "time"),
    "means": ("mean", "sd", "n"),
}


def arm_of(kind: Kind, whats: Mapping[str, Column], row: Sequence[str], notes: list[str]) -> Values | None:
    """Return the numbers of one arm, None where some are not known; raises ``UnreadableError``.

    What is odd but can be read is added to ``notes``.
    """
    given = {
        what: row[column.place] for what, column in whats.items() if not cells.missing(row[column.place])
    }
    if kind == "counts":
        return _counts(whats, given, notes)
    if kind == "rates":
        return _rates(whats, given)
    return _means(whats, given)


def _read[Value](whats: Mapping[str, Column], what: str, read: Callable[[str], Value], cell: str) -> Value:
    """Return what ``read`` makes of a cell; the error says of which column it is."""
    try:
        return read(cell)
    except UnreadableError as error:
        raise UnreadableError(f"column {whats[what].name or whats[what].place + 1}: {error}") from None


def _counts(whats: Mapping[str, Column], given: dict[str, str], notes: list[str]) -> Values | None:
    """Return events and total, from whichever two of events, non-events, total and percentage are there."""
    lead = "events" if "events" in given else "fraction"
    read = _read(whats, lead, cells.counted, given[lead]) if lead in given else None
    without = _nonevents(whats, given)
    total = _one_total(whats, given, read, without)
    if total is None:
        return None
    if read is not None:
        return _checked(read.events, total, read.percent or given.get("percent", ""), notes)
    if without is not None:
        return _checked(_rest(total, without), total, given.get("percent", ""), notes)
    return _checked(_of_percent(whats, given, total), total, "", notes) if "percent" in given else None


def _one_total(
    whats: Mapping[str, Column], given: dict[str, str], read: cells.Counted | None, without: int | None
) -> int | None:
    """Return the total that a cell, a column and events with non-events agree on, None without any."""
    totals: dict[str, int] = {}
    if read is not None and read.total is not None:
        totals["beside the events"] = read.total
    if "total" in given:
        totals[f"column {whats['total'].name}"] = _read(whats, "total", cells.whole, given["total"])
    if without is not None and read is not None:
        totals["events and non-events"] = read.events + without
    if len(set(totals.values())) > 1:
        found = ", ".join(f"{total} ({name})" for name, total in totals.items())
        raise UnreadableError(f"the total is {found}; they must agree")
    return next(iter(totals.values()), None)


def _nonevents(whats: Mapping[str, Column], given: dict[str, str]) -> int | None:
    """Return the people without the event; a column "no events" is of them only beside one of events."""
    if "nonevents" in given:
        return _read(whats, "nonevents", cells.whole, given["nonevents"])
    if "noevents" not in given or "total" in whats:
        if "noevents" in given and "events" not in whats:
            raise UnreadableError(
                f"column {whats['noevents'].name}: people without the event, or the number of events? "
                "rename it, or say --map treatment_events=NAME or --map treatment_nonevents=NAME"
            )
        return None
    return _read(whats, "noevents", cells.whole, given["noevents"])


def _rest(total: int, without: int) -> int:
    if without > total:
        raise UnreadableError(f"{without} without the event in an arm of {total}")
    return total - without


def _of_percent(whats: Mapping[str, Column], given: dict[str, str], total: int) -> int:
    column = whats["percent"]
    of_one = any(word.startswith("prop") for word in tokens(column.name))
    return _read(
        whats, "percent", lambda cell: cells.count_of_share(cell, total, of_one=of_one), given["percent"]
    )


def _checked(events: int, total: int, percent: str, notes: list[str]) -> Values:
    if events > total:
        raise UnreadableError(
            f"{events} events in an arm of {total}; is the total one of people without the event, or of time?"
        )
    try:
        odd = bool(percent) and total > 0 and not cells.fits_share(events, total, percent)
    except UnreadableError:
        odd = False  # a proportion, or something else beside the counts
    if odd:
        notes.append(f"{events} of {total} is not {percent.strip().rstrip('%').strip()} percent")
    return str(events), str(total)


def _rates(whats: Mapping[str, Column], given: dict[str, str]) -> Values | None:
    if "events" not in given or "time" not in given:
        return None
    events = _read(whats, "events", cells.whole, given["events"])
    time = _read(whats, "time", cells.number, given["time"])
    if float(time) < 0 or (float(time) == 0 and events):
        raise UnreadableError(f"column {whats['time'].name}: found {time} of person-time; it must be above 0")
    return str(events), time


def _means(whats: Mapping[str, Column], given: dict[str, str]) -> Values | None:
    if "total" not in given:
        return None
    n = _read(whats, "total", cells.whole, given["total"])
    if "mean_sd" in given:
        mean, sd = _read(whats, "mean_sd", cells.spread, given["mean_sd"])
    elif "mean" in given and "sd" in given:
        mean = _read(whats, "mean", cells.number, given["mean"])
        sd = _read(whats, "sd", cells.number, given["sd"])
    else:
        return None
    if float(sd) < 0:
        raise UnreadableError(f"a standard deviation of {sd}; it must be 0 or more")
    return mean, sd, str(n)
