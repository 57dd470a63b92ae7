"""``bayes-ivig compare-priors`` and ``subsets`` from the outside:
text, JSON, CSV, charts, and what is refused.
"""

import csv
from pathlib import Path

import pytest
from command import Ask, table

pytestmark = pytest.mark.slow

AWKWARD = '"Ünal, <b>2019</b>",22,24,0,7\n"=cmd|x",29,50,17,49\nnobody,3,9,0,0\nno events,0,20,0,22\n'
CASE = ("ivig", "--outcome", "live_birth")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_comparison_in_every_form(ask: Ask, tmp_path: Path) -> None:
    options = (
        "--mu-prior",
        "normal(0, 1)",
        "--mu-prior",
        "flat()",
        "--tau",
        "half_normal(0.5)",
        "--trials",
        "published",
        "--trials",
        "-Stricker 2000",
    )
    written, drawn = tmp_path / "priors.csv", tmp_path / "priors.svg"
    done = ask("compare-priors", *CASE, *options, "--json", "--csv", str(written), "--plot", str(drawn))
    assert (done.status, done.err) == (0, "")
    rows = done.document["rows"]
    assert [(row["mu_prior"], row["trials"], row["k"]) for row in rows] == [
        ("normal(0, 1)", "published", 6), ("flat()", "published", 6),
        ("normal(0, 1)", "-Stricker 2000", 8), ("flat()", "-Stricker 2000", 8),
    ]  # fmt: skip
    assert rows[1]["bf_effect"] is None
    assert "improper" in done.document["note"]
    stored = read(written)
    assert [float(row["or_median"]) for row in stored] == pytest.approx([row["or_median"] for row in rows])
    assert [*stored[0], "learnt_nothing"] == list(rows[0])  # the table has k_informative alone
    assert 'role="img"' in drawn.read_text(encoding="utf-8")
    text = ask("compare-priors", *CASE, *options)
    assert (text.status, text.err) == (0, "")
    assert all(len(line) <= 80 for line in text.out.splitlines())
    assert "an event is good, so OR > 1 favours IVIG" in text.out


def test_without_priors_those_of_the_data_are_compared(ask: Ask) -> None:
    done = ask("compare-priors", *CASE, "--json")
    assert len(done.document["rows"]) == 6
    assert any(row["tau_prior"].startswith("turner2015") for row in done.document["rows"])


STATED = (
    "--mu", 'elicited("0.5 < OR < 4: 95%")', "--mu", "zampieri(0.4)", "--mu", "flat()",
    "--mu", 'evidence("RR 1.02 (0.86 to 1.22)", baseline_risk=0.55, robust=0.2, overlap="Branch 2000")',
    "--tau", 'elicited("P(tau > 1) = 5%")', "--threshold", "1.1", "--threshold", "1.5",
)  # fmt: skip


def test_statements_evidence_and_sets_as_text(ask: Ask) -> None:
    done = ask("compare-priors", *CASE, *STATED, "--trials", "Branch 2000", "--json")
    assert (done.status, done.err) == (0, "")
    rows = {row["mu_prior"]: row for row in done.document["rows"]}
    assert len(rows) == 12
    assert {"prob_or_gt_1_1", "prob_or_gt_1_5"} <= set(rows["flat()"])
    assert rows["flat()"]["or_median"] is None
    assert "does not exist" in rows["flat()"]["note"]
    robust = next(row for text, row in rows.items() if text.startswith("evidence"))
    assert robust["part_weight_prior"] == 0.8
    assert robust["note"] == "prior and data share Branch 2000"
    text = ask("compare-priors", *CASE, *STATED, "--trials", "Branch 2000")
    told = " ".join(text.out.split())
    assert (
        'elicited("P(0.5 < OR < 4) = 0.95") is normal(0.347, 0.53): stated: P(0.5 < OR < 4) = 0.95 (is 0.95)'
        in told
    )
    assert "note: prior and data share Branch 2000" in told
    assert "0.800 before" in told
    assert all(len(line) <= 80 for line in text.out.splitlines())


def test_the_curve_over_a_width(ask: Ask, tmp_path: Path) -> None:
    drawn = tmp_path / "curve.png"
    done = ask(
        "compare-priors",
        *CASE,
        "--width-of",
        "tau",
        "--mu-prior",
        "normal(0, 1)",
        "--trials",
        "published",
        "--json",
        "--plot",
        str(drawn),
    )
    assert done.status == 0
    assert done.document["rows"][0]["prior_width"] == 0.02
    assert {row["mu_prior"] for row in done.document["rows"]} == {"normal(0, 1)"}
    assert drawn.read_bytes().startswith(b"\x89PNG")


def test_subsets_in_every_form(ask: Ask, tmp_path: Path) -> None:
    written, drawn = tmp_path / "subsets.csv", tmp_path / "subsets.html"
    done = ask(
        "subsets",
        *CASE,
        "--size",
        "6",
        "--json",
        "--csv",
        str(written),
        "--plot",
        str(drawn),
        "--against",
        "i2",
    )
    assert (done.status, done.err) == (0, "")
    assert len(done.document["rows"]) == len(read(written)) == 84
    assert [(each["name"], each["rank_pooled_or"]) for each in done.document["trial_sets"]] == [
        ("published", 9)
    ]
    page = drawn.read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert "https://cdn" not in page
    text = ask("subsets", *CASE)
    assert "511 subsets of 9 trials" in text.out
    assert "number 9" in text.out
    assert all(len(line) <= 80 for line in text.out.splitlines())


def test_awkward_names_and_empty_arms(ask: Ask, tmp_path: Path) -> None:
    mine = table(tmp_path, AWKWARD)
    drawn = tmp_path / "map.svg"
    done = ask("subsets", mine, "--plot", str(drawn), "--colour-by", "=cmd|x")
    assert (done.status, done.err) == (0, "")
    assert "15 subsets of 4 trials" in done.out
    assert "=cmd|x" in drawn.read_text(encoding="utf-8")
    document = ask("subsets", mine, "--json").document
    alone = {row["trials"]: row for row in document["rows"]}
    assert alone["nobody"]["or_median"] is None
    assert alone["nobody"]["k"] == 0
    assert "note" in document
    compared = ask(
        "compare-priors", mine, "--mu", "normal(0, 1)", "--tau", "half_normal(1)", "--trials", "-nobody"
    )
    assert compared.status == 0
    assert "whether an event is good or bad is not stated" in " ".join(compared.out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare-priors", *CASE, "--mu", "norml(0, 1)"), "did you mean 'normal'"),
        (("compare-priors", *CASE, "--mu", 'elicited("P(OR > 2) = 120%")'), "it must lie between 0 and 1"),
        (
            ("compare-priors", *CASE, "--mu", 'evidence("habets2022", 0.3)'),
            "shares Mahmoud 2004, Perricone 2008, Stricker 2000",
        ),
        (("compare-priors", *CASE, "--threshold", "-1"), "each is an odds ratio, above 0"),
        (("compare-priors", *CASE, "--threshold", "2", "--width-of", "mu"), "leave it out"),
        (("compare-priors", *CASE, "--trials", "publishd"), "did you mean 'published'"),
        (("compare-priors", *CASE, "--likelihood", "poison"), "likelihood"),
        (("compare-priors", *CASE, "--width-of", "alpha"), "must be 'mu' or 'tau'"),
        (("compare-priors", *CASE, "--width-of", "mu", "--mu", "normal(0, 1)"), "leave it out"),
        (
            (
                "compare-priors",
                *CASE,
                "--width-of",
                "mu",
                "--tau",
                "half_normal(1)",
                "--tau",
                "half_normal(2)",
            ),
            "once at most",
        ),
        (("compare-priors", *CASE, "--plot", "a.pdf"), "must end in .svg, .png or .html"),
        (("compare-priors", *CASE, "--csv", "nowhere/a.csv"), "no such folder"),
        (("subsets", *CASE, "--size", "12"), "between 1 and 9"),
        (("subsets", *CASE, "--colour-by", "Striker 2000"), "did you mean 'Stricker 2000'"),
        (("subsets", *CASE, "--against", "q"), "must be tau, i2 or rank"),
        (("subsets", *CASE, "--csv", "."), "is a folder"),
        (("subsets", *CASE, "--model", "nothing"), "nothing of that name"),
    ],
)
def test_mistakes_leave_with_2_and_one_message(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    done = ask(*arguments)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(ask: Ask, tmp_path: Path) -> None:
    locked = tmp_path / "map.svg"
    locked.mkdir()
    done = ask("subsets", *CASE, "--size", "8", "--plot", str(locked))
    assert done.status == 2
    assert "is a folder" in done.err
    assert list(tmp_path.iterdir()) == [locked]


def test_the_other_views_of_the_trials_in_every_form(ask: Ask, tmp_path: Path) -> None:
    views = {
        "--leave-one-out": (10, "left_out"),
        "--cumulative": (9, "added"),
        "--by=randomised": (6, "class"),
    }
    for view, (number, first) in views.items():
        written, drawn = tmp_path / "view.csv", tmp_path / "view.svg"
        done = ask("subsets", *CASE, view, "--json", "--csv", str(written), "--plot", str(drawn))
        assert (done.status, done.err) == (0, "")
        assert len(done.document["rows"]) == len(read(written)) == number
        assert next(iter(done.document["rows"][0])) == first
        assert 'role="img"' in drawn.read_text(encoding="utf-8")
        text = ask("subsets", *CASE, view)
        assert text.status == 0
        assert all(len(line) <= 80 for line in text.out.splitlines())
    assert "yes / no" in {row["class"] for row in done.document["rows"]}


def test_any_choice_can_be_marked_and_ranked(ask: Ask, tmp_path: Path) -> None:
    drawn = tmp_path / "ranked.svg"
    done = ask(
        "subsets",
        *CASE,
        "--size",
        "4",
        "--mark",
        "randomised_apl",
        "--against",
        "rank",
        "--plot",
        str(drawn),
        "--json",
    )
    assert done.status == 0
    assert done.document["trial_sets"][0]["name"] == "randomised_apl"
    assert done.document["trial_sets"][0]["rank_pooled_or"] == 126
    assert "randomised_apl choice" in drawn.read_text(encoding="utf-8")


def test_classes_of_a_users_own_column(ask: Ask, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total,blind,dose\n"
    rows = (
        '"O\'Brien, <b>1</b>",5,20,8,21,yes,10',
        "B,0,20,0,22,no,20",
        "C,7,30,3,29,yes,30",
        "D,4,25,9,24,,40",
    )
    mine.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    text = ask("subsets", str(mine), "--by", "blind")
    assert "in no class that says something: D" in " ".join(text.out.split())
    cut = ask("subsets", str(mine), "--by", "dose >= 25", "--json").document
    assert [row["trials"] for row in cut["rows"][:2]] == ["O'Brien, <b>1</b>; B", "C; D"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "randomisd"), "did you mean 'randomised'"),
        (("--by", "comparator_class >= 2"), "no number"),
        (("--by", "randomised", "--cumulative"), "give one of them"),
        (("--order", "year"), "only with --cumulative"),
        (("--cumulative", "--order", "yera"), "did you mean 'year'"),
        (("--leave-one-out", "--size", "3"), "not with --leave-one-out"),
        (("--mark", "publishd"), "did you mean 'published'"),
        (("--against", "rank", "--size", "4"), "has 6 trials"),
    ],
)
def test_mistakes_in_views_leave_with_2_and_one_message(
    ask: Ask, arguments: tuple[str, ...], said: str
) -> None:
    done = ask("subsets", *CASE, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
