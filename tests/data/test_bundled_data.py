"""The bundled evidence is complete, documented, and agrees with what was published about it."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from bayes_ivig import resources
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.dataset import Dataset, load_dataset, outcomes
from bayes_ivig.inputs.counts.description import read_sidecar
from bayes_ivig.inputs.evidence.tables import evidence_table, partial_path
from bayes_ivig.inputs.paper.claims import load_claims

DATA = resources.folder("data")
FILES = sorted(DATA.rglob("*.csv"))
SIDECARS = sorted(DATA.rglob("*.toml"))
STORED = ("live_birth", "obstetric_complication", "neonatal_outcome")
NINE = (
    "Branch 2000", "Dendrinos 2009", "Heilmann 2001", "Mahmoud 2004", "Perricone 2008", "Stricker 2000",
    "Triolo 2003", "Vaquero 2001", "Yamada 2022",
)  # fmt: skip
LEFT_OUT = {"Branch 2000", "Dendrinos 2009", "Triolo 2003"}  # by the review, from its live-birth result


def women(dataset: Dataset) -> int:
    return sum(study.treatment_total + study.control_total for study in dataset.studies)


def events(dataset: Dataset) -> int:
    return sum(study.treatment_events + study.control_events for study in dataset.studies)


def label(path: Path) -> str:
    return path.relative_to(DATA).as_posix()


def documented(path: Path) -> list[str]:
    sections = re.split(r"^## ", (DATA / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    (section,) = [text for text in sections if text.startswith(f"`{label(path)}`\n")]
    return re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)


# Integrity


@pytest.mark.parametrize("path", SIDECARS, ids=label)
def test_the_checksum_in_a_sidecar_is_that_of_its_table(path: Path) -> None:
    assert read_sidecar(path).shared["sha256"] == sha256(path.with_suffix(".csv").read_bytes()).hexdigest()


@pytest.mark.parametrize("path", FILES, ids=label)
def test_every_column_is_documented(path: Path) -> None:
    assert documented(path) == list(tables.read_csv(path).columns)


@pytest.mark.parametrize("path", SIDECARS, ids=label)
def test_a_sidecar_describes_the_columns_of_its_table(path: Path) -> None:
    columns = tables.read_csv(path.with_suffix(".csv")).columns
    assert set(read_sidecar(path).shared["columns"]) == set(columns) - {*tables.NEEDED, "outcome"}


def test_every_citation_key_has_an_entry() -> None:
    entries = re.findall(
        r"^@\w+\{(\w+),", (DATA / "references.bib").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len(entries) == len(set(entries))
    used = {read_sidecar(path).shared["source"] for path in SIDECARS}
    for path in (DATA / "ivig.csv", *(DATA / "ivig").glob("*.csv")):
        found = tables.read_csv(path)
        used |= set(found.column("source")) if "source" in found.columns else set()
    assert used <= set(entries)
    assert {"yuan2024", "branch2000"} <= used


def test_only_tables_of_counts_lie_at_the_top() -> None:
    assert resources.names("data", ".csv") == ("ivig",)


# Counts


@pytest.mark.parametrize("outcome", [*STORED, "miscarriage"])
def test_every_outcome_loads(outcome: str) -> None:
    dataset = load_dataset("ivig", outcome)
    assert dataset.outcome == outcome
    assert dataset.about.event == ("good" if outcome == "live_birth" else "bad")
    assert dataset.about.outcome_title
    assert dataset.about.thresholds


def test_the_outcomes_on_offer() -> None:
    assert set(outcomes("ivig")) == {*STORED, "miscarriage", "preterm_birth"}


@pytest.mark.parametrize(
    ("trials", "kept"),
    [
        ("all", set(NINE)),
        ("published", set(NINE) - LEFT_OUT),
        ("randomised_apl", LEFT_OUT | {"Mahmoud 2004"}),
        ("randomised", LEFT_OUT | {"Mahmoud 2004", "Yamada 2022"}),
        ("all_but_heilmann", set(NINE) - {"Heilmann 2001"}),
        ("published_but_heilmann", set(NINE) - LEFT_OUT - {"Heilmann 2001"}),
    ],
)
def test_trial_sets_of_live_birth(trials: str, kept: set[str]) -> None:
    live = load_dataset("ivig", "live_birth")
    assert set(live.trials(trials).study_names) == kept
    assert set(load_dataset("ivig", "miscarriage").trials(trials).study_names) == kept
    assert len(live.trial_sets) == 6


@pytest.mark.parametrize(
    ("outcome", "trials"),
    [("live_birth", "published"), ("miscarriage", "published"), ("obstetric_complication", "all"),
     ("neonatal_outcome", "all")],
)  # fmt: skip
def test_totals_are_those_published(outcome: str, trials: str) -> None:
    (claim,) = [claim for claim in load_claims("ivig") if claim.outcome == outcome]
    dataset = load_dataset("ivig", outcome).trials(trials)
    assert (len(dataset), women(dataset)) == (claim.k, claim.n)


def test_live_births_are_the_denominator_of_the_other_outcomes() -> None:
    births = {
        s.name: (s.treatment_events, s.control_events) for s in load_dataset("ivig", "live_birth").studies
    }
    claimed = {claim.outcome: claim.n for claim in load_claims("ivig")}
    assert sum(map(sum, births.values())) == 307 == claimed["preterm_birth"]
    weighed = ("Branch 2000", "Dendrinos 2009", "Perricone 2008", "Triolo 2003", "Yamada 2022")
    assert sum(sum(births[name]) for name in weighed) == 155 == claimed["birth_weight"]
    for outcome in ("obstetric_complication", "neonatal_outcome"):
        for study in load_dataset("ivig", outcome).studies:
            assert (study.treatment_total, study.control_total) == births[study.name]


def test_miscarriage_is_the_exact_complement_and_is_not_stored() -> None:
    live, lost = load_dataset("ivig", "live_birth"), load_dataset("ivig", "miscarriage")
    assert lost.studies == live.complement().studies
    assert events(live) + events(lost) == women(live)
    assert set(tables.read_csv(DATA / "ivig.csv").column("outcome")) == set(STORED)


def test_the_empty_arm_is_listed_but_not_estimable() -> None:
    found = {study.name: study for study in load_dataset("ivig", "neonatal_outcome").studies}
    assert found["Stricker 2000"].counts == (0, 22, 0, 0)
    assert [name for name, study in found.items() if not study.estimable] == ["Stricker 2000"]


def test_every_count_says_how_it_is_known() -> None:
    found = tables.read_csv(DATA / "ivig.csv")
    assert set(found.column("status")) == {"reported", "derived", "reconstructed"}
    assert set(found.column("denominator")) == {
        "randomised",
        "treated",
        "completers",
        "pregnancies",
        "live_births",
    }
    assert all(found.column("basis"))
    assert all(
        (year, key) == (study.split()[1], study.replace(" ", "").lower())
        for study, year, key in zip(*map(found.column, ("study", "year", "source")), strict=True)
    )


# Preterm birth


def test_preterm_birth_cannot_be_fitted() -> None:
    with pytest.raises(DataError, match=r"known only in part \(ivig/preterm.csv\)"):
        load_dataset("ivig", "preterm_birth")
    with pytest.raises(DataError, match="bayes-ivig reconstruct") as caught:
        load_dataset(partial_path("ivig", "preterm_birth"))
    assert "row 2: column treatment_events: empty" in str(caught.value)


def test_preterm_limits_stand_exactly_where_a_count_is_unknown() -> None:
    found = tables.read_csv(partial_path("ivig", "preterm_birth"))
    births = {
        s.name: (s.treatment_events, s.control_events) for s in load_dataset("ivig", "live_birth").studies
    }
    box = 1
    for row in found.records():
        assert (int(row["treatment_total"]), int(row["control_total"])) == births[row["study"]]
        for arm in ("treatment", "control"):
            limits = row[f"{arm}_events_min"], row[f"{arm}_events_max"]
            if row[f"{arm}_events"]:
                assert limits == ("", "")
                assert 0 <= int(row[f"{arm}_events"]) <= int(row[f"{arm}_total"])
            else:
                low, high = map(int, limits)
                assert 0 <= low <= high <= int(row[f"{arm}_total"])
                box *= high - low + 1
    assert box == 53_635_081_500  # the number of tables data/README.md speaks of


# The other evidence


def test_claims_keep_their_printed_digits() -> None:
    claims = {claim.outcome: claim for claim in load_claims("ivig")}
    assert [str(claims["live_birth"].ci_upper), str(claims["obstetric_complication"].ci_lower)] == [
        "7.90",
        "0.20",
    ]
    assert [str(claims["preterm_birth"].effect_p), claims["obstetric_complication"].effect_p] == [
        "<0.05",
        None,
    ]
    assert [claims["birth_weight"].measure, str(claims["birth_weight"].estimate)] == ["MD", "-186.71"]


def test_risk_of_bias_has_seven_judgements_of_nine_studies() -> None:
    found = evidence_table("risk_of_bias")
    assert found.column("study") == NINE
    assert len(found.columns) == 8
    judgements = [cell for row in found.rows for cell in row[1:]]
    assert len(judgements) == 63
    assert set(judgements) == {"+", "?", "-"}
    assert found.column("random_sequence_generation").count("+") == 8


def test_table_1_and_figure_2_disagree_on_one_study_only() -> None:
    letters = {"+": "L", "?": "U", "-": "H"}
    figure = {
        row[0]: " ".join(letters[cell] for cell in row[1:]) for row in evidence_table("risk_of_bias").rows
    }
    printed = {
        row["study"]: row["risk_of_bias_in_table1"] for row in evidence_table("characteristics").records()
    }
    assert [name for name in NINE if figure[name] != printed[name]] == ["Heilmann 2001"]


def test_characteristics_add_up_as_the_review_adds_them() -> None:
    found = {row["study"]: row for row in evidence_table("characteristics").records()}
    assert tuple(found) == NINE
    assert sum(int(row["apl_positive_in_table1"]) for row in found.values()) == 366
    assert sum(int(row["trial_size_in_table1"]) for row in found.values()) == 487
    sets = load_dataset("ivig", "live_birth").trial_sets
    published = {name for name, row in found.items() if row["in_published_live_birth_analysis"] == "yes"}
    assert published == set(sets["published"])
    assert {name for name, row in found.items() if row["randomised"] == "yes"} == set(sets["randomised"])


def test_external_trials_are_a_table_of_counts_without_the_nine() -> None:
    found = load_dataset(DATA / "ivig" / "external_trials.csv")
    assert len(found) == 8
    assert not set(found.study_names) & set(NINE)


def test_external_evidence_lies_within_its_limits() -> None:
    for row in evidence_table("external_evidence").records():
        assert float(row["ci_lower"]) < float(row["estimate"]) < float(row["ci_upper"]), row["label"]


def test_the_flow_of_articles() -> None:
    found = dict(zip(*map(evidence_table("prisma").column, ("step", "count")), strict=True))
    assert [found["found in the databases"], found["included"]] == ["73500", "9"]
