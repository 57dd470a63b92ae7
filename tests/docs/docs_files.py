"""The files that the pages take for granted: a folder of a user with trials of their own."""

from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
REVIEW = """<?xml version="1.0" encoding="UTF-8"?><COCHRANE_REVIEW><STUDIES_AND_REFERENCES><STUDIES>
<INCLUDED_STUDIES><STUDY ID="STD-A" NAME="A" YEAR="2001"/><STUDY ID="STD-B" NAME="B" YEAR="2002"/>
</INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES><ANALYSES_AND_DATA><COMPARISON ID="CMP-001" NO="1">
<NAME>Drug versus placebo</NAME>
<DICH_OUTCOME ID="CMP-001.01" NO="1" METHOD="MH" RANDOM="NO" EFFECT_MEASURE="OR"
TOTALS="NO"><NAME>Death</NAME><GROUP_LABEL_1>Drug</GROUP_LABEL_1><GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<DICH_DATA STUDY_ID="STD-A" EVENTS_1="1" TOTAL_1="10" EVENTS_2="2" TOTAL_2="10"/>
<DICH_DATA STUDY_ID="STD-B" EVENTS_1="3" TOTAL_1="10" EVENTS_2="2" TOTAL_2="12"/>
</DICH_OUTCOME></COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>"""
# Colditz et al. 1994, as in metafor's dat.bcg: cases and people, vaccinated and not
BCG = """slab,year,ai,n1i,ci,n2i
Aronson,1948,4,123,11,139
Ferguson & Simes,1949,6,306,29,303
Rosenthal et al,1960,3,231,11,220
Hart & Sutherland,1977,62,13598,248,12867
Frimodt-Moller et al,1973,33,5069,47,5808
Stein & Aronson,1953,180,1541,372,1451
Vandiviere et al,1973,8,2545,10,629
TPT Madras,1980,505,88391,499,88391
Coetzee & Berjak,1968,29,7499,45,7277
Rosenthal et al 1961,1961,17,1716,65,1665
Comstock et al,1974,186,50634,141,27338
Comstock & Webster,1969,5,2498,3,2341
Comstock et al 1976,1976,27,16913,29,17854
"""
# the same with the absolute latitude and how people were allocated
VACCINE = """study,treatment_events,treatment_total,control_events,control_total,year,latitude,allocation
Aronson 1948,4,123,11,139,1948,44,random
Ferguson & Simes 1949,6,306,29,303,1949,55,random
Rosenthal et al 1960,3,231,11,220,1960,42,random
Hart & Sutherland 1977,62,13598,248,12867,1977,52,random
Frimodt-Moller et al 1973,33,5069,47,5808,1973,13,alternate
Stein & Aronson 1953,180,1541,372,1451,1953,44,alternate
Vandiviere et al 1973,8,2545,10,629,1973,19,random
TPT Madras 1980,505,88391,499,88391,1980,13,random
Coetzee & Berjak 1968,29,7499,45,7277,1968,27,random
Rosenthal et al 1961,17,1716,65,1665,1961,42,systematic
Comstock et al 1974,186,50634,141,27338,1974,18,systematic
Comstock & Webster 1969,5,2498,3,2341,1969,33,systematic
Comstock et al 1976,27,16913,29,17854,1976,33,systematic
"""
MY = """study,treatment_events,treatment_total,control_events,control_total
Adams 2011,4,123,11,139
Baker 2013,6,306,29,303
Chen 2016,3,231,11,220
Diaz 2019,17,171,20,166
"""
BOX = """study,treatment_events,treatment_total,control_events,control_total
A,5,40,12,41
B,,50,,52
C,2,20,3,19
"""
CLAIM = "outcome,measure,estimate,ci_lower,ci_upper\ndeath,OR,0.405,0.187,0.879\n"


def write_all(folder: Path) -> None:
    """Write every file that a page may name into a folder."""
    (folder / "my.csv").write_text(MY, encoding="utf-8")
    (folder / "box.csv").write_text(BOX, encoding="utf-8")
    (folder / "claims.csv").write_text(CLAIM, encoding="utf-8")
    (folder / "vaccine.csv").write_text(VACCINE, encoding="utf-8")
    (folder / "bcg.csv").write_text(BCG, encoding="utf-8")
    (folder / "report.toml").write_text('title = "Mine"\nthresholds = [1.5]\n', encoding="utf-8")
    (folder / "review.rm5").write_text(REVIEW, encoding="utf-8")
    (folder / "long.csv").write_text(
        "trial,arm,events,total\nA,Drug A,1,10\nA,placebo,2,10\nB,Drug A,3,10\nB,placebo,2,12\n",
        encoding="utf-8",
    )
    sheet = {"trial": ["A", "B"], "cases1": [1, 3], "n1": [10, 10], "cases2": [2, 2], "n2": [10, 12]}
    with pd.ExcelWriter(folder / "trials.xlsx") as book:
        pd.DataFrame(sheet).to_excel(book, sheet_name="Data", index=False)
    (folder / "reports").symlink_to(ROOT / "reports", target_is_directory=True)
