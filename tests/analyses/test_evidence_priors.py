"""Priors from tables of other meta-analyses: the bundled one, a table of one's own,
and what its rows may say.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from bayes_ivig import Dataset, Study, control_risk, load_dataset
from bayes_ivig.analyses.priors.from_evidence import overlap, usable_evidence
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.priors import Normal, evidence_prior, evidence_priors, parse_prior
from bayes_ivig.priors.composite import resolved

LIVE = load_dataset("ivig", "live_birth")
HEADER = "label,outcome,complement_of,measure,estimate,ci_lower,ci_upper,level,shares\n"


def written(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "evidence.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_one_result_by_name() -> None:
    assert evidence_prior("kofod2025", baseline_risk=0.5) == parse_prior(
        'evidence("Kofod 2025", baseline_risk=0.5)'
    )
    with pytest.raises(ModelError, match="shares Mahmoud 2004"):
        evidence_prior("habets2022", baseline_risk=0.3)


def test_every_result_about_the_outcome() -> None:
    """Main rows alone; the one that shares trials left out; of the opposite outcome, the mirror images."""
    priors, left_out = usable_evidence(LIVE, None, (0.5, 1.0, 0.0))
    named = [
        "Kofod 2025",
        "Egerup 2015",
        "Wang 2016",
        "Hutton 2007",
        "Ata 2011",
        "Shi 2022",
        "Ling 2024",
        "Gao 2025",
        "Ma 2023",
    ]
    assert [prior.source.partition(":")[0] for prior in priors] == named
    assert left_out == (("Habets 2022", "shares Mahmoud 2004, Perricone 2008, Stricker 2000 with the data"),)
    assert evidence_priors(LIVE, baseline_risk=0.5) == priors
    lost = evidence_priors(load_dataset("ivig", "miscarriage"), baseline_risk=0.5)
    for one, other in zip(priors, lost, strict=True):
        np.testing.assert_allclose(one.quantile([0.1, 0.7]), -other.quantile([0.9, 0.3]), rtol=1e-9)
    apart = LIVE.trials(("Branch 2000", "Triolo 2003"))
    with_habets, _ = usable_evidence(apart, None, (0.3, 1.0, 0.0))
    assert "Habets 2022" in [prior.source.partition(":")[0] for prior in with_habets]
    high, refused = usable_evidence(LIVE, None, (0.67, 1.0, 0.0))
    assert [prior.source.partition(":")[0] for prior in high] == [
        name for name in named if name != "Wang 2016"
    ]
    assert refused[-1][0] == "Wang 2016"
    assert "state a risk below 0.641" in refused[-1][1]
    with pytest.raises(ModelError, match="state the risk without treatment"):
        evidence_priors(LIVE)


def test_a_table_of_your_own(tmp_path: Path) -> None:
    """Awkward labels, a 90% interval, a shared trial; the text reads back without the file."""
    path = written(
        tmp_path,
        '"O\'Brien, <b>""1""</b>",cure,,OR,1.5,1.0,2.25,0.9,\n'
        'B 2001,no cure,cure,rr,0.8,0.6,1.1,,\nC,cure,,OR,2,1,4,,"Trial 1; Z"\n',
    )
    mine = Dataset((Study("Trial 1", 3, 9, 2, 9), Study("Trial 2", 3, 9, 2, 9)), name="mine", outcome="cure")
    found = evidence_priors(mine, table=path, baseline_risk=0.4)
    assert [str(prior) for prior in found] == [
        'evidence("OR 1.5 (90%: 1.0 to 2.25)")',
        'evidence("RR 0.8 (0.6 to 1.1)", baseline_risk=0.4, event="opposite")',
    ]  # fmt: skip
    assert parse_prior(str(found[0])).prior == found[0].prior
    with pytest.raises(ModelError, match="C shares Trial 1, Z with the trials at hand"):
        evidence_prior("C", table=path)
    flagged = evidence_prior("c", table=path, overlap="allowed", robust=0.1)
    assert flagged.shares == ("Trial 1", "Z") == parse_prior(str(flagged)).shares
    assert resolved(flagged).parts[1] == Normal(0, 4)
    with pytest.raises(DataError, match=r"no result 'B 2002' \(did you mean 'B 2001'\?\)"):
        evidence_prior("B 2002", table=path)


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        evidence_prior("A", table=written(tmp_path, "A,cure,,HR,x,-1,2,,\n,cure,,OR,1,0.5,2,,\n"))
    said = str(caught.value)
    assert "row 2: measure is 'HR'; must be OR or RR" in said
    assert "row 2: estimate is 'x'; must be a number above 0" in said
    assert "row 2: ci_lower is '-1'" in said
    assert "row 3: column 'label' is empty" in said
    with pytest.raises(DataError) as caught:
        evidence_prior(
            "A",
            table=written(tmp_path, "A,cure,,OR,0.11,0.10,8.0,,\nB,cure,,OR,3,1,2,,\nC,cure,,RR,1.2,2,1,,\n"),
        )
    said = str(caught.value)
    assert "row 2: A: OR 0.11 (0.10 to 8.0): estimate and limits do not fit within their rounding" in said
    assert "row 3: B: OR 3 (1 to 2): the estimate 3 lies outside its own limits" in said
    assert "row 4: C: RR 1.2 (2 to 1): the limits stand the wrong way round" in said
    with pytest.raises(DataError, match="column 'outcome' is missing"):
        evidence_prior("A", table=written(tmp_path, "A,OR\n", "label,measure\n"))
    with pytest.raises(DataError, match="no such file"):
        evidence_prior("A", table=tmp_path / "nowhere.csv")
    other = Dataset((Study("Trial 1", 3, 9, 2, 9),), name="mine", outcome="harm")
    with pytest.raises(ModelError, match="the table has no row about it"):
        evidence_priors(other)


def test_what_may_overlap_is_left_to_year_and_design() -> None:
    """Hutton 2007 pooled randomised trials: none published later, none known not to be randomised."""
    found = overlap(LIVE, 'evidence("Hutton 2007")')
    assert found is not None
    assert found.shared == ()
    assert found.possible == ("Branch 2000", "Mahmoud 2004", "Triolo 2003")
    later = overlap(LIVE, 'evidence("Kofod 2025", baseline_risk=0.55) = normal(0.0446, 0.209)')
    assert later is not None
    assert set(later.possible) == set(LIVE.study_names) - {"Heilmann 2001", "Stricker 2000", "Vaquero 2001"}
    shared = overlap(LIVE, 'evidence("Habets 2022")')
    assert shared is not None
    assert shared.shared == ("Mahmoud 2004", "Perricone 2008", "Stricker 2000")
    assert overlap(LIVE, "normal(0, 1)") is None
    assert overlap(Dataset((Study("A", 1, 2, 3, 4),)), 'evidence("Hutton 2007")') is None


def test_the_control_risk_of_the_families_is_that_of_the_other_trials() -> None:
    data = Path(__file__).parents[2] / "data"
    with (data / "ivig" / "external_trials.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    events, total = (sum(int(row[name]) for row in rows) for name in ("control_events", "control_total"))
    with (data / "priors" / "families.csv").open(encoding="utf-8") as file:
        noted = [row["note"] for row in csv.DictReader(file) if "baseline_risk" in row["prior"]]
    assert round(events / total, 2) == 0.55
    assert all(f"{events} of {total} women" in note for note in noted)
    assert len(noted) == 5


def test_the_control_risk_may_be_a_posterior() -> None:
    risk = control_risk(LIVE).risk("marginal")
    low, high = risk.interval(0.95)
    found = evidence_prior("egerup2015", baseline_risk=risk)
    assert str(found) == f'evidence("Egerup 2015", baseline_risk="{low:.4g} to {high:.4g}")'
    assert parse_prior(str(found)) == found
