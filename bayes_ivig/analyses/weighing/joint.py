"""Benefit against harm from one joint model of both outcomes, beside the same counts taken as independent."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np

from bayes_ivig import resources
from bayes_ivig.analyses.other_models.stored_answers import FOLDER, Answer, Request, Store, stored_answer
from bayes_ivig.analyses.weighing.benefit_harm import WEIGHTS, benefit_harm
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.nuts import NUTS
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.files.typed import fits
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.joint_dataset import JointDataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.other_models.sampled import SampledAnswer
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.harm_readings import HarmReading
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, Weighed
from bayes_ivig.results.weighing.setting import Setting

ENGINE = NUTS(seed=1)
WITHIN = "joint"  # folder of the joint answers among the sampled ones
DIGITS = 3  # of control risks: what is stored is found by them, on any machine


@dataclass(frozen=True, eq=False)
class JointRequest:
    """One table of both outcomes for the joint model: counts (``code`` empty),
    or the central table of a reading.
    """

    code: str
    tables: int
    harm: Dataset
    setting: Setting
    request: Request


def joint_requests(
    benefit: Posterior, harm: Posterior | SummaryOutcome, setting: Setting, engine: NUTS = ENGINE
) -> tuple[JointRequest, ...]:
    """Return what to ask of the joint model: one table of counts,
    or the central one of each reading's reconstructed tables.

    Both steps have the reference model's priors, and the control risks are those of ``setting`` to three
    decimals. Nothing where the harm is not counted among the benefit's events. Raises ``DataError`` and
    ``ModelError`` for counts and priors that the joint model cannot take.
    """
    if setting.among != "events" or setting.benefit_event != "good" or setting.harm_event != "bad":
        return ()
    at = replace(
        setting, benefit_risk=round(setting.benefit_risk, DIGITS), harm_risk=round(setting.harm_risk, DIGITS)
    )
    return tuple(JointRequest(*each, at, _request(benefit, each[2], at, engine)) for each in _tables(harm))


def joint_readings(
    benefit: Posterior, asked: tuple[JointRequest, ...], *, sampled: bool = False, store: Store | None = None
) -> tuple[HarmReading, ...]:
    """Return, for each request that has a stored answer, the joint model's and that
    of the same counts as independent.

    With ``sampled`` those not stored are sampled now. Raises ``DataError`` and ``ModelError``.
    """
    readings: list[HarmReading] = []
    for each in asked:
        answer = stored_answer(
            each.request,
            ask_of(each.setting),
            form=require_weighed,
            sampled=sampled,
            store=store or usual_store(),
        )
        if answer is not None:
            readings += _pair(benefit, each, answer)
    return tuple(readings)


def usual_store() -> Store:
    """Return the joint answers bundled with any case, and the user's cache."""
    return Store(resources.listed(resources.folder("data"), f"*/{FOLDER}/{WITHIN}"), resources.usual_cache())


def ask_of(setting: Setting) -> "_Ask":
    """Return what is asked of a sampled joint posterior: all that is weighed,
    at the setting's control risks.
    """
    return _Ask(setting)


def require_weighed(answer: SampledAnswer) -> None:
    """Raise ``ValueError`` for a stored answer that is nothing weighed."""
    try:
        weighed = Weighed.from_dict(answer.answer)
        weighed = replace(weighed, setting=replace(weighed.setting, states=()))  # words of the case
    except (LookupError, TypeError, ValueError, BayesIvigError):
        weighed = None
    if not fits(weighed, Weighed):
        raise ValueError("its numbers are not those of a benefit weighed against a harm")


@dataclass(frozen=True)
class _Ask:
    setting: Setting

    def __call__(self, posterior: Posterior) -> Answer:
        weighed = benefit_harm(posterior, control_risks=(self.setting.benefit_risk, self.setting.harm_risk))
        answer = asdict(replace(weighed, setting=self.setting).weighed())
        del answer["setting"]["states"]  # words, no part of an answer
        return answer


def central(tables: ReconstructionPosterior) -> Dataset:
    """Return the reconstructed table in the middle of their posterior probability,
    by its posterior median odds ratio.

    Half of the weight of the answer lies below it; ties go by the counts.
    """
    middles = np.round(tables.median, 6)
    order = np.lexsort((*tables.events.reshape(len(tables), -1).T[::-1], middles))
    below = np.cumsum(np.round(tables.weights()[order], 9))
    events = tables.events[order[int(np.searchsorted(below, below[-1] / 2))]].tolist()
    studies = tuple(
        Study(each.name, pair[0], each.treatment_total, pair[1], each.control_total)
        for each, pair in zip(tables.partial.studies, events, strict=True)
    )
    return Dataset(studies, tables.partial.name, tables.partial.outcome)


def _tables(harm: Posterior | SummaryOutcome) -> Iterator[tuple[str, int, Dataset]]:
    if isinstance(harm, Posterior):
        yield "", 0, harm.dataset
        return
    for reading in (each for each in harm.reconstructed if not each.narrowed):
        for tables in reading.posteriors:
            if tables.denominators == harm.about.denominator:
                yield reading.code, reading.tables, central(tables)


def _request(benefit: Posterior, harm: Dataset, setting: Setting, engine: NUTS) -> Request:
    own: Model = benefit.model
    joint = JointOutcome(
        outcomes=(benefit.dataset.outcome or "benefit", harm.outcome or "harm"),
        live_risk=setting.benefit_risk,
        preterm_risk=setting.harm_risk,
        mu=own.mu,
        tau=own.tau,
        alpha=own.alpha,
        mu_preterm=own.mu,
        tau_preterm=own.tau,
        alpha_preterm=own.alpha,
    )
    table = JointDataset.from_outcomes(benefit.dataset, harm).as_dataset()
    weights = f"{WEIGHTS[0]:g} to {WEIGHTS[-1]:g}, {len(WEIGHTS)} of them"
    return Request(f"benefit against harm; weights {weights}; {setting}", table, joint, engine)


def _pair(benefit: Posterior, each: JointRequest, answer: SampledAnswer) -> tuple[HarmReading, HarmReading]:
    """Return the joint reading, and the same counts as two independent posteriors
    at the same control risks.
    """
    alone = benefit_harm(
        benefit,
        fit(each.harm, benefit.model),
        control_risks=(each.setting.benefit_risk, each.setting.harm_risk),
        among=each.setting.among,
        events=(None, None if each.harm.about.event else each.setting.harm_event),
    )
    same: BenefitHarm = replace(alone, setting=each.setting)
    trials = benefit.dataset.selection
    weighed = Weighed.from_dict(answer.answer)
    weighed = replace(weighed, setting=replace(weighed.setting, states=each.setting.states))
    joint = HarmReading("joint", each.code, each.tables, trials, weighed, answer.diagnostics.problems)
    joint = replace(joint, sampled=replace(answer, answer={}))
    return joint, HarmReading("same table", each.code, each.tables, trials, same.weighed())
