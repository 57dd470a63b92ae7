"""Tables of trials written in one of many habits, for tests that read them back."""

from dataclasses import dataclass

from hypothesis import strategies as st

type Counts = tuple[int, int, int, int]
type Rows = list[list[str]]

WIDE = (
    ("ai", "n1i", "ci", "n2i"),
    ("event.e", "n.e", "event.c", "n.c"),
    ("x1", "n1", "x2", "n2"),
    ("Treatment events", "Treatment total", "Control events", "Control total"),
    ("events_exp", "n_exp", "events_ctrl", "n_ctrl"),
    ("Drug: cases", "Drug: N", "Placebo: cases", "Placebo: N"),
    ("Ee", "Ne", "Ec", "Nc"),
)
PAIRS = (
    ("ai", "bi", "ci", "di"),
    ("tpos", "tneg", "cpos", "cneg"),
    ("Treated events", "Treated non-events", "Control events", "Control non-events"),
)
LABELS = (("Drug", "Placebo"), ("intervention", "control"), ("X", "usual care"), ("1", "0"))
NUMBERED = (("r1", "n1", "r2", "n2"), ("events_a", "total_a", "events_b", "total_b"))
STYLES = ("{}/{}", "{} / {}", "{0}/{1} ({2:.0f}%)", "{0} ({2:.1f} %) of {1}", "{} of {}")
LONG = (
    ("Study", "T", "R", "N"),
    ("study", "treatment", "responders", "sampleSize"),
    ("Trial", "arm", "events", "total"),
)
EXTRAS = {"Year": "19{}", "Country": "land {}", "Dose (mg)": "{}.5", "Comment": "see {}", "Age": "{}"}


@dataclass(frozen=True)
class Written:
    """A table as text, the counts in it by study, and whether its arms cannot be known from it."""

    rows: Rows
    counts: dict[str, Counts]
    unknown_arms: bool = False
    arms: tuple[str, str] = ("", "")


def _count(draw: st.DrawFn, value: int) -> str:
    return draw(st.sampled_from((str(value), f"{value}.0", f"{value:,}", f"{value}*")))


@st.composite
def trials(draw: st.DrawFn) -> dict[str, Counts]:
    """Trials of different names, none of them the sum of others or a copy of another."""
    size = draw(st.integers(1, 6))
    found: dict[str, Counts] = {}
    for i in range(size):
        n1, n0 = draw(st.integers(1, 3000)), draw(st.integers(1, 3000))
        one = draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0
        found[f"Author{chr(65 + i)} {draw(st.integers(1950, 2024))}"] = one
    return found


@st.composite
def written(draw: st.DrawFn) -> Written:
    """A table in some habit."""
    counts = draw(trials())
    kind = draw(
        st.sampled_from(
            ("wide", "wide", "pairs", "fractions", "two rows", "long", "long", "numbered", "labels")
        )
    )
    kind = draw(st.sampled_from(KINDS))
    table = MAKERS[kind](draw, counts)
    rows = table.rows if kind == "two rows" else _shuffled(draw, table.rows)
    return Written(_framed(draw, rows), table.counts, table.unknown_arms, table.arms)


def _wide(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    names = draw(st.sampled_from(WIDE))
    body = [[study, *(_count(draw, value) for value in four)] for study, four in counts.items()]
    return Written(_with_extras(draw, [["Study", *names], *body]), counts)


def _pairs(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    names = draw(st.sampled_from(PAIRS))
    body = [[study, str(a), str(n - a), str(c), str(m - c)] for study, (a, n, c, m) in counts.items()]
    return Written(_with_extras(draw, [["study", *names], *body]), counts)


def _fractions(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    style = draw(
        st.sampled_from(("{}/{}", "{} / {}", "{0}/{1} ({2:.0f}%)", "{0} ({2:.1f} %) of {1}", "{} of {}"))
    )
    cell = lambda r, n: style.format(r, n, 100 * r / n)  # noqa: E731
    body = [[study, cell(a, n), cell(c, m)] for study, (a, n, c, m) in counts.items()]
    return Written(_with_extras(draw, [["Trial", "Intervention", "Control"], *body]), counts)


def _two_rows(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    turned = draw(st.booleans())
    drug = draw(st.sampled_from(("Treatment", "Aspirin")))
    top = ["", "Placebo", "", drug, ""] if turned else ["", drug, "", "Placebo", ""]
    under = ["Study", *draw(st.sampled_from((["Events", "Total"], ["n", "N"]))) * 2]
    body = [
        [study, *map(str, (c, m, a, n) if turned else (a, n, c, m))] for study, (a, n, c, m) in counts.items()
    ]
    return Written([top, under, *body], counts)


def _long(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    labels = draw(st.sampled_from(LABELS))
    names = draw(st.sampled_from(LONG))
    body = []
    for study, (a, n, c, m) in counts.items():
        pair = [[study, labels[0], str(a), str(n)], [study, labels[1], str(c), str(m)]]
        body += pair[::-1] if draw(st.booleans()) else pair
    return Written([list(names), *body], counts)


def _numbered(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    names = draw(st.sampled_from(NUMBERED))
    body = [[study, *map(str, four)] for study, four in counts.items()]
    return Written([["study", *names], *body], counts, unknown_arms=True, arms=(names[0][-1], names[2][-1]))


def _labelled(draw: st.DrawFn, counts: dict[str, Counts]) -> Written:
    labels = draw(st.sampled_from(LABELS[:3]))
    body = []
    for study, (a, n, c, m) in counts.items():
        pair = [[labels[0], str(a), str(n)], [labels[1], str(c), str(m)]]
        one, other = pair[::-1] if draw(st.booleans()) else pair
        body.append([study, *one, *other])
    return Written([["Study", "T.1", "R.1", "N.1", "T.2", "R.2", "N.2"], *body], counts)


def _with_extras(draw: st.DrawFn, rows: Rows) -> Rows:
    extras = draw(st.lists(st.sampled_from(sorted(EXTRAS)), unique=True, max_size=3))
    added = [[EXTRAS[name].format(10 + i) for name in extras] for i in range(len(rows) - 1)]
    return [[*row, *more] for row, more in zip(rows, [extras, *added], strict=True)]


def _shuffled(draw: st.DrawFn, rows: Rows) -> Rows:
    order = draw(st.permutations(range(len(rows[0]))))
    return [[row[place] for place in order] for row in rows]


def _framed(draw: st.DrawFn, rows: Rows) -> Rows:
    """A title above, notes below, blank rows within: now and then."""
    width = len(rows[0])
    blank = [""] * width
    above = draw(st.sampled_from(([], [], [["Table 1. Deaths", *blank[1:]], blank])))
    below = draw(st.sampled_from(([], [], [blank, ["Source: the authors", *blank[1:]]])))
    return [*above, *rows, *below]


MAKERS = {
    "wide": _wide,
    "pairs": _pairs,
    "fractions": _fractions,
    "two rows": _two_rows,
    "long": _long,
    "numbered": _numbered,
    "labels": _labelled,
}
KINDS = sorted(MAKERS)
