"""Printed ratios: the usual ways of printing one read alike,
and a text that cannot be read says why in one line.
"""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.evidence import evidence
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.ratios.printed import PrintedRatio
from bayes_ivig.priors.ratios.reading import read_printed

ODDS = "OR 0.74 (0.41 to 1.33)"
RISK = "RR 1.25 (1.00 to 1.56)"
LOG = "log OR -0.30 (SE 0.30)"
SAME = {
    ODDS: (
        "OR 0.74, 95% CI 0.41-1.33", "OR 0.74 (0.41, 1.33)", "OR=0.74; 95% CI: 0.41 to 1.33",
        "0.74 [0.41; 1.33]", "OR 0.74 (0.41\u20131.33)",
        "odds ratio 0.74, 95 % confidence interval 0.41 to 1.33", "aOR 0.74 (95% CI, 0.41-1.33)",
        "adjusted OR 0.74 (95% CI 0.41-1.33; P = .32)", "OR 0.74 (0.41 to 1.33), p=0.32",
        "OR 0\u00b774 (0\u00b741\u20131\u00b733)", "0,74 (0,41 bis 1,33)", "0,74 (0,41-1,33)",
        "OR 0,74 (0,41, 1,33)", "OR 0,74 (95%-KI 0,41 bis 1,33; p = 0,32)", "OR (95% CI): 0.74 (0.41-1.33)",
        "OR (95% CI) 0.74 (0.41, 1.33)", "Odds ratio (OR) 0.74; 95% CI 0.41\u20131.33",
        "odds ratio [OR], 0.74; 95% confidence interval [CI], 0.41-1.33", "OR: 0.74 95% CI [0.41, 1.33].",
        "pooled OR of 0.74 (95%CI: 0.41~1.33), I\u00b2 = 23%, k = 9",
        "OR 0.74 (95% CI between 0.41 and 1.33)", "OR 0,74 (IC95% : 0,41 \u00e0 1,33)",
        "OR 0.74 (CI 95% 0.41-1.33)", "OR 0.74, 0.41 to 1.33",
        "OR\u00a00.74 (95% credible interval 0.41\u20141.33)", " or .74 ( .41 to 1.33 ) ",
    ),
    RISK: (
        "RR 1.25 (95% CI 1.00\u20131.56)", "relative risk 1.25 (1.00 to 1.56)",
        "Risk ratio: 1.25 [1.00; 1.56] (P = 0.05)", "RR = 1.25, 95% CI = 1.00 to 1.56",
        "aRR 1,25 (1,00-1,56)",
    ),
    LOG: (
        "log OR \u22120.30 (SE 0.30)", "ln(OR) -0.30, SE 0.30", "logOR = \u20130.30 (SE = 0.30)",
        "log odds ratio -0,30 (SE 0,30)",
        "log OR -0.30; standard error 0.30",
    ), "log OR -0.30 (-0.89 to 0.29)": ("log odds ratio \u22120.30 (95% CI \u22120.89 to 0.29)",
    "lnOR -0.30 [-0.89, 0.29]"), "OR 0.74 (90%: 0.45 to 1.22)": ("OR 0.74 (90% CI 0.45-1.22)",
    "OR 0.74; 90 % CI: 0.45 to 1.22"), "OR 0.74 (99%: 0.34 to 1.60)": ("OR 0.74 (99%CI 0.34, 1.60)", ),
    "OR 0.741 (0.412 to 1.333)": ("0,741 (0,412 bis 1,333)", ), "OR 2 (1 to 4)": ("OR 2 (1,4)", "OR 2 (1-4)"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("canonical", "text"), [(key, text) for key, texts in SAME.items() for text in (key, *texts)]
)
def test_the_usual_ways_read_alike(canonical: str, text: str) -> None:
    found = read_printed(text)
    assert found is not None
    assert found.named == (text.strip()[0] not in "0123456789.")
    assert str(found) == (canonical if found.named else canonical.removeprefix("OR "))
    assert read_printed(str(found)) == found


def test_a_bare_number_says_what_it_was_taken_for() -> None:
    prior = evidence("0.74 [0.41; 1.33]")
    assert "no measure is named: taken as an odds ratio" in prior.source
    assert parse_prior(str(prior)) == prior


def test_logs_by_hand() -> None:
    known = {ODDS: (math.log(0.74), math.log(1.33 / 0.41) / (2 * 1.959963985)), LOG: (-0.3, 0.3)}
    known["OR 0.74 (90% CI 0.45-1.22)"] = (math.log(0.74), math.log(1.22 / 0.45) / (2 * 1.644853627))
    known["log OR -0.30 (-0.89 to 0.29)"] = (-0.3, 1.18 / (2 * 1.959963985))
    for text, expected in known.items():
        found = read_printed(text)
        assert found is not None
        assert found.logs == pytest.approx(expected, rel=1e-9)


@given(
    st.floats(-2, 2),
    st.floats(0.05, 1),
    st.sampled_from([2, 3]),
    st.sampled_from(["{} ({} to {})", "{}, 95% CI {}-{}", "{} [{}; {}]"]),
)
def test_every_honest_result_fits_and_reads_back(mean: float, sd: float, places: int, form: str) -> None:
    """Numbers that a paper rounds from one normal are never refused, whatever they are."""
    shown = [f"{math.exp(mean + score * sd):.{places}f}" for score in (0, -1.959963985, 1.959963985)]
    if float(shown[1]) > 0 and float(shown[1]) < float(shown[2]):
        found = read_printed(f"OR {form.format(*shown)}")
        assert found is not None
        assert read_printed(str(found)) == found
        assert str(found) == f"OR {shown[0]} ({shown[1]} to {shown[2]})"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "OR 0.11 (0.10 to 8.0)",
            ("the middle of the limits on the log scale is 0.89", "0.10 to 0.12 or 0.0015 to 8.0"),
        ),
        ("OR 1.28 (0.87 to 2.10)", ("an estimate of 1.35", "limits of 0.87 to 1.88 or 0.78 to 2.10")),
        ("OR 0,11 (0,10 bis 8,0)", ("do not fit within their rounding",)),
        # symmetric as it stands
        ("OR 0.74 (0.30 to 1.18)", ("the middle of the limits on the log scale is 0.59",)),
        (
            "log OR -0.30 (-0.89 to 0.59)",
            ("the middle of the limits is -0.15", "-0.89 to 0.29 or -1.19 to 0.59"),
        ),
        ("HR 0.74 (0.41 to 1.33)", ("a hazard ratio is neither an odds ratio nor a risk ratio",)),
        ("hazard ratio 0.74, 95% CI 0.41-1.33", ("a hazard ratio is neither",)),
        ("IRR 0.74 (0.41 to 1.33)", ("a rate ratio is neither",)),
        ("RD 0.1 (0.05 to 0.2)", ("comes from an OR or an RR",)),
        ("ARR 0.10 (0.05 to 0.20)", ("ARR is an absolute risk reduction",)),
        ("NNT 12 (8 to 24)", ("a number needed to treat is not carried",)),
        ("mean difference 0.74 (0.41 to 1.33)", ("a difference of means",)),
        ("OR 3 (1 to 2)", ("the estimate 3 lies outside its own limits",)),
        ("OR 1.2 (2 to 1)", ("the limits stand the wrong way round: 2 is above 1",)),
        ("OR 1 (1 to 1)", ("the two limits are one number",)),
        ("OR -0.5 (0.2 to 0.9)", ("the estimate is -0.5; a ratio is above 0", "write log OR")),
        ("OR 1.5 (0 to 3)", ("the lower limit is 0; a ratio is above 0",)),
        ("OR 1.2 (100%: 1 to 2)", ("the level is 100%",)),
        ("OR 1.2 (5%: 1 to 1.4)", ("the level is 5%; an interval has at least 50%",)),
        ("OR 0.74", ("0.74 stands without its confidence limits",)),
        ("OR 0.74, P = .03", ("0.74 stands without its confidence limits",)),
        ("OR 0.74 (SE 0.2)", ("a standard error above 0 stands beside the logarithm",)),
        ("log OR -0.30 (SE 0)", ("the standard error is 0",)),
        ("OR 0.41 to 1.33", ("read the numbers 0.41, 1.33, but not which",)),
        ("95% CI 0.41 to 1.33; k = 9, OR 1", ("read the numbers 0.41, 1.33, 1, but not which",)),
        ("OR 0.7412 to 1.33", ("read the numbers 0.7412, 1.33, but not which",)),
        ("95% CI 0.41 to 1.33", ("read the numbers 0.41, 1.33, but not which",)),
        ("(0.41 to 1.33)", ("read the numbers 0.41, 1.33, but not which",)),
        ("OR", ("no number stands in it",)),
        ("OR 0.74 0.41 1.33", ("read the numbers 0.74, 0.41, 1.33, but not which",)),
        ("OR 0.74 (0.41 to )", ("read the numbers 0.74, 0.41, but not which",)),
        ("OR 0.74 (95% CI 0.41 to 1.33; 90% CI 0.45 to 1.22)", ("two intervals of different levels",)),
        ("1,234 (1,100 to 1,400)", ("mark thousands",)),
        ("0.74 (0,41 to 1,33)", ("decimal points and commas are mixed",)),
        ("OR 0,74 (0,41,1,33)", ("commas both mark decimals and separate",)),
        ("OR 0.74 (0.41 to 1.33), P = .001", ("P = .001 does not fit limits that include 1",)),
        ("OR 0.74 (0.41 to 1.33; p < 0.01)", ("P < 0.01 does not fit limits that include 1",)),
        (
            "OR 2.10 (1.40 to 3.15; p = 0,4)".replace(",", "."),
            ("P = 0.4 does not fit limits that leave out 1",),
        ),
        ("log OR 0.70 (0.30 to 1.10), P > .2", ("P > .2 does not fit limits that leave out 0",)),
        ("Smith 0.74 (0.41 to 1.33)", ("'Smith' names no ratio; begin with OR or RR",)),
        ("OR " + "1," * 300, ("characters are no one result",)),
    ],
)
def test_a_result_that_cannot_be_read_says_why(text: str, words: tuple[str, ...]) -> None:
    """In one line, and never with the list of bundled papers."""
    with pytest.raises(ModelError) as caught:
        parse_prior(f'evidence("{text}")')
    message = str(caught.value)
    for each in words:
        assert each in message
    assert "\n" not in message
    assert "Kofod" not in message


def test_a_name_is_no_result() -> None:
    assert read_printed("Kofod 2025") is None
    with pytest.raises(
        ModelError,
        match=r"did you mean 'Kofod 2025'\?\); of a result that is not bundled, write it as printed",
    ):
        evidence("Koford 2025")


def test_digits_cut_off_are_no_fault() -> None:
    """1.259, 1.009 and 1.571, cut off to two decimals: the middle of 1.00 and 1.57 is 1.253."""
    assert read_printed("OR 1.25 (1.00 to 1.57)") is not None
    assert PrintedRatio("OR", 1.2, 0.5, 2.0).off_the_middle.startswith(
        "its estimate stands 0.5 standard errors off"
    )


@given(
    st.lists(
        st.sampled_from(
            [
                "OR",
                "RR",
                "log",
                "(",
                ")",
                "[",
                "]",
                "95%",
                "CI",
                "to",
                "-",
                "\u2013",
                ",",
                " ",
                ";",
                "0.74",
                "1.33",
                "0,41",
                "12",
                "P",
                "=",
                "SE",
            ]
        ),
        max_size=20,
    )
)
def test_no_digit_is_lost_or_moved(pieces: list[str]) -> None:
    """Whatever reads has every number of its text, whole: as estimate, limits, error, level or P-value."""
    text = "".join(pieces)
    try:
        found = read_printed(text)
    except ModelError as error:
        assert "\n" not in str(error)
        return
    if found is not None:
        numbers = {str(abs(value)) for value in (found.estimate, found.lower, found.upper, found.se)}
        wholes = {f"{float(each.replace(',', '.'))}" for each in re.findall(r"\d+(?:[.,]\d+)?", text)}
        assert numbers - {"0.0"} <= wholes
