"""Judgements as people enter them: kept as entered, one message for every wrong kind, None where none is."""

from datetime import date
from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions
from bayes_ivig.inputs.counts.description import read_sidecar
from bayes_ivig.inputs.judgements.judged import (
    BiasJudgement,
    Certainty,
    ImportantDifference,
    Judged,
    StatedBefore,
)

TABLE = (
    "study,outcome,treatment_events,treatment_total,control_events,control_total,comparison\n"
    "Berg 2003,death,3,50,6,48,placebo\nCole 2015,death,5,60,7,61,no care\n"
    "Berg 2003,birth,30,50,20,48,placebo\n"
)
SHARED = """
trial_sets = { early = ["Berg 2003"] }
[judgements]
by = "A. Reader"
on = 2026-05-01
[judgements.stated_before]
source = "a registration"
trial_sets = ["early", "all"]
likelihoods = ["binomial"]
effects = ["random", "student_t(5)"]
mu_priors = ["normal(0,2.820)"]
tau_priors = ["half_normal(0.5)"]
comparisons = ["placebo"]
[judgements.risk_of_bias."Berg 2003"]
domains = { randomisation = "some concerns" }
reason = "not described"
"""
OWN = """
[outcomes.death]
event = "bad"
[outcomes.death.judgements.important_difference]
events_per_1000 = 20
reason = "asked of patients"
by = "B. Other"
[outcomes.death.judgements.certainty]
overall = "very low"
of = "the early trials"
reason = "few events"
[outcomes.death.judgements.certainty.publication_bias]
rating = "strongly suspected"
reason = "two registered trials are missing"
by = "C. Third"
[outcomes.death.judgements.certainty.imprecision]
rating = "serious"
reason = "21 events"
[outcomes.death.judgements.risk_of_bias."Cole 2015"]
overall = "high"
reason = "open"
[outcomes.birth]
event = "good"
[outcomes.life]
event = "good"
complement_of = "death"
"""


def loaded(folder: Path, sidecar: str, outcome: str = "death") -> Dataset:
    (folder / "mine.csv").write_text(TABLE)
    (folder / "mine.toml").write_text(sidecar)
    return bi.load_dataset(folder / "mine.csv", outcome)


def test_what_was_entered_stands_in_the_description(tmp_path: Path) -> None:
    judged = loaded(tmp_path, SHARED + OWN).about.judgements
    assert judged is not None
    assert judged.certainty == Certainty(
        Judged("very low", "few events", "A. Reader", "2026-05-01"),
        (
            ("imprecision", Judged("serious", "21 events", "A. Reader", "2026-05-01")),
            (
                "publication_bias",
                Judged("strongly suspected", "two registered trials are missing", "C. Third", "2026-05-01"),
            ),
        ),
        "the early trials",
    )
    assert judged.important_difference == ImportantDifference(
        20.0, "events_per_1000", "asked of patients", "B. Other"
    )
    assert judged.important_difference.per_1000 == 20
    assert judged.important_difference.relative is None
    assert judged.risk_of_bias == (
        BiasJudgement(
            "Berg 2003",
            Judged("", "not described", "A. Reader", "2026-05-01"),
            (("randomisation", "some concerns"),),
        ),
        BiasJudgement("Cole 2015", Judged("high", "open", "A. Reader", "2026-05-01")),
    )


def test_what_holds_for_the_file_holds_for_every_outcome(tmp_path: Path) -> None:
    birth = loaded(tmp_path, SHARED + OWN, "birth").about.judgements
    assert birth is not None
    assert birth.certainty is None
    assert birth.stated_before == StatedBefore(
        "a registration",
        ("early", "all"),
        ("placebo",),
        ("binomial",),
        ("random", "student_t(5)"),
        ("normal(0,2.820)",),
        ("half_normal(0.5)",),
    )


def test_an_outcome_counted_from_another_has_its_judgements(tmp_path: Path) -> None:
    life = loaded(tmp_path, SHARED + OWN, "life")
    assert life.about.judgements == loaded(tmp_path, SHARED + OWN).about.judgements


def test_priors_stated_before_are_compared_as_priors() -> None:
    before = StatedBefore("a protocol", mu_priors=("normal(0,2.820)",), trial_sets=("all",))
    assert before.names("mu_priors", "normal(mean=0, sd=2.82)")
    assert not before.names("mu_priors", "normal(0, 1)")
    assert not before.names("tau_priors", "half_normal(0.5)")
    assert before.names("trial_sets", "all")


def test_nothing_entered_is_none(tmp_path: Path) -> None:
    assert loaded(tmp_path, 'event = "bad"').about.judgements is None
    assert loaded(tmp_path, '[judgements]\nby = "A. Reader"').about.judgements is None
    assert all(about.judgements is None for about in descriptions("ivig").values())


def test_judgements_are_hashed_compared_and_saved_with_a_posterior(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, SHARED + OWN)
    assert len({dataset, loaded(tmp_path, SHARED + OWN)}) == 1
    bi.fit(dataset, bi.Model()).save(tmp_path / "posterior.nc")
    assert bi.Posterior.load(tmp_path / "posterior.nc").dataset == dataset


CERTAIN = "[judgements]\nby = 'A'\n[judgements.certainty]\n"
TRIAL = "[judgements]\nby = 'A'\n[judgements.risk_of_bias.'Berg 2003']\n"
DIFFERENCE = "[judgements.important_difference]\n"
BEFORE = "[judgements.stated_before]\n"
SIGNED = 'says not who judged; give by = "NAME"'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("judgements = 3", "judgements: found 3; must be a table"),
        ("[judgements]\ncertanty = {}", "judgements.certanty: unknown key (did you mean 'certainty'?)"),
        ("[judgements]\nby = ''", "judgements.by: found ''; must be text"),
        ("[judgements]\non = 3", "judgements.on: found 3; must be a date, or text"),
        ("[judgements]\ncertainty = 'low'", "judgements.certainty: found 'low'; must be a table of keys"),
        ("[judgements]\nrisk_of_bias = 'low'", "judgements.risk_of_bias: found 'low'; must be a table"),
        ("[judgements]\nstated_before = ['all']", "judgements.stated_before: found ['all']; must be a table"),
        ("[judgements]\nimportant_difference = 20", "judgements.important_difference: found 20; must be a"),
        (
            "[judgements.certainty]\nby = 'A'",
            "judgements.certainty: judges nothing; give overall, or domains",
        ),
        (CERTAIN + "overall = 'poor'", "judgements.certainty.overall: found 'poor'; must be one of high"),
        (CERTAIN + "overall = 3", "judgements.certainty.overall: found 3; must be one of high, moderate"),
        (CERTAIN + "overall = 'low'", "judgements.certainty: gives no reason; give reason, or judge domains"),
        (CERTAIN + "overall = 'lo'\nreason = 'x'", "found 'lo' (did you mean 'low'?); must be one of"),
        (CERTAIN + "imprecision = 'serious'", "judgements.certainty.imprecision: found 'serious'; must be a"),
        (
            CERTAIN + "imprecision = {rating = 'serious'}",
            "judgements.certainty.imprecision.reason: found None; must be text",
        ),
        (
            CERTAIN + "imprecision = {reason = 'few'}",
            "judgements.certainty.imprecision.rating: found None; must be one of not serious, serious",
        ),
        (
            CERTAIN + "publication_bias = {rating = 'serious', reason = 'x'}",
            "publication_bias.rating: found 'serious'; must be one of undetected, strongly suspected",
        ),
        ("[judgements.certainty]\noverall = 'low'\nreason = 'x'", f"judgements.certainty: {SIGNED}"),
        (
            "[judgements.certainty]\nimprecision = {rating = 'serious', reason = 'x'}",
            f"judgements.certainty.imprecision: {SIGNED}",
        ),
        (
            "[outcomes.death.judgements.risk_of_bias.'Berg 2003']\noverall = 'low'\nreason = 'x'",
            f"outcomes.death.judgements.risk_of_bias.Berg 2003: {SIGNED}",
        ),
        ("[judgements.risk_of_bias]\n'Berg 2003' = 'low'", "risk_of_bias.Berg 2003: found 'low'; must be a"),
        (TRIAL + "reason = 'x'", "risk_of_bias.Berg 2003: judges nothing; give overall, domains, or both"),
        (TRIAL + "overall = 'low'", "risk_of_bias.Berg 2003.reason: found None; must be text"),
        (TRIAL + "overall = '+'\nreason = 'x'", "Berg 2003.overall: found '+'; must be one of low, some"),
        (TRIAL + "domains = 'low'\nreason = 'x'", "Berg 2003.domains: found 'low'; must be a table of keys"),
        (TRIAL + "domains = {a = 1}\nreason = 'x'", "Berg 2003.domains.a: found 1; must be one of low"),
        (
            DIFFERENCE + "reason = 'x'",
            "judgements.important_difference: found no size; give one of odds_ratio",
        ),
        (
            DIFFERENCE + "odds_ratio = 2\nevents_per_1000 = 3",
            "judgements.important_difference: found odds_ratio and events_per_1000; give one of",
        ),
        (DIFFERENCE + "odds_ratio = 1", "odds_ratio: found 1; must be an odds ratio above 0 other than 1"),
        (DIFFERENCE + "odds_ratio = 'two'", "odds_ratio: found 'two'; must be an odds ratio above 0"),
        (DIFFERENCE + "odds_ratio = inf", "odds_ratio: found inf; must be an odds ratio above 0"),
        (DIFFERENCE + "events_per_1000 = 1000", "found 1000; must be events per 1000, between 0 and 1000"),
        (DIFFERENCE + "effect = 0", "effect: found 0; must be a number other than 0"),
        (DIFFERENCE + "effect = true", "effect: found True; must be a number other than 0"),
        (BEFORE + "trial_sets = ['all']", "judgements.stated_before.source: found None; must be text"),
        (BEFORE + "source = 'x'\nmu_priors = 'flat()'", "mu_priors: found 'flat()'; must be a list of texts"),
        (BEFORE + "source = 'x'\nmu_priors = ['norml(0, 1)']", "stated_before.mu_priors: "),
        (BEFORE + "source = 'x'\nlikelihoods = ['binomal']", "found 'binomal' (did you mean 'binomial'?)"),
        (BEFORE + "source = 'x'\neffects = ['fixed']", "effects: found 'fixed'; must be one of random"),
        (
            BEFORE + "source = 'x'\ntrial_sets = ['late']",
            "judgements.stated_before.trial_sets: no trial set 'late'; there are all",
        ),
    ],
)
def test_a_wrong_judgement(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(DataError) as caught:
        read_sidecar(tmp_path / "mine.toml")
    assert f"{tmp_path / 'mine.toml'}: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        (
            TRIAL.replace("2003", "2004") + "overall = 'low'\nreason = 'x'",
            "judgements.risk_of_bias: no study 'Berg 2004' (did you mean 'Berg 2003'?) in the table; there "
            "are Berg 2003, Cole 2015",
        ),
        (
            "measure = 'RR'\n" + DIFFERENCE + "odds_ratio = 1.5",
            "judgements.important_difference.odds_ratio: the outcome is read on measure RR; state effect",
        ),
        (
            DIFFERENCE + "effect = 1.5",
            "important_difference.effect: the outcome is read on measure OR; state",
        ),
        *(
            (
                "measure = 'RR'\n" + DIFFERENCE + f"effect = {size}",
                f"important_difference.effect: found {size}; the outcome is read on measure RR, a ratio",
            )
            for size in (-5, 1)
        ),
        (
            BEFORE + "source = 'x'\ncomparisons = ['against nothing']",
            "stated_before.comparisons: no comparison 'against nothing'; there are placebo, no_care",
        ),
    ],
)
def test_a_judgement_that_does_not_fit_the_table(tmp_path: Path, sidecar: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        loaded(tmp_path, sidecar)
    assert said in str(caught.value)


def test_a_date_may_be_text_or_a_date_of_toml(tmp_path: Path) -> None:
    ends = "\n[judgements.certainty]\noverall = 'low'\nreason = 'x'"
    dates = ("'May 2026'", str(date(2026, 5, 1)))
    found = [
        loaded(tmp_path, f"[judgements]\nby = 'A'\non = {each}{ends}").about.judgements for each in dates
    ]
    assert [
        each and each.certainty and each.certainty.overall and each.certainty.overall.on for each in found
    ] == [
        "May 2026",
        "2026-05-01",
    ]
