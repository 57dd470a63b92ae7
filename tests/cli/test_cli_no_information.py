"""Every command says which trials cannot tell the arms apart, that nothing was learnt,
and where the baseline prior decides.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from command import Ran, table
from meaning import tells

pytestmark = pytest.mark.slow

type Ask = Callable[..., Ran]

SILENT = "A,0,100,0,100\nB,0,50,0,50\nC,0,200,0,200\n"
MIXED = "A,0,100,0,100\nB,3,50,6,50\nC,7,7,9,9\nD,4,40,9,45\n"
# rare events, arms of unlike size: the baseline prior takes part wherever it is placed
UNEVEN = "A,1,12,0,60\nB,0,10,1,40\n"
NOTHING = (
    "Nothing was learnt about the odds ratio: no trial can tell the arms apart (no events, "
    "or only events, in both arms)."
)
COMMANDS = ("fit", "benefit", "tipping", "check", "compare-priors", "subsets")


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_learnt_stands_before_the_numbers(ask: Ask, tmp_path: Path, command: str) -> None:
    ran = ask(command, table(tmp_path, SILENT))
    text = flat(ran.out)
    assert ran.status == 0
    assert NOTHING in text
    assert text.index(NOTHING) < text.index("0.")  # before any probability or odds ratio
    assert tells(text, "what follows is the prior")
    assert tells(text, "A, 0/100 v 0/100", "B, 0/50 v 0/50", "C, 0/200 v 0/200", "baseline prior")


@pytest.mark.parametrize("command", COMMANDS)
def test_silent_trials_are_named_where_others_tell(ask: Ask, tmp_path: Path, command: str) -> None:
    text = flat(ask(command, table(tmp_path, MIXED)).out)
    assert "Nothing was learnt" not in text
    assert tells(text, "cannot tell the arms apart", "A, 0/100 v 0/100", "C, 7/7 v 9/9", "baseline prior")
    without = flat(ask(command, table(tmp_path, MIXED), "--trials", "-uninformative").out)
    assert "cannot tell the arms apart" not in without


@pytest.mark.parametrize("command", ["fit", "benefit", "tipping", "check", "compare-priors"])
def test_the_remark_on_the_baseline_prior_is_everywhere(ask: Ask, tmp_path: Path, command: str) -> None:
    assert "the baseline prior matters" in flat(ask(command, table(tmp_path, UNEVEN)).out)
    even = "A,10,40,20,40\nB,12,50,18,50\nC,15,45,20,44\n"
    assert "the baseline prior matters" not in flat(ask(command, table(tmp_path, even)).out)


def test_the_documents_say_it_in_codes(ask: Ask, tmp_path: Path) -> None:
    silent, mixed = table(tmp_path, SILENT, "silent.csv"), table(tmp_path, MIXED, "mixed.csv")
    for command in ("fit", "tipping", "check"):
        found = ask(command, silent, "--json").document
        assert (found["k"], found["k_informative"], found["k_listed"], found["learnt_nothing"]) == (
            3,
            0,
            3,
            True,
        )
        found = ask(command, mixed, "--json").document
        assert (found["k"], found["k_informative"], found["learnt_nothing"]) == (4, 2, False)
        assert found["uninformative"] == ["A", "C"]
        assert set(found["baseline_check"]) == {
            "prior",
            "other_prior",
            "prob_or_gt_1",
            "other_prob_or_gt_1",
            "decides",
        }
    (row,) = ask("benefit", silent, "--json").document["rows"]
    assert (row["k_informative"], row["learnt_nothing"]) == (0, True)
    for command in ("compare-priors", "subsets"):
        rows = ask(command, silent, "--json").document["rows"]
        assert {row["k_informative"] for row in rows} == {0}
    assert ask("pool", mixed, "--json").document["k_informative"] == 2


def test_without_a_baseline_the_document_says_why_there_is_no_check(ask: Ask, tmp_path: Path) -> None:
    found = ask("fit", table(tmp_path, MIXED), "--likelihood", "hypergeometric", "--json").document
    assert found["baseline_check"] is None
    assert "baseline_check null: the hypergeometric likelihood has no baseline prior" in found["note"]
    assert (found["k"], found["k_informative"], found["uninformative"]) == (2, 2, [])


def test_several_posteriors_say_in_which_nothing_was_learnt(ask: Ask, tmp_path: Path) -> None:
    text = flat(ask("benefit", table(tmp_path, MIXED), "--trials", "A,C", "--trials", "B,D").out)
    assert tells(text, NOTHING[:-1], "trials A,C") and tells(text, "what stands there is the prior")
    text = flat(ask("compare-priors", table(tmp_path, MIXED), "--trials", "A,C", "--trials", "B,D").out)
    assert "A, C (nothing learnt)" in text
    assert "B, D (nothing learnt)" not in text
    assert "nothing was learnt in 6 of 12 rows" in text
    text = flat(ask("subsets", table(tmp_path, MIXED), "--cumulative").out)
    assert "A (nothing learnt)" in text
    assert "B (nothing learnt)" not in text
    # A, C, and both
    assert "nothing was learnt in 3 of 15 subsets" in flat(ask("subsets", table(tmp_path, MIXED)).out)


def test_absolute_effects_of_nothing_are_called_so(ask: Ask, tmp_path: Path) -> None:
    """Where there are any: with a stated control risk, not where the control arms carry none."""
    stated = flat(ask("benefit", table(tmp_path, SILENT), "--baseline-risk", "0.2").out)
    assert stated.index("events per 1000 and the numbers needed to treat") < stated.index("per 1000 people")
    assert tells(stated, "pooled effect (mu)", "absolute effects")
    carried = flat(ask("benefit", table(tmp_path, SILENT)).out)
    assert tells(carried, "no absolute effects", "control arms", "no event")
    assert "events per 1000" not in carried
    assert "in the absolute effects" not in carried


def test_benefit_against_harm(ask: Ask, tmp_path: Path) -> None:
    """A harm that no trial informs is no finding, and neither is such a benefit."""
    rows = "".join(f"{line},cure\n" for line in SILENT.split()) + "".join(
        f"{line},harm\n" for line in MIXED.split()
    )
    path = tmp_path / "two.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total,outcome\n"
    path.write_text(header + rows, encoding="utf-8")
    (tmp_path / "two.toml").write_text(
        '[outcomes.cure]\nevent = "good"\ndenominator = "patients"\n[outcomes.harm]\nevent = "bad"\n'
        'denominator = "patients"\n',
        encoding="utf-8",
    )
    # the control arms of trials without events carry none
    risks = ("--benefit-risk", "0.1", "--harm-risk", "0.1")
    asked = ("benefit-harm", str(path), "--benefit", "cure", "--harm", "harm", *risks)
    text = flat(ask(*asked).out)
    assert tells(text, NOTHING[:-1], "Cure") and tells(text, "what stands there is the prior")
    assert tells(text, "cannot tell the arms apart", "A, 0/100 v 0/100", "C, 7/7 v 9/9")
    found = ask(*asked, "--json").document["information"]
    assert (found["benefit"]["learnt_nothing"], found["harm"]["learnt_nothing"]) == (True, False)
    turned = ("benefit-harm", str(path), "--benefit", "harm", "--harm", "cure", *risks)
    (tmp_path / "two.toml").write_text(
        '[outcomes.cure]\nevent = "bad"\ndenominator = "patients"\n[outcomes.harm]\nevent = "good"\n'
        'denominator = "patients"\n',
        encoding="utf-8",
    )
    assert "No data inform the odds ratio of the harm" in flat(ask(*turned).out)
    assert not ask(*turned, "--json").document["readings"][0]["informed"]


@pytest.mark.parametrize("likelihood", ["hypergeometric", "normal"])
def test_likelihoods_that_cannot_use_them_refuse(ask: Ask, tmp_path: Path, likelihood: str) -> None:
    ran = ask("fit", table(tmp_path, SILENT), "--likelihood", likelihood)
    assert ran.status == 2
    assert "no study carries information" in ran.err
    assert "Traceback" not in ran.err


def test_tables_of_many_posteriors_have_keys_for_what_was_not_learnt(ask: Ask, tmp_path: Path) -> None:
    priors = ("--mu", "normal(0, 1)", "--tau", "half_normal(0.5)")
    silent = ask("compare-priors", table(tmp_path, SILENT), *priors, "--json").document
    assert (silent["uninformative"], silent["learnt_nothing"]) == (["A", "B", "C"], True)
    assert [row["learnt_nothing"] for row in silent["rows"]] == [True]
    mixed = table(tmp_path, MIXED)
    some = ask("compare-priors", mixed, *priors, "--trials", "all", "--trials", "A", "--json").document
    assert (some["uninformative"], some["learnt_nothing"]) == (["A", "C"], False)
    assert [(row["trials"], row["learnt_nothing"]) for row in some["rows"]] == [("all", False), ("A", True)]
    rows = ask("subsets", mixed, "--size", "1", "--json").document["rows"]
    assert {row["trials"]: row["learnt_nothing"] for row in rows} == {
        "A": True,
        "B": False,
        "C": True,
        "D": False,
    }


def test_ratios_of_classes_say_where_one_class_tells_nothing(ask: Ask, tmp_path: Path) -> None:
    mine = tmp_path / "kinds.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total,kind\n"
    mine.write_text(
        header + "A,0,50,0,200,x\nB,0,40,0,41,x\nC,2,40,3,41,y\nD,5,80,1,78,y\n", encoding="utf-8"
    )
    assert flat(ask("subsets", str(mine), "--by", "kind").out).count("x / y (nothing learnt)") == 2
    document = ask("subsets", str(mine), "--by", "kind", "--json").document
    assert {row["class"]: row["learnt_nothing"] for row in document["rows"]} == {
        "x": True,
        "y": False,
        "x / y": True,
    }
    (alone,) = document["independent_means"]
    assert (alone["class"], alone["learnt_nothing"]) == ("x / y", True)
