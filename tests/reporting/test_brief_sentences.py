"""What a brief says of tables of other people: whole sentences, and what holds for all of them."""

import math
import re
from pathlib import Path

import pytest
from brief_cases import CASES, brief_case
from hypothesis import example, given
from hypothesis import strategies as st

from bayes_ivig.measures import MEASURES, measure_of
from bayes_ivig.reporting.brief.answer_words import subject
from bayes_ivig.reporting.brief.sentences import BriefSentences, brief_sentences
from bayes_ivig.reporting.document.inline import Link
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.results.brief import codes

MOST_WORDS = 500
DOCS = Path(__file__).parents[2] / "docs" / "results_json.md"
VERDICTS: dict[str, tuple[str, ...]] = {
    "ivig": (
        (
            "It depends on what IVIG is compared with: five odds ratios lie on both sides of 1; two 95% "
            "credible intervals exclude it."
        ),
        (
            "Instead of heparin and aspirin in antibody-positive women, live birth is almost certainly "
            "less frequent (odds ratio 0.25, 0.09 to 0.69; probability of benefit 0.006; two trials, "
            "randomised)."
        ),
        (
            "Against nothing, by refusal, it is almost certainly more frequent (odds ratio 137, 9.89 to "
            "> 999; benefit > 0.999; one trial, not randomised); against placebo in antibody-negative "
            "women very probably (benefit 0.938; one trial, randomised); instead of a steroid probably "
            "(benefit 0.817; two trials, not known to be randomised)."
        ),
        (
            "Against placebo or vitamins in antibody-positive women, no direction can be told (benefit "
            "0.445; two trials, randomised)."
        ),
        (
            "Instead of heparin and aspirin, set against placebo, vitamins or nothing: ratio 0.05 "
            "(0.008 to 0.30) under a wide prior, 0.31 (0.03 to 1.33) under a narrow one; comparison, "
            "people and design cannot be separated."
        ),
        (
            "The paper's odds ratio of 2.86 (95% confidence interval 1.04 to 7.90) mixes four "
            "comparisons; its six trials give 3.66 (1.50 to 11.57; benefit 0.997) here, all nine trials "
            "1.80 (0.69 to 5.32; benefit 0.886)."
        ),
        (
            "One or two trials each cannot tell how far trials differ; a new trial's effect may lie on "
            "either side of 1 in three of five."
        ),
    ),
    "no event at all": (
        (
            "Nothing was learnt about the odds ratio: no trial can tell the arms apart (no events, or "
            "only events, in both arms). What follows is the prior, but for what the baseline prior "
            "adds."
        ),
    ),
    "only events": (
        (
            "Nothing was learnt about the odds ratio: no trial can tell the arms apart (no events, or "
            "only events, in both arms). What follows is the prior, but for what the baseline prior "
            "adds."
        ),
    ),
    "one trial": (
        (
            "In the only trial, death is very probably less frequent with drug than with placebo (odds "
            "ratio 0.35, 0.08 to 1.53; probability of benefit 0.927); the interval leaves an important "
            "difference open both ways."
        ),
        (
            "In a new trial the odds ratio would lie between 0.06 and 2.16 (95% prediction interval), "
            "probably on the same side; with one trial to go by, little shows how far trials differ."
        ),
    ),
    "huge": (
        (
            "In all three trials, cure is almost certainly more frequent with antibiotic than with no "
            "treatment (odds ratio 306, 80.41 to > 999; probability of benefit > 0.999); the whole "
            "interval lies beyond 1.25, the margin of an important difference."
        ),
        (
            "In a new trial the odds ratio would lie between 56.01 and > 999 (95% prediction interval), "
            "almost certainly on the same side."
        ),
    ),
    "harmful": (
        (
            "In both trials, adverse event is almost certainly more frequent with honey than with no "
            "treatment (odds ratio 28.90, 2.53 to > 999; probability of benefit 0.002); the whole "
            "interval lies beyond 1.25, the margin of an important difference."
        ),
        (
            "In a new trial the odds ratio would lie between 2.07 and > 999 (95% prediction interval), "
            "almost certainly on the same side; with two trials to go by, little shows how far trials "
            "differ."
        ),
    ),
    "contradictory": (
        (
            "In all four trials, whether relief is more or less frequent with cream than with "
            "comparator cannot be told (odds ratio 0.97, 0.35 to 2.63; probability of benefit 0.470); "
            "the interval leaves an important difference open both ways."
        ),
        (
            "The direction depends on the choice of trials: in the early trials almost certainly more "
            "frequent (3.08, 1.38 to 6.77; 0.993); in the late trials almost certainly less frequent "
            "(0.30, 0.13 to 0.68; 0.005)."
        ),
        (
            "In a new trial the odds ratio would lie between 0.11 and 8.29 (95% prediction interval), "
            "so it may go either way."
        ),
    ),
    "contradictory comparisons": (
        (
            "It depends on what cream is compared with: three odds ratios lie on both sides of 1; two "
            "95% credible intervals exclude it."
        ),
        (
            "Against ointment, relief is almost certainly more frequent (odds ratio 3.08, 1.38 to 6.77; "
            "probability of benefit 0.993; two trials)."
        ),
        (
            "Against tablets, it is almost certainly less frequent (odds ratio 0.30, 0.13 to 0.68; "
            "benefit 0.005; two trials)."
        ),
        "Against nothing, no direction can be told (benefit 0.564; one trial).",
        (
            "Against ointment, set against tablets: ratio 10.49 (3.66 to 29.67) under a wide prior, "
            "5.49 (1.09 to 16.87) under a narrow one."
        ),
        "All five trials give 0.99 (0.40 to 2.45; benefit 0.490), mixing three of these comparisons.",
        (
            "One or two trials each cannot tell how far trials differ; a new trial's effect may lie on "
            "either side of 1 in two of three."
        ),
    ),
    "null": (
        (
            "In all four trials, colds hardly differ between vitamin and placebo (odds ratio 1.00, 0.95 "
            "to 1.06; probability of benefit 0.447); the whole interval lies between 0.8 and 1.25, "
            "where no difference is called important."
        ),
        (
            "In a new trial the odds ratio would lie between 0.89 and 1.13 (95% prediction interval), "
            "so it may go either way."
        ),
    ),
    "not stated": (
        (
            "In all six trials, the event is almost certainly less frequent with treatment than with "
            "control (odds ratio 0.19, 0.10 to 0.36; P(OR > 1) < 0.001); the whole interval lies beyond "
            "0.8, the margin of an important difference."
        ),
        (
            "In a new trial the odds ratio would lie between 0.05 and 0.62 (95% prediction interval), "
            "almost certainly on the same side."
        ),
    ),
    "hazard ratios": (
        (
            "In all three trials, the rate of relapse is very probably lower with drug than with "
            "placebo (hazard ratio 0.75, 0.50 to 1.08; probability of benefit 0.955)."
        ),
        (
            "In a new trial the hazard ratio would lie between 0.36 and 1.50 (95% prediction interval), "
            "probably on the same side."
        ),
    ),
    "mean differences": (
        (
            "In all three trials, pain score is very probably lower with splint than with no splint "
            "(mean difference -2.42, -5.26 to 0.28; probability of benefit 0.964)."
        ),
        (
            "In a new trial the mean difference would lie between -6.95 and 1.89 (95% prediction "
            "interval), very probably on the same side."
        ),
    ),
    "many trials": (
        (
            "In all 22 trials, deaths within two years are almost certainly less frequent with beta "
            "blocker than with control (odds ratio 0.78, 0.69 to 0.89; probability of benefit 0.999)."
        ),
        (
            "In a new trial the odds ratio would lie between 0.55 and 1.11 (95% prediction interval), "
            "very probably on the same side."
        ),
    ),
    "summary only": (
        (
            "From the published summary alone, not from counts (all three numbers as printed), stay is "
            "almost certainly lower with drug than with placebo (mean difference -1.30, -2.10 to -0.50; "
            "P(MD > 0) = 0.001)."
        ),
    ),
}
QUESTIONS = {
    "one trial": "Is death more or less frequent with drug than with placebo, and how sure?",
    "many trials": (
        "Are deaths within two years more or less frequent with beta blocker than with control, and how sure?"
    ),
    "not stated": ("Is the event more or less frequent with treatment than with control, and how sure?"),
    "hazard ratios": ("Is the rate of relapse higher or lower with drug than with placebo, and how sure?"),
    "mean differences": ("Is pain score higher or lower with splint than with no splint, and how sure?"),
}


def lines(said: BriefSentences) -> list[str]:
    """Return every line of a brief as plain text."""
    found = [said.question, *said.verdict, said.words, said.model, said.harm]
    for part in (said.hangs_on, said.would_change, said.wrong, said.limits):
        for line in part:
            parts = (line,) if isinstance(line, str) else line
            found.append("".join(each.text if isinstance(each, Link) else str(each) for each in parts))
    return [line for line in found if line]


@pytest.mark.parametrize("name", VERDICTS)
def test_a_verdict_says_just_this(name: str) -> None:
    said = brief_sentences(brief_case(name)).verdict
    assert tuple(line.replace(numbers.MINUS, "-") for line in said) == VERDICTS[name]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_asked_in_the_words_of_the_measure(name: str) -> None:
    assert brief_sentences(brief_case(name)).question == QUESTIONS[name]


@pytest.mark.parametrize("name", ["ivig", *CASES])
def test_every_sentence_is_fit_to_print(name: str) -> None:
    said = lines(brief_sentences(brief_case(name)))
    for line in said:
        assert not re.search(r"\bnan\b|\binf\b|None|  | \(\)|\( |; ;|, ,|\.\.|\{|\}", line), line
        assert line[0].isupper() or line[0].isdigit(), line
        assert line.endswith((".", "?")), line
    assert sum(len(re.findall(r"\S*\w\S*", line)) for line in said) <= MOST_WORDS


@pytest.mark.parametrize("name", ["no event at all", "only events"])
def test_where_nothing_was_learnt_no_direction_is_named(name: str) -> None:
    text = " ".join(brief_sentences(brief_case(name)).verdict)
    assert "Nothing was learnt" in text and "probably" not in text and "certainly" not in text


def test_where_the_direction_is_not_stated_no_benefit_is_named() -> None:
    text = " ".join(lines(brief_sentences(brief_case("not stated"))))
    assert "P(OR > 1)" in text and "probability of benefit" not in text


@given(st.floats(0, 1))
def test_certainty_is_chosen_by_what_is_printed(value: float) -> None:
    shown = numbers.bare_probability(value)
    assert codes.certainty_of(value) == codes.certainty_of(float(shown))
    likelier = max(round(float(shown) * 1000), 1000 - round(float(shown) * 1000))
    steps = ((990, "almost certain"), (900, "very probable"), (660, "probable"))
    assert codes.certainty_of(value) == next((code for least, code in steps if likelier >= least), "open")


@example("MD", 0.0001972718057801957)
@example("MD", 2.5e8)
@example("OR", 137.48)
@given(st.sampled_from(["OR", "HR", "MD", "RD"]), st.floats(-2e7, 2e7))
def test_limits_are_compared_as_they_are_printed(code: str, value: float) -> None:
    measure = measure_of(code)
    value = abs(value) if measure.log else value
    shown = effects.cell(measure, value).replace(numbers.MINUS, "-")
    if not shown.startswith((">", "<")):  # a bound
        assert float(shown) == codes.printed_effect(measure, value)


def test_an_interval_lies_to_its_margin_as_printed() -> None:
    ratio, zone = measure_of("OR"), (0.8, 1.25)
    assert codes.size_of(ratio, (0.7951, 1.2549), zone) == "within"
    assert codes.size_of(ratio, (0.79, 1.26), zone) == "both"
    assert codes.size_of(ratio, (1.2551, math.inf), zone) == "beyond"
    assert codes.size_of(ratio, (0.4, 1.1), zone) == "some"
    assert codes.size_of(measure_of("MD"), (-9, 9), (0.0, 0.0)) == "some"
    assert codes.includes_no_effect(ratio, (0.1, 0.9951)) and not codes.includes_no_effect(ratio, (0.1, 0.99))


def test_agreement_needs_two_directions_to_differ() -> None:
    assert codes.agreement_of(["more", "open", "fewer"]) == "differs"
    assert codes.agreement_of(["more", "more"]) == "same"
    assert codes.agreement_of(["more", "open"]) == "some"
    assert codes.agreement_of(["open", "open"]) == "none"


@pytest.mark.parametrize(
    ("outcome", "verb"),
    [("death at 6 months", "is"), ("adverse events", "are"), ("arthritis", "is"), ("illness", "is")],
)
def test_a_plural_has_its_verb(outcome: str, verb: str) -> None:
    assert subject(measure_of("RR"), outcome).verb == verb
    assert all(subject(each, "").text.startswith("the ") for each in MEASURES)


def test_the_thresholds_stand_in_the_documentation_as_in_the_module() -> None:
    rows = [line for line in (codes.__doc__ or "").splitlines() if line.startswith("| ")]
    page = DOCS.read_text(encoding="utf-8")
    assert len(rows) > 10 and [row for row in rows if row.replace("``", "`") not in page] == []
    assert [f"{least:.2f}" for least, _ in codes.STEPS] == ["0.99", "0.90", "0.66"]
