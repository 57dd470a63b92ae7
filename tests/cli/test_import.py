"""``bayes-ivig import``: what it shows, what it writes, what it refuses; and every command with a file as it
is.
"""

import sys
from pathlib import Path

import pytest
from command import Ask

import bayes_ivig as bi

sys.path.append(str(Path(__file__).parents[1] / "inputs" / "foreign"))  # of the makers of files

from making.revman import Line, Outcome, Review, review
from making.trials import FORMS, METAFOR, TRIALS, outcome, text

# the command prints them, as it does outside of tests
pytestmark = pytest.mark.filterwarnings("always::bayes_ivig.errors.ReadNote")
THREE = Review(
    {
        "Drug versus placebo": [
            outcome(TRIALS),
            Outcome("Bleeding", tuple(Line(name, (c, d, a, b)) for name, a, b, c, d in TRIALS)),
        ],
        "Placebo first": [Outcome("Pain", outcome(TRIALS).rows, labels=("Placebo", "Drug"))],
    },
    bias={"Random sequence generation": {name: "YES" for name, *_ in TRIALS}},
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a review of three outcomes, and a CSV with semicolons and a total."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review.rm5").write_bytes(review(THREE))
    (tmp_path / "theirs.csv").write_bytes(text([METAFOR, *TRIALS, ("Total", 11, 140, 26, 143)], ";"))
    return tmp_path


def test_it_shows_what_was_read_as_what(ask: Ask, folder: Path) -> None:
    ran = ask("import", "theirs.csv")
    assert (ran.status, ran.err) == (0, "")
    said = " ".join(ran.out.split())
    assert "treatment_events ai metafor calls it so" in said
    assert "row 6 Total" in said
    assert "semicolons between cells" in said
    assert "Berg 2003 4/50 9/52" in said
    document = ask("import", "theirs.csv", "--json").document
    (read,) = document["outcomes"]
    assert read["arms"]["known"] == "name"
    assert {each["ours"]: each["theirs"] for each in read["mapping"]}["control_total"] == "n2i"
    assert [each["code"] for each in read["left_out"]] == ["total"]


def test_it_lists_outcomes_and_those_in_doubt(ask: Ask, folder: Path) -> None:
    ran = ask("import", "review.rm5", "--list")
    assert (ran.status, ran.err) == (0, "")
    assert "review.rm5: 3 outcomes" in ran.out
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["Death", "OR", "4", "11/140", "26/143"] in lines
    assert ["Bleeding", "OR", "4", "26/143", "11/140"] in lines
    assert "- Pain: " in ran.out
    listed = ask("import", "review.rm5", "--list", "--json").document["outcomes"]
    assert [(each["outcome"], each["read"]) for each in listed] == [
        ("Death", True),
        ("Bleeding", True),
        ("Pain", False),
    ]
    assert "rows" not in listed[0]


def test_it_writes_one_outcome_that_every_command_takes(ask: Ask, folder: Path) -> None:
    ran = ask("import", "review.rm5", "--outcome", "death", "--event", "bad", "-o", "death.csv")
    assert ran.status == 0
    assert ran.err.splitlines() == ["written: death.csv", "written: death.toml"]
    loaded = bi.load_dataset("death.csv")
    assert [study.counts for study in loaded.studies] == [row[1:] for row in TRIALS]
    assert (loaded.about.treatment, loaded.about.control, loaded.about.event) == ("Drug", "Placebo", "bad")
    assert (
        ask("pool", "death.csv").out.split("\n")[1:]
        == ask("pool", "review.rm5", "--outcome", "Death").out.split("\n")[1:]
    )


def test_it_writes_all_outcomes_with_what_is_known_of_them(ask: Ask, folder: Path) -> None:
    ran = ask("import", "review.rm5", "--all", "all")
    assert ran.status == 0
    assert sorted(path.name for path in (folder / "all").iterdir()) == ["trials.csv", "trials.toml"]
    for name in ("Death", "Bleeding"):
        loaded = bi.load_dataset(folder / "all" / "trials.csv", name)
        found = bi.read("review.rm5", outcome=name).dataset
        assert (loaded.studies, loaded.about, loaded.outcome) == (found.studies, found.about, name)
        assert dict(loaded.columns)["bias: Random sequence generation"] == ("low",) * len(TRIALS)
    assert "Pain" not in (folder / "all" / "trials.csv").read_text("utf-8")


def test_an_outcome_in_doubt_is_refused_with_both_readings_and_settled(ask: Ask, folder: Path) -> None:
    for command in (
        ("import", "review.rm5", "--outcome", "Pain"),
        ("fit", "review.rm5", "--outcome", "Pain"),
    ):
        ran = ask(*command)
        assert ran.status == 2
        assert "which group is the treatment?" in ran.err
        assert "bayes-ivig import review.rm5" in ran.err
        assert "-o trials.csv" in ran.err
    settled = ask("import", "review.rm5", "--outcome", "Pain", "--treatment", "Drug", "-o", "pain.csv")
    assert settled.status == 0
    pain = bi.load_dataset("pain.csv")
    assert [study.counts for study in pain.studies] == [(c, d, a, b) for _, a, b, c, d in TRIALS]
    assert (pain.about.treatment, pain.about.control) == ("Drug", "Placebo")


def test_commands_say_how_a_file_was_read_but_not_of_our_own(ask: Ask, folder: Path) -> None:
    ran = ask("fit", "review.rm5", "--outcome", "Bleeding")
    assert ran.status == 0
    first, *rest = ran.err.splitlines()
    assert first.startswith("note: review.rm5, Bleeding: treatment = 'Drug', control = 'Placebo' (")
    assert "treatment_events = EVENTS_1" in first
    assert rest == ["note: review.rm5: not read, because their arms are in doubt: Pain"]
    (folder / "own.csv").write_bytes(FORMS["ours"](TRIALS)[1])
    assert ask("fit", "own.csv").err == ""


def test_what_is_read_of_estimates_and_means_is_said_too(ask: Ask, folder: Path) -> None:
    rows = tuple(Line(name, (-0.3 + i / 10, 0.2)) for i, (name, *_) in enumerate(TRIALS))
    made = Outcome("Time to death", rows, kind="IV", measure="Hazard Ratio", method="IV", random=True)
    (folder / "hr.rm5").write_bytes(review(Review({"Drug versus placebo": [made]})))
    ran = ask("pool", "hr.rm5", "--method", "dl")
    assert ran.status == 0
    assert "yi = ESTIMATE, sei = SE" in ran.err
    assert bi.read("hr.rm5").stored_results.agrees.all()


def test_a_control_arm_counted_twice_is_said_by_every_command(ask: Ask, folder: Path) -> None:
    (folder / "twice.csv").write_bytes(text([METAFOR, *TRIALS, ("Berg 2003b", 1, 30, 9, 52)]))
    ran = ask("pool", "twice.csv")
    assert ran.status == 0
    assert "look at: the control arm 9/52 stands in 2 rows" in ran.err


def test_a_sidecar_beside_the_file_counts(ask: Ask, folder: Path) -> None:
    (folder / "theirs.toml").write_text('event = "bad"\ntreatment = "Drug"\n', "utf-8")
    ran = ask("data", "show", "theirs.csv")
    assert "(an event is bad)" in ran.out
    assert "Drug" in ran.out
    (folder / "review.toml").write_text('treatment = "Placebo"\ncontrol = "Drug"\n', "utf-8")
    ran = ask("fit", "review.rm5", "--outcome", "Death")
    assert ran.status == 2
    assert "its sidecar calls the treatment 'Placebo'" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("review.rm5", "-o", "x.csv"), "3 outcomes; choose one, such as bayes-ivig import review.rm5"),
        (("review.rm5", "--outcome", "Deth"), "no outcome 'Deth' (did you mean 'Death'?)"),
        (("theirs.csv", "-o", "theirs.csv"), "would be overwritten"),
        (("theirs.csv", "-o", "x.txt"), "must end in .csv"),
        (("theirs.csv", "-o", "none/x.csv"), "no such folder none"),
        (("theirs.csv", "-o", "kept.csv"), "was not made by bayes-ivig import"),
        (("theirs.csv", "--event", "goo"), "--event: found 'goo'; must be good or bad"),
        (("theirs.csv", "--map", "study"), "--map: found 'study'; give our column and theirs"),
        (("theirs.csv", "--map", "study=slab", "--map", "study=ai"), "is given twice"),
        (("theirs.csv", "--measure", "ORR"), "measure: found 'ORR'"),
        (("theirs.csv", "--for", "metafor"), "--for: needs -o FILE"),
        (("theirs.csv", "--for", "stan", "-o", "x.csv"), "there are metafor, revman, xlsx"),
        (("theirs.csv", "--for", "xlsx", "-o", "x.csv"), "it must be .xlsx"),
        (("theirs.csv", "-o", "x.csv", "--all", "x"), "give one of them"),
        (("none.xlsx",), "no such file; give the path of a file of trials"),
    ],
)
def test_what_cannot_be_is_said(ask: Ask, folder: Path, arguments: tuple[str, ...], said: str) -> None:
    (folder / "kept.toml").write_text('title = "mine"\n', "utf-8")
    before = sorted(path.name for path in folder.iterdir())
    ran = ask("import", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert sorted(path.name for path in folder.iterdir()) == before, "nothing is written"


def test_it_writes_for_other_programs(ask: Ask, folder: Path) -> None:
    for form, name in (("metafor", "m.csv"), ("revman", "r.csv"), ("xlsx", "x.xlsx")):
        ran = ask("import", "review.rm5", "--outcome", "Death", "--for", form, "-o", name)
        assert (ran.status, ran.err) == (0, f"written: {name}\n")
        assert [study.counts for study in bi.read(name).dataset.studies] == [row[1:] for row in TRIALS]
    assert (folder / "m.csv").read_text("utf-8").startswith("slab,outcome,ai,n1i,ci,n2i")


def test_a_second_import_replaces_the_first(ask: Ask, folder: Path) -> None:
    for event in ("bad", "good"):
        assert ask("import", "theirs.csv", "--event", event, "-o", "x.csv").status == 0
    assert bi.load_dataset("x.csv").about.event == "good"
