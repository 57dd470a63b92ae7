"""Tables of ratios and differences: which columns, which measure, which scale."""

import math

import pytest
from layout_grids import cells, read

from bayes_ivig.errors import DataError

LIMITS = ("estimate", "lower", "upper")


@pytest.mark.parametrize(
    "names",
    [
        "OR,lower,upper", "or,ci_low,ci_high", "Odds ratio,LCL,UCL", "OR,ll,ul",
        "OR,95% CI lower,95% CI upper",
        "OR,OR_lower,OR_upper", "odds_ratio,ci.lb,ci.ub", "OR,Lower limit,Upper limit", "or,or_l95,or_u95",
        "OR,2.5%,97.5%", "OR,Lower 95% CI,Upper 95% CI", "OR,low,high",
    ],
)  # fmt: skip
def test_ratios_with_limits(names: str) -> None:
    found = read(f"study,{names}\nA,0.5,0.2,1.2\nB,0.8,0.4,1.6\nOverall,0.7,0.4,1.1")
    assert found.measure == "OR"
    assert cells(found, *LIMITS) == {"A": ("0.5", "0.2", "1.2"), "B": ("0.8", "0.4", "1.6")}
    assert [each.code for each in found.left_out] == ["total"]
    assert "as the file gives them" in found.arms_why


@pytest.mark.parametrize(
    ("name", "code"), [("HR", "HR"), ("RR", "RR"), ("Hazard ratio", "HR"), ("rate ratio", "IRR")]
)
def test_the_measure_is_in_the_name(name: str, code: str) -> None:
    assert read(f"study,{name},lower,upper\nA,0.5,0.2,1.2").measure == code


def test_one_cell_for_all() -> None:
    found = read("study,OR (95% CI),p\nA,0.5 (0.2 to 1.2),0.1\nB,0.8 (0.4 to 1.6),0.5")
    assert cells(found, *LIMITS, "level")["A"] == ("0.5", "0.2", "1.2", "95")
    found = read("study,OR,95% CI\nA,0.5,0.2 to 1.2\nB,0.8,[0.4; 1.6]")
    assert cells(found, *LIMITS)["B"] == ("0.8", "0.4", "1.6")


def test_logs_with_errors() -> None:
    for names in ("logOR,se", "lnOR,selnOR", "log odds ratio,SE(log OR)", "logor,standard error"):
        found = read(f"study,{names}\nA,-0.5,0.1\nB,0.2,0.3")
        assert (found.measure, cells(found, "yi", "sei")["A"]) == ("OR", ("-0.5", "0.1"))
    found = read("study,yi,vi\nA,-0.5,0.1", measure="hr")
    assert (found.measure, cells(found, "yi", "vi")["A"]) == ("HR", ("-0.5", "0.1"))
    found = read("studlab,TE,seTE\nA,-0.5,0.1", measure="SMD")
    assert cells(found, "yi", "sei")["A"] == ("-0.5", "0.1")


def test_logs_with_limits_become_ratios() -> None:
    found = read("study,lnRR,lower,upper\nA,-0.5,-1.0,0.0")
    assert tuple(map(float, cells(found, *LIMITS)["A"])) == pytest.approx(
        tuple(map(math.exp, (-0.5, -1.0, 0.0)))
    )


def test_the_scale_of_an_effect_without_a_name_is_told_by_its_limits() -> None:
    assert (
        cells(read("study,es,ll,ul\nA,0.61,0.37,1.0\nB,1.2,0.6,2.4", measure="OR"), *LIMITS)["A"][0] == "0.61"
    )
    found = read("study,es,ll,ul\nA,0.61,0.11,1.11\nB,1.2,0.2,2.2", measure="OR")
    assert float(cells(found, *LIMITS)["A"][0]) == pytest.approx(math.exp(0.61))
    with pytest.raises(DataError, match="ratios, or their logs"):
        read("study,effect,se\nA,0.61,0.11\nB,1.2,0.2", measure="OR")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("study,yi,vi\nA,-0.5,0.1", "no measure; say which: --measure OR"),
        ("study,effect,lower,upper\nA,0.5,0.2,1.2", "no measure; say which"),
        ("study,OR,se\nA,0.5,0.2", "of the ratio or of its log"),
        ("study,OR,lower,upper\nA,-0.5,-1,0.2", "a ratio is above 0: is it a log"),
        ("study,OR,lower,upper\nA,0.5,0.6,1.2", "lies outside its limits"),
        ("study,OR,lower,upper\nA,x,0.6,1.2", "row 2: column OR: found 'x'; must be a number"),
    ],
)
def test_estimates_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(text)


def test_the_stated_measure_must_not_contradict_the_name() -> None:
    with pytest.raises(DataError, match="--measure RR, but the columns are of OR"):
        read("study,OR,lower,upper\nA,0.5,0.2,1.2", measure="RR")


def test_several_effects_need_a_choice() -> None:
    text = "study,OR,RR,lower,upper\nA,0.5,0.6,0.2,1.2\nB,0.8,0.9,0.4,1.6"
    with pytest.raises(DataError, match="several effects: OR, RR; choose one with --measure"):
        read(text)
    assert read(text, measure="RR").measure == "RR"
    own = read("study,OR,OR_lower,OR_upper,p\nA,0.5,0.2,1.2,0.1")
    assert own.measure == "OR"


def test_trials_with_counts_beside_trials_with_a_ratio_only() -> None:
    found = read(
        "study,ai,n1i,ci,n2i,OR,lower,upper\nA,1,10,2,12,,,\nB,NA,NA,NA,NA,0.8,0.4,1.6\nC,3,11,4,15,9,1,99"
    )
    assert found.measure == "OR"
    assert cells(found, "treatment_events", "estimate") == {"A": ("1", ""), "B": ("", "0.8"), "C": ("3", "")}
    assert not found.left_out
    with pytest.raises(DataError, match="row 3 hold HR only"):
        read("study,ai,n1i,ci,n2i,HR,lower,upper\nA,1,10,2,12,,,\nB,NA,NA,NA,NA,0.8,0.4,1.6")


def test_o_minus_e_and_its_variance() -> None:
    for names in ("O-E,V", "o_minus_e,variance", "O-E,Variance"):
        found = read(f"study,{names}\nA,-3.5,4.1")
        assert cells(found, "o_minus_e", "variance") == {"A": ("-3.5", "4.1")}
        assert found.measure == "OR"
        assert any("Peto's odds ratio; say --measure HR" in note for note in found.notes)
    hazards = read("study,O-E,V\nA,-3.5,4.1", measure="HR")
    assert (hazards.measure, hazards.notes) == ("HR", ())


def test_an_effect_with_its_p_value_alone() -> None:
    found = read("study,OR,p\nA,0.5,0.04\nB,0.8,<0.05")
    assert cells(found, "estimate", "p_value")["A"] == ("0.5", "0.04")
