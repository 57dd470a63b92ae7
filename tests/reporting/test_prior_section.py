"""The section by prior: what each table and figure says, on the case and on tables of one's own."""

import math

import pytest
from joined import joined
from meaning import tells
from report_cases import BAD_EVENT, THREE, hostile, ivig, own

from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.reporting.document.blocks import Figure, Table, Text
from bayes_ivig.reporting.priors.section import heterogeneity_sentences, prior_appendix, prior_section
from bayes_ivig.reporting.wording.numbers import shortened
from bayes_ivig.reporting.wording.priors import entries, in_words, label
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow


def blocks(reanalysis: Reanalysis, name: str) -> list[Text | Table | Figure]:
    outcome = reanalysis.outcome(name)
    assert isinstance(outcome, CountsOutcome)
    key = name or "outcome"
    section = joined(prior_section(outcome, key), prior_appendix(outcome, key))
    assert section is not None
    return list(section.blocks)


def test_the_case() -> None:
    found = blocks(ivig(), "live_birth")
    tables = [block for block in found if isinstance(block, Table)]
    families = {row[0].text: [cell.text for cell in row] for row in tables[1].cells}
    assert families["Sceptical"][-1] == "Normal, SD 0.42"
    assert "Sceptical: μ ~ sceptical(0.693) = normal(0, 0.421)." in tables[1].details
    assert "Kofod 2025, robust (overlap not known)" in families
    assert families["Optimistic, moderate"][1] == "0.850"
    own_row = families["The model's own"]
    assert own_row[3:6] == ["3.66", own_row[4], "0.997"]  # as in the answer table
    widths = {row[0].text: [cell.text for cell in row] for row in tables[3].cells}
    assert widths["2.82"][2:5] == own_row[3:6]
    told = " ".join(block.text for block in found if isinstance(block, Text))
    assert "a convention, since nobody stated an expected effect" in told
    assert tells(told, "Hutton 2007", "Branch 2000", "Mahmoud 2004", "Triolo 2003")
    assert tells(told, "control risk", "live birth", "0.55", "119 of 216")
    assert tells(told, "Kofod 2025, robust", "0.800", "before")


def test_ranges_are_those_of_the_tables() -> None:
    found = blocks(ivig(), "live_birth")
    tables = [block for block in found if isinstance(block, Table)]
    told = " ".join(block.text for block in found if isinstance(block, Text))
    rows = [[cell.text for cell in row] for row in tables[0].cells if row[0].text == "All nine trials"]
    ratios, chances = sorted(float(row[3]) for row in rows), sorted(row[5] for row in rows)
    assert tells(
        told,
        "all nine trials",
        "odds ratio",
        str(ratios[0]),
        str(ratios[-1]),
        "P(OR > 1)",
        chances[0],
        chances[-1],
    )
    after = [row for row in tables[2].cells if not row[0].text.startswith("τ")]
    lowest, highest = (
        f"{value:.2f}" for value in (f([float(row[3].text) for row in after]) for f in (min, max))
    )
    assert tells(told, "all nine trials", lowest, highest, "P(OR > 1)")


def test_trials_that_vary_more_than_the_prior_of_tau_expects_are_said_to() -> None:
    outcome = ivig().outcome("live_birth")
    assert isinstance(outcome, CountsOutcome)
    (said,) = heterogeneity_sentences(outcome)
    posterior = outcome.trial_set("all").posterior
    shown = float(posterior["tau"].quantile(0.5))
    larger = math.erfc(shown / 0.5 / math.sqrt(2))
    assert tells(
        said,
        "All nine trials",
        "more",
        "τ",
        "half-normal, scale 0.5",
        "0.98",
        f"{shown:.2f}",
        f"{larger:.3f}",
    )
    assert tells(said, "half-normal, scale 1", "0.56 to 9.12", "P(OR > 1) = 0.870")
    wide = own(THREE, BAD_EVENT).outcomes[0]
    assert isinstance(wide, CountsOutcome)
    assert heterogeneity_sentences(wide) == []


def test_a_mirror_image_has_no_families_of_its_own() -> None:
    found = blocks(ivig(), "miscarriage")
    assert [type(block) for block in found if not isinstance(block, Text)] == [Table, Figure]


@pytest.mark.parametrize(
    "case", [hostile(), own(THREE), own(THREE[:1]), own(THREE, BAD_EVENT)], ids=["hostile", "3", "1", "bad"]
)
def test_tables_of_ones_own(case: Reanalysis) -> None:
    found = blocks(case, case.outcomes[0].name)
    for figure in (block for block in found if isinstance(block, Figure)):
        assert figure.alternative
    told = " ".join(block.text for block in found if isinstance(block, Text))
    assert ("convention" in told) == (case.outcomes[0].about.event is not None)
    labels = [row[0].text for table in found if isinstance(table, Table) for row in table.cells]
    assert ("Optimistic, moderate" in labels) == (case.outcomes[0].about.event is not None)
    assert "Kofod 2025" not in labels


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("normal(0, 2.82)", "normal, SD 2.82"),
        ("normal(0.693, 0.669)", "normal about an OR of 2.00, SD 0.67"),
        ("student_t(4, 0, 0.58)", "Student-t (4 degrees of freedom), scale 0.58"),
        ("half_cauchy(0.05)", "half-Cauchy, scale 0.05"),
        ("half_student_t(3, 1)", "half-Student-t (3 degrees of freedom), scale 1"),
        ("uniform(0, 4)", "uniform, 0 to 4"),
        (
            "log_normal_tau2(-3.52, 1.74)",
            f"log-normal, median {math.exp(-1.76):.2f}, SD of the logarithm 0.87",
        ),
        ("half_normal_tau2(1)", "half-normal, scale 1, on τ²"),
        ("inverse_gamma(1.77, 0.55)", "inverse gamma, shape 1.77, scale 0.55"),
        ("mixture(0.8: normal(0, 1), 0.2: normal(0, 4))", "80% normal, SD 1; 20% normal, SD 4"),
        (
            "risk_ratio(0.223144, 0.113442, 0.55)",
            "log-normal RR 1.25, SD of its logarithm 0.11, at a risk of 0.55",
        ),
        (
            'evidence("RR 0.92 (0.75 to 1.12)", baseline_risk="119 of 216", event="opposite", robust=0.2)',
            "80% log-normal RR 0.92 of the opposite event, SD of its logarithm 0.1, at a risk of 119 "
            "of 216; 20% normal, SD 4",
        ),
        ("flat()", "flat"),
        ("jeffreys()", "jeffreys"),
    ],
)
def test_priors_in_words(text: str, told: str) -> None:
    assert in_words(parse_prior(text)) == told


def test_entries_of_libraries_have_names() -> None:
    text = 'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")'
    prior, line = (
        parse_prior(text),
        f"Turner 2015: obstetric outcomes: τ ~ {text} = log_normal_tau2(-3.52, 1.74).",
    )
    assert label(prior, ratio=False) == "Turner 2015: obstetric outcomes"
    assert entries([prior, prior, parse_prior("normal(0, 1)")], "τ") == [line]


def test_long_numbers_are_cut_for_print_alone() -> None:
    assert (
        shortened("sceptical(0.693) = normal(0, 0.42131408451485597)")
        == "sceptical(0.693) = normal(0, 0.421)"
    )
    assert shortened("half_normal(1e-05)") == "half_normal(1e-05)"
