"""Reanalyses to report on, made once for all tests of this folder."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.inputs.model.files import load_two_arm
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

HEADER = "study,treatment_events,treatment_total,control_events,control_total\n"
HOSTILE = (
    "</script><script>alert(1)</script>",
    """O'Brien & "Söhne" <img src=x onerror=alert(1)>""",
    "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET} 2010",
    "n" * 200,
    "A|B *c* _d_ [e](https://evil.example) `f`",
)
BAD_EVENT = (
    'event = "bad"\noutcome_title = "Death"\ntreatment = "drug"\ncontrol = "placebo"\n[trial_sets]\nlarge = '
    '["A", "B"]\n'
)
GOOD_EVENT = BAD_EVENT.replace('"bad"', '"good"').replace("Death", "Survival")
THREE = (("A", 5, 40, 12, 41), ("B", 4, 50, 9, 52), ("C", 2, 20, 3, 19))


@cache
def ivig() -> Reanalysis:
    return reanalyze("ivig")


@cache
def own(
    rows: tuple[tuple[object, ...], ...], sidecar: str = "", model: str = "binomial_normal"
) -> Reanalysis:
    """Reanalyse a user's table of studies, with a sidecar if one is given."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mine.csv"
        lines = [",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows]
        path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
        if sidecar:
            path.with_suffix(".toml").write_text(sidecar, encoding="utf-8")
        return reanalyze(path, model=load_two_arm(model))


def hostile() -> Reanalysis:
    return own(tuple((name, 5 + i, 20 + i, 3 + i, 21 + i) for i, name in enumerate(HOSTILE)))


WIDE = (
    ("Wammerswilmington-MacMurrough & Wow 2015 (MMWR)", 123_456, 345_678, 120_000, 345_999),
    ("SCANDINAVIAN MULTICENTRE WOMEN WITH ANTIPHOSPHOLIPID 1999", 124_456, 345_777, 120_031, 346_000),
    ("Iliffe 2001", 125_456, 345_876, 120_062, 346_001),
    (
        "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}gren och M\N{LATIN SMALL LETTER O WITH STROKE}ller 2020",
        126_456,
        345_975,
        120_093,
        346_002,
    ),
    ("Tiny", 0, 3, 1, 4),
    ("None", 0, 5, 0, 5),
)
WIDE_SIDECAR = f"""event = "bad"
outcome_title = "Wound-related mortality and major morbidity at 24 months"
treatment = "multimodal prehabilitation with immunoglobulin"
control = "WAITING LIST MAMMOGRAPHY"
[trial_sets]
"MMMMM WWWWW large multicentre trials" = ["{WIDE[0][0]}", "{WIDE[1][0]}"]
"""


def wide() -> Reanalysis:
    """Names in wide letters, totals of six digits."""
    return own(WIDE, WIDE_SIDECAR)
