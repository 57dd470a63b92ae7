"""The names that known programs give to columns, each with what it holds in which arm."""

from collections.abc import Collection
from dataclasses import dataclass

from bayes_ivig.inputs.foreign.layout.words import key

T, C = "treatment", "control"
type Role = tuple[str, str]  # the arm, what the column holds


@dataclass(frozen=True, slots=True)
class Program:
    """The names of one program. It is recognised where all names of one of ``needed`` are there; with
    ``exact`` in their very spelling.
    """

    title: str
    roles: dict[str, Role]
    needed: tuple[tuple[str, ...], ...]
    exact: bool = False

    def recognised(self, names: Collection[str]) -> dict[str, Role]:
        """Return ``{name: role}`` of the program's names among these, nothing where it is another's table."""
        if self.exact:
            have = {name: self.roles[name] for name in names if name in self.roles}
            return have if any(set(each) <= set(have) for each in self.needed) else {}
        keys = {key(each): role for each, role in self.roles.items()}
        by_key = {key(name): name for name in names}
        if not any({key(name) for name in each} <= set(by_key) for each in self.needed):
            return {}
        return {name: keys[each] for each, name in by_key.items() if each in keys}


OURS = Program(
    "ours",
    {
        f"{arm}_{what}": (arm, role)
        for arm in (T, C)
        for what, role in (
            ("events", "events"), ("total", "total"), ("mean", "mean"), ("sd", "sd"), ("n", "n"),
            ("time", "time"), ("missing", "missing"), ("nonevents", "nonevents"), ("percent", "percent"),
        )
    }
    | {name: ("", name) for name in (
        "estimate", "lower", "upper", "level", "yi", "sei", "vi", "p_value", "df", "o_minus_e", "variance",
    )},
    (("treatment_events",), ("control_events",), ("treatment_mean",), ("estimate", "lower"), ("yi",),
     ("o_minus_e",), ("treatment_nonevents",), ("treatment_percent",)),
    exact=True,
)  # fmt: skip
PROGRAMS = (
    Program(
        "metafor",
        {
            "ai": (T, "events"), "bi": (T, "nonevents"), "n1i": (T, "total"),
            "ci": (C, "events"), "di": (C, "nonevents"), "n2i": (C, "total"),
        },
        (("ai", "n1i", "ci", "n2i"), ("ai", "bi", "ci", "di")),
    ),
    Program(
        "metafor",
        {
            "m1i": (T, "mean"), "sd1i": (T, "sd"), "n1i": (T, "n"),
            "m2i": (C, "mean"), "sd2i": (C, "sd"), "n2i": (C, "n"),
        },
        (("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),),
    ),
    Program(
        "metafor",
        {"x1i": (T, "events"), "t1i": (T, "time"), "x2i": (C, "events"), "t2i": (C, "time")},
        (("x1i", "t1i", "x2i", "t2i"),),
    ),
    Program(
        "RoBMA",
        {"x1": (T, "events"), "n1": (T, "total"), "x2": (C, "events"), "n2": (C, "total")},
        (("x1", "n1", "x2", "n2"),),
    ),
    Program(
        "PythonMeta",
        {"e1": (T, "events"), "n1": (T, "total"), "e2": (C, "events"), "n2": (C, "total")},
        (("e1", "n1", "e2", "n2"),),
    ),
    Program(
        "statsmodels",
        {"count1": (T, "events"), "nobs1": (T, "total"), "count2": (C, "events"), "nobs2": (C, "total")},
        (("count1", "nobs1", "count2", "nobs2"),),
    ),
    Program(
        "baggr",
        {
            "a": (T, "events"), "b": (T, "nonevents"), "n1": (T, "total"),
            "c": (C, "events"), "d": (C, "nonevents"), "n2": (C, "total"),
        },
        (("a", "n1", "c", "n2"), ("a", "b", "c", "d")),
    ),
    Program(
        "RevMan",
        {
            "EVENTS_1": (T, "events"), "TOTAL_1": (T, "total"),
            "EVENTS_2": (C, "events"), "TOTAL_2": (C, "total"),
        },
        (("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2"),),
        exact=True,
    ),
)  # fmt: skip

KEYS = frozenset(key(name) for program in (OURS, *PROGRAMS) for name in program.roles)
# names of estimates that are no words: key -> (what, measure, on a log scale); blank where the name is silent
ESTIMATES: dict[str, tuple[str, str, bool]] = {
    "yi": ("yi", "", False), "vi": ("vi", "", False), "sei": ("sei", "", False),
    "te": ("yi", "", False), "sete": ("sei", "", False), "setotal": ("sei", "", False),
}  # fmt: skip
