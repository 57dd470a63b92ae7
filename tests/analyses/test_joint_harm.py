"""One joint model of benefit and harm: what is asked of it, what is stored, and that both are found again."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.other_models.stored_answers import Store, write_answer
from bayes_ivig.analyses.weighing import joint as joint_harm
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable
from bayes_ivig.results.other_models.sampled import SampledAnswer
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.weighing.benefit_harm import Weighed

MODEL = bi.Model(tau="half_normal(1)")
LIVE = (bi.Study("A", 30, 41, 24, 42), bi.Study("B", 17, 25, 19, 24), bi.Study("C", 44, 60, 41, 63))
PRETERM = (bi.Study("A", 6, 30, 3, 24), bi.Study("B", 4, 17, 5, 19), bi.Study("C", 5, 44, 9, 41))


@pytest.fixture(scope="module")
def sides() -> tuple[bi.Posterior, bi.Posterior]:
    good = bi.Dataset(LIVE, "mine", "live_birth", about=About(event="good", denominator="women"))
    bad = bi.Dataset(PRETERM, "mine", "preterm_birth", about=About(event="bad", denominator="live births"))
    return bi.fit(good, MODEL), bi.fit(bad, MODEL)


def test_the_joint_model_has_the_reference_priors_and_rounded_risks(sides) -> None:
    found = bi.benefit_harm(*sides)
    (asked,) = joint_harm.joint_requests(*sides, found.setting)
    model = asked.request.model
    assert isinstance(model, bi.models.JointOutcome)
    assert (str(model.tau), str(model.tau_preterm), str(model.mu_preterm)) == ("half_normal(1)",) * 2 + (
        "normal(0, 2.82)",
    )
    risks = round(found.setting.benefit_risk, 3), round(found.setting.harm_risk, 3)
    assert (
        (model.live_risk, model.preterm_risk)
        == (asked.setting.benefit_risk, asked.setting.harm_risk)
        == risks
    )
    assert dict(asked.request.dataset.columns)["control_preterm"] == ("3", "5", "9")
    last_bits = replace(found.setting, benefit_risk=found.setting.benefit_risk + 1e-13)
    assert joint_harm.joint_requests(*sides, last_bits)[0].request.key == asked.request.key
    other = replace(found.setting, harm_risk=0.5)
    assert joint_harm.joint_requests(*sides, other)[0].request.key != asked.request.key
    assert joint_harm.joint_requests(*sides, replace(found.setting, among="all")) == ()


def test_a_stored_answer_comes_back_beside_the_same_counts_as_independent(sides, tmp_path: Path) -> None:
    found = bi.benefit_harm(*sides)
    asked = joint_harm.joint_requests(*sides, found.setting)
    store = Store((tmp_path,))
    assert joint_harm.joint_readings(sides[0], asked, store=store) == ()
    kept = found.weighed()
    plain = json.loads(json.dumps(asdict(replace(kept, dependence="joint", correlation=(0.25, 0.01)))))
    answer = SampledAnswer(plain, Diagnostics("nuts", ("too few draws",), ()), (), (("bayes_ivig", "0"),))
    write_answer(tmp_path / f"x-{asked[0].request.key[:16]}.json", asked[0].request, answer)
    joint, same = joint_harm.joint_readings(sides[0], asked, store=store)
    assert (joint.known, joint.problems, joint.weighed.correlation) == (
        "joint",
        ("too few draws",),
        (0.25, 0.01),
    )
    assert replace(joint.weighed, dependence="independent", correlation=(0.0, None)) == kept
    assert (same.known, same.weighed.dependence) == ("same table", "independent")
    again = bi.benefit_harm(*sides, control_risks=(asked[0].setting.benefit_risk, asked[0].setting.harm_risk))
    assert same.weighed.nets[0].probability == pytest.approx(again.at_weight(0.5).probability)


def test_plain_numbers_come_back_as_they_were(sides) -> None:
    for found in (bi.benefit_harm(*sides), bi.benefit_harm(*sides, among="all")):
        weighed = found.weighed()
        assert Weighed.from_dict(json.loads(json.dumps(asdict(weighed)))) == weighed


def test_the_central_table_is_the_one_in_the_middle_of_the_weight() -> None:
    study = PartialStudy("A", (2, 2), 20, (0, 6), 20)
    table = PartialTable((study, PartialStudy("B", (4, 4), 30, (5, 5), 30)), "mine", "preterm_birth")
    controls = (6, 4, 3, 1, 0)  # from the smallest odds ratio
    fits = [
        bi.fit(bi.Dataset((bi.Study("A", 2, 20, own, 20), bi.Study("B", 4, 30, 5, 30))), MODEL)
        for own in controls
    ]
    weights = np.exp([each.log_marginal_likelihood for each in fits])
    below = np.cumsum(weights) / weights.sum()
    found = bi.published.reconstruction_posterior(
        (table, np.array([[[2, own], [4, 5]] for own in (6, 0, 3, 1, 4)])), MODEL
    )
    assert np.abs(below - 0.5).min() > 0.02  # nowhere near a tie
    assert joint_harm.central(found).studies[0].counts == (2, 20, controls[int((below > 0.5).argmax())], 20)
    few = found.subset(np.array([True, False, True, False, False]))
    assert joint_harm.central(few).studies[0].counts == (2, 20, 6 if weights[0] > weights[2] else 3, 20)


def test_the_bundled_answers_are_sound_and_found() -> None:
    folder = Path(joint_harm.resources.folder("data")) / "ivig" / "sampled" / "joint"
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    assert len(documents) == 2
    for document in documents:
        assert document["diagnostics"]["problems"] == []
        weighed = Weighed.from_dict(document["answer"])
        assert (weighed.dependence, weighed.informed) == ("joint", True)
        assert max(net.mcse for net in weighed.nets) < 0.01
        assert sum(amount.mean for _, _, amount in weighed.states) == pytest.approx(100)
