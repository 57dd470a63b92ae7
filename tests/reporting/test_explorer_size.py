"""What the interactive part is given, and what it cannot offer and says so."""

import json
from dataclasses import replace

import pytest
from report_cases import BAD_EVENT, GOOD_EVENT, THREE, ivig, own

import bayes_ivig as bi
from bayes_ivig.reporting.document.blocks import Explorer
from bayes_ivig.reporting.explorer import outcome_json
from bayes_ivig.reporting.explorer.priors_json import mu_document, tau_document
from bayes_ivig.reporting.explorer.section import explorer_of, left_out

pytestmark = pytest.mark.slow


def payload(reanalysis):
    found = explorer_of(reanalysis)
    assert isinstance(found, Explorer)
    return found.payload


def test_more_trials_than_a_page_computes_with_are_said(monkeypatch):
    monkeypatch.setattr("bayes_ivig.reporting.explorer.section.MOST_TRIALS", 2)
    assert explorer_of(own(THREE)) is None
    assert left_out(own(THREE)) == [
        "The outcome is not offered here: its 3 trials are more than a page computes with."
    ]


def test_nothing_is_said_where_everything_is_offered():
    assert "not offered" not in explorer_of(own(THREE)).intro
    assert [one["label"] for one in payload(own(THREE))["outcomes"][0]["likelihoods"]] == [
        "binomial, baseline normal(0, 10)", "binomial, baseline normal(0, 2.5)", "hypergeometric", "normal",
    ]  # fmt: skip


def test_a_baseline_on_the_control_arm_is_named_and_the_references_likelihood_is_first():
    first = payload(own(THREE, model="binomial_control"))["outcomes"][0]["likelihoods"][0]
    assert first["label"].startswith("binomial, control baseline normal")
    assert first["share"] == 0


def test_the_whole_case_is_small():
    """Counts and priors, no surfaces: these made up 850 kB."""
    assert len(json.dumps(payload(ivig()))) < 20_000


def test_every_outcome_with_an_odds_ratio_is_there_with_its_counts():
    found = {one["name"]: one for one in payload(ivig())["outcomes"]}
    assert list(found) == [
        "live_birth",
        "miscarriage",
        "obstetric_complication",
        "neonatal_outcome",
        "preterm_birth",
    ]
    for name in list(found)[:4]:
        data = bi.load_dataset("ivig", outcome=name)
        assert found[name]["trials"] == [list(study.counts) for study in data.studies]
        for each in found[name]["sets"]:
            members = data.trials(each["name"]).study_names
            assert [found[name]["studies"][i] for i in each["studies"]] == list(members)
    assert "IVIG instead of heparin and aspirin" in {each["label"] for each in found["live_birth"]["sets"]}
    assert found["live_birth"]["risk"] == 743 and found["miscarriage"]["risk"] == 257
    assert left_out(ivig()) == ["Birth weight is not offered here: it is told by no odds ratio."]


def test_named_priors_go_the_other_way_round_for_a_mirror_image():
    live, loss = (payload(ivig())["outcomes"][i]["presets"]["mu"] for i in (0, 1))
    named = {one["label"]: one["mean"] for one in live}
    assert named["Enthusiastic"] == pytest.approx(0.693) and "Kofod 2025" not in named
    mirrored = {one["label"]: one["mean"] for one in loss}
    assert mirrored["Enthusiastic"] == -named["Enthusiastic"]


def test_an_outcome_without_a_name_is_no_mirror_image_of_itself():
    reanalysis = own(THREE, 'mu_priors = ["normal(0.5, 1)", "normal(-0.25, 2)"]\n' + GOOD_EVENT)
    (found,) = payload(reanalysis)["outcomes"]
    assert found["name"] == ""
    (risk,) = {each.effects["median"].baseline_risk for each in reanalysis.findings}
    assert risk == pytest.approx(0.1979, abs=1e-4) and found["risk"] == 198  # 802 as its own mirror image
    named = {one["label"]: one["mean"] for one in found["presets"]["mu"]}
    assert named["normal(0.5, 1)"] == 0.5 and named["normal(-0.25, 2)"] == -0.25


PRIORS = (
    ("log_normal_tau2(-2.56, 1.74)", "log_normal", 0.2780373, 0.87),
    ("log_normal(-1, 0.5)", "log_normal", 0.36787944, 0.5),
    ("half_student_t(3, 0.4)", "half_student_t", 0.4, 3.0),
    ("inverse_gamma(1.77, 0.55)", "inverse_gamma", 0.55, 1.77),
    ("exponential(2)", "exponential", 0.5, 3.0),
    ("half_cauchy(0.5)", "half_cauchy", 0.5, 3.0),
)


@pytest.mark.parametrize(("text", "family", "scale", "shape"), PRIORS)
def test_a_prior_on_tau_is_stated_as_the_page_holds_it(text, family, scale, shape):
    assert tau_document(bi.priors.parse_prior(text)) == {"family": family, "scale": scale, "shape": shape}


@pytest.mark.parametrize(
    "text", ["uniform(0, 2)", "half_normal(9)", "mixture(0.5: half_normal(1), 0.5: half_normal(2))"]
)
def test_a_prior_on_tau_that_the_page_cannot_state_is_none(text):
    assert tau_document(bi.priors.parse_prior(text)) is None


def test_priors_on_mu_are_stated_where_they_can_be():
    assert mu_document(bi.priors.parse_prior("student_t(4, 0, 0.58)"))["muFamily"] == "student_t"
    assert mu_document(bi.priors.parse_prior("logistic(0, 1)")) is None
    assert mu_document(bi.priors.parse_prior("normal(0, 0.01)")) is None


def test_where_the_reference_model_cannot_be_stated_it_starts_elsewhere():
    reanalysis = own(THREE)
    found = explorer_of(replace(reanalysis, model=bi.Model(mu="logistic(0, 1)")))
    assert found.back == "Back to the start"
    assert found.payload["start"]["sd"] == 2.82


def test_baseline_priors_are_given_in_parts():
    mixed = bi.priors.parse_prior("mixture(0.25: student_t(3, 0, 2), 0.75: logistic(1, 1))")
    parts = outcome_json.alpha_document(mixed)
    assert [(one["family"], one["weight"]) for one in parts] == [("student_t", 0.25), ("logistic", 0.75)]


def test_a_table_of_ones_own_is_named_by_its_file():
    assert payload(own(THREE, BAD_EVENT))["source"] == "mine.csv"
    assert payload(ivig())["source"] == "ivig"
