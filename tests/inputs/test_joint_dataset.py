"""Two outcomes of the same pregnancies: joining, reading and refusing tables."""

from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.counts.partial import load_partial

LIVE = bi.Dataset(
    (bi.Study("A/B 2000", 8, 10, 6, 10), bi.Study("C, the second", 0, 5, 4, 6), bi.Study("Ö", 7, 9, 5, 9)),
    "mine",
    "live_birth",
)
PRETERM = bi.Dataset((bi.Study("Ö", 2, 7, 1, 5), bi.Study("A/B 2000", 3, 8, 0, 6)), "mine", "preterm_birth")
LONG = """study,outcome,treatment_events,treatment_total,control_events,control_total
"A, 1",born alive,8,10,6,10
B,born alive,7,9,5,9
C,born alive,9,12,0,3
"A, 1",early,2,8,,6
B,early,2,7,1,5
"""


def test_two_tables_are_joined_by_name() -> None:
    joint = bi.JointDataset.from_outcomes(LIVE, PRETERM)
    assert joint.preterm == ((3, 0), (None, None), (2, 1))
    assert joint.informative == (True, False, True)
    assert joint.preterm_studies() == (bi.Study("A/B 2000", 3, 8, 0, 6), bi.Study("Ö", 2, 7, 1, 5))
    assert joint.known_arms == (2, 2)
    assert bi.JointDataset.from_outcomes(LIVE).preterm == ((None, None),) * 3


def test_a_joint_table_survives_the_way_through_columns() -> None:
    joint = bi.JointDataset.from_outcomes(LIVE, PRETERM)
    table = joint.as_dataset()
    assert dict(table.columns) == {"treatment_preterm": ("3", "", "2"), "control_preterm": ("0", "", "1")}
    again = bi.JointDataset.from_columns(table)
    assert again.preterm == joint.preterm
    assert again.as_dataset() == table
    part = bi.JointDataset.from_columns(table.trials(["Ö"]))
    assert part.preterm == ((2, 1),)


def test_an_arm_without_live_births_informs_nothing() -> None:
    joint = bi.JointDataset(LIVE, ((3, 0), (0, 2), (2, None)))
    assert joint.informative == (True, False, False)
    assert joint.known_arms == (2, 2)


def test_numpy_counts_become_plain_ones() -> None:
    joint = bi.JointDataset(LIVE, ((np.int64(3), np.int32(0)), (None, None), (None, None)))
    assert all(type(count) is int for count in joint.preterm[0])


@pytest.mark.parametrize(
    ("preterm", "words"),
    [
        (((9, 0), (None, None), (0, 0)), "A/B 2000: treatment arm: 9 preterm births among 8 live births"),
        (((1, 0), (None, 5), (0, 0)), "C, the second: control arm: 5 preterm births among 4 live births"),
        (((-1, 0), (None, None), (0, 0)), "found -1 preterm births"),
        (((1.5, 0), (None, None), (0, 0)), "preterm[0][0] is 1.5; it must be a whole number"),
        (((True, 0), (None, None), (0, 0)), "preterm[0][0] is True; it must be a whole number"),
        (((1, 0),), "1 pairs of preterm counts for 3 studies"),
    ],
)
def test_impossible_tables_are_refused(preterm: tuple[tuple[object, object], ...], words: str) -> None:
    with pytest.raises(bi.errors.DataError) as error:
        bi.JointDataset(LIVE, preterm)
    assert words in str(error.value)


def test_every_impossible_arm_is_named_at_once() -> None:
    with pytest.raises(bi.errors.DataError) as error:
        bi.JointDataset(LIVE, ((9, 7), (None, 5), (0, 0)))
    assert len(str(error.value).splitlines()) == 3


def test_denominators_must_be_the_live_births() -> None:
    among_pregnancies = bi.Dataset((bi.Study("Ö", 2, 9, 1, 9),), "mine", "preterm_birth")
    with pytest.raises(bi.errors.DataError) as error:
        bi.JointDataset.from_outcomes(LIVE, among_pregnancies)
    assert "Ö: treatment arm: counted among 9, but mine live_birth has 7 live births there" in str(
        error.value
    )


def test_a_study_nobody_knows_is_refused_unless_the_table_is_a_part() -> None:
    with pytest.raises(bi.errors.DataError, match=r"study 'Ö' is not in"):
        bi.JointDataset.from_outcomes(bi.Dataset(LIVE.studies[:2], "mine", "live_birth"), PRETERM)
    assert bi.JointDataset.from_outcomes(LIVE.trials("-Ö"), PRETERM).preterm == ((3, 0), (None, None))


def test_bad_cells_are_named() -> None:
    table = bi.JointDataset.from_outcomes(LIVE, PRETERM).as_dataset()
    frame = table.to_dataframe()
    frame.loc[0, "treatment_preterm"], frame.loc[2, "control_preterm"] = "few", "1.5"
    with pytest.raises(bi.errors.DataError) as error:
        bi.JointDataset.from_columns(bi.Dataset.from_dataframe(frame))
    assert len(str(error.value).splitlines()) == 2
    assert "A/B 2000: column treatment_preterm: found 'few'" in str(error.value)
    with pytest.raises(
        bi.errors.DataError, match="no column treatment_preterm and no column control_preterm"
    ):
        bi.JointDataset.from_columns(LIVE)


def test_a_file_with_rows_for_both_outcomes(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(LONG, encoding="utf-8")
    joint = bi.load_joint_dataset(path, ("born alive", "early"))
    assert joint.live.study_names == ("A, 1", "B", "C")
    assert joint.preterm == ((2, None), (2, 1), (None, None))
    with pytest.raises(bi.errors.DataError, match=r"no outcome 'preterm_birth'|no outcome 'live_birth'"):
        bi.load_joint_dataset(path)


def test_a_file_with_columns_for_preterm_births(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    bi.JointDataset.from_outcomes(LIVE, PRETERM).as_dataset().to_dataframe().drop(columns="outcome").to_csv(
        path, index=False
    )
    assert bi.load_joint_dataset(path).preterm == ((3, 0), (None, None), (2, 1))


def test_preterm_births_stated_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    lines = LONG.splitlines()
    path.write_text(
        "\n".join([f"{lines[0]},treatment_preterm", *(f"{line}," for line in lines[1:])]), encoding="utf-8"
    )
    with pytest.raises(bi.errors.DataError, match="stated twice"):
        bi.load_joint_dataset(path, ("born alive", "early"))


def test_the_case_knows_six_treatment_arms_and_no_control_arm() -> None:
    joint = bi.load_joint_dataset("ivig")
    assert joint == bi.JointDataset.from_outcomes(
        bi.load_dataset("ivig", "live_birth"), load_partial("ivig", "preterm_birth")
    )
    assert joint.known_arms == (6, 0)
    assert not any(joint.informative)
    assert dict(zip(joint.live.study_names, joint.preterm, strict=True))["Stricker 2000"] == (0, 0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"outcomes": ["a"]}, "outcomes: found ['a']; it must be two names"),
        ({"outcomes": ["a", "a"]}, "it must be two names"),
        ({"live_risk": 1}, "live_risk: found 1; it must be a risk between 0 and 1"),
        ({"preterm_risk": "many"}, "preterm_risk: found 'many'"),
        ({"rho": "normal(0, 1)"}, "rho: prior 'normal(0, 1)': a correlation has a prior such as lkj(2)"),
        ({"effects": "fixed"}, "effects: found 'fixed'; allowed are correlated, independent"),
        ({"tau_preterm": "normal(0, 1)"}, "tau_preterm: normal(0, 1) reaches below 0"),
        ({"mu_preterm": "flat()"}, "mu_preterm: flat() is improper"),
    ],
)
def test_impossible_joint_models_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.ModelError) as error:
        bi.models.JointOutcome(**settings)
    assert words in str(error.value)
