"""Judgements of risk of bias as circles, a row per study and a column per domain,
and as bars, a row per domain.

Every judgement is told three times, by symbol, by shade and by words in the legend, so that grey print and
colour blindness lose nothing.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bayes_ivig.reporting.drawing.lettering import extent, fitted, wrapped
from bayes_ivig.reporting.drawing.palette import INK, LINE, MUTED, PAPER, SOFT
from bayes_ivig.reporting.drawing.shapes import Shapes
from bayes_ivig.reporting.wording import numbers, phrases

if TYPE_CHECKING:
    import altair as alt

type Rows = Sequence[Mapping[str, str]]  # per study: "study", then a judgement per domain

WIDTH, LEFT, ROW = 700.0, 118.0, 27.0
WIDEST = 940.0  # where names of domains need more than the usual width; beyond it they are letters
CIRCLE = 314.0  # square pixels
NAME = LEFT - 8  # pixels for a study's name
APART = 6.0  # pixels between two headings
LABEL_ROOM = 212.0  # left of the bars
LEAST_SEGMENT = 30.0  # pixels of a bar that hold symbol and number
NAMES = {"+": "low risk", "?": "unclear risk", "-": "high risk"}
SIGNS = {"+": "+", "?": "?", "-": "\N{MINUS SIGN}"}
PAINT = {"+": (PAPER, INK), "?": (SOFT, INK), "-": (INK, PAPER)}  # filling and symbol: the darker, the worse


def domain_title(domain: str) -> str:
    """Return a domain's column name as a heading."""
    return phrases.name(phrases.first_upper(domain.replace("_", " ")))


def domains_of(rows: Rows) -> tuple[str, ...]:
    """Return the domains judged, in the order of the table."""
    return tuple(column for column in rows[0] if column != "study")


def plot_traffic_light(rows: Rows) -> "alt.LayerChart":
    """Return one circle per study and domain, studies and domains in the order of the table;
    an empty cell stays empty.
    """
    domains = domains_of(rows)
    headings = column_headings(domains)
    pitch = column_pitch(headings)
    across = max(WIDTH, LEFT + pitch * len(domains))
    top = 16.0 * max(map(len, headings)) + 10
    drawn = Shapes(across, top + ROW * len(rows) + 40)
    for column, lines in enumerate(headings):
        for place, line in enumerate(lines):
            at = top - 14 - 16.0 * (len(lines) - 1 - place)
            drawn.text((LEFT + pitch * (column + 0.5), at), line, "center")
    drawn.line((0, top), (across, top), INK)
    for position, row in enumerate(rows):
        middle = top + ROW * (position + 0.5)
        drawn.text((2, middle), fitted(row["study"], NAME))
        for column, domain in enumerate(domains):
            _circle(drawn, (LEFT + pitch * (column + 0.5), middle), row[domain])
        drawn.line((0, middle + ROW / 2), (across, middle + ROW / 2), LINE)
    _legend(drawn, (2.0, drawn.height - 16), {row[domain] for row in rows for domain in domains})
    return drawn.chart("Risk of bias by study and domain.")


def plot_domains(rows: Rows) -> "alt.LayerChart":
    """Return one bar per domain, divided by how many studies were judged which way."""
    domains = domains_of(rows)
    titles = [wrapped(text, LABEL_ROOM - 10, 2) for text in lettered(domains)]
    drawn = Shapes(WIDTH, 30.0 * len(domains) + 62)
    room = WIDTH - LABEL_ROOM - 8
    for position, domain in enumerate(domains):
        middle = 30.0 * position + 18
        for place, line in enumerate(titles[position]):
            drawn.text((2, middle + 14.0 * (place - (len(titles[position]) - 1) / 2)), line)
        start = LABEL_ROOM
        for judgement, count in counts(rows, domain):
            end = start + room * count / len(rows)
            _segment(drawn, (start, middle - 11, end, middle + 11), judgement, count)
            start = end
    bottom = 30.0 * len(domains) + 8
    drawn.line((LABEL_ROOM, bottom), (WIDTH - 8, bottom), INK)
    for share, align in ((0.0, "left"), (0.5, "center"), (1.0, "right")):
        drawn.text((LABEL_ROOM + room * share, bottom + 12), numbers.percent(share, 0), align)  # type: ignore[arg-type]
    _legend(drawn, (LABEL_ROOM, drawn.height - 14), {row[domain] for row in rows for domain in domains})
    return drawn.chart("Risk of bias by domain.")


def counts(rows: Rows, domain: str) -> list[tuple[str, int]]:
    """Return how many studies were judged which way in a domain:
    low, unclear, high, then no judgement; none left out.
    """
    counted = [(sign, sum(row[domain] == sign for row in rows)) for sign in (*SIGNS, "")]
    return [(sign, count) for sign, count in counted if count]


def bias_alternative(rows: Rows) -> str:
    """Return the judgements by domain in words."""
    parts = [
        f"{domain_title(domain)}: "
        f"{', '.join(f'{count} {_called(sign)}' for sign, count in counts(rows, domain))}"
        for domain in domains_of(rows)
    ]
    return "; ".join(parts)


def column_headings(domains: Sequence[str]) -> list[list[str]]:
    """Return the lines above each column: the domain's name where there is room for every one,
    else letters.
    """
    room = (WIDEST - LEFT) / len(domains) - APART
    titles = [domain_title(domain) for domain in domains]
    if all(extent(word) <= room for title in titles for word in title.split()):
        room = max(
            (WIDTH - LEFT) / len(domains) - APART,
            *(extent(word) for title in titles for word in title.split()),
        )
        lines = [wrapped(title, room, len(title)) for title in titles]
        if max(map(len, lines)) <= 4:
            return lines
    return [[letter(position)] for position in range(len(domains))]


def column_pitch(headings: Sequence[Sequence[str]]) -> float:
    """Return the pixels from column to column: equal shares of the usual width,
    more where a heading needs it.
    """
    widest = max(extent(line) for lines in headings for line in lines) + APART
    return float(max((WIDTH - LEFT) // len(headings), math.ceil(widest)))


def lettered(domains: Sequence[str]) -> list[str]:
    """Return the domains' names, each after its letter where the columns have letters instead of names."""
    titles = [domain_title(domain) for domain in domains]
    if column_headings(domains)[0] == [letter(0)]:
        return [f"{letter(position)}  {title}" for position, title in enumerate(titles)]
    return titles


def letter(position: int) -> str:
    """Return A to Z, then A2 to Z2 and so on."""
    rounds, place = divmod(position, 26)
    return chr(ord("A") + place) + (str(rounds + 1) if rounds else "")


def _called(sign: str) -> str:
    return NAMES.get(sign, "not judged")


def _circle(drawn: Shapes, at: tuple[float, float], judgement: str) -> None:
    if judgement in SIGNS:
        filling, ink = PAINT[judgement]
        drawn.mark(at, "circle", CIRCLE, (filling, INK))
        drawn.text(at, SIGNS[judgement], "center", bold=True, colour=ink)


def _segment(drawn: Shapes, corners: tuple[float, float, float, float], judgement: str, count: int) -> None:
    filling, ink = PAINT.get(judgement, (PAPER, MUTED))
    drawn.box(corners, filling, INK if judgement else LINE)
    if corners[2] - corners[0] >= LEAST_SEGMENT:
        middle = ((corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2)
        drawn.text(
            middle,
            f"{SIGNS[judgement]} {count}" if judgement else f"{count}",
            "center",
            bold=True,
            colour=ink,
        )


def _legend(drawn: Shapes, at: tuple[float, float], found: set[str]) -> None:
    """Explain the symbols that occur, drawn as they are drawn above."""
    x = at[0] + 10
    for sign in SIGNS:
        if sign in found:
            _circle(drawn, (x, at[1]), sign)
            drawn.text((x + 16, at[1]), NAMES[sign])
            x += 120
