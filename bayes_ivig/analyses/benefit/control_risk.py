"""``control_risk``: what the control arms say about the risk without treatment,
and how much of it is the prior's.
"""

from collections.abc import Iterator
from dataclasses import replace

from bayes_ivig import budget
from bayes_ivig.engines.further.control_arms import control_arms
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, HalfStudentT, Logistic, Normal, StudentT
from bayes_ivig.priors.parsing import PriorLike
from bayes_ivig.results.posterior.control_risk import ControlRisk, Moved

FACTORS = (0.5, 2.0)
ARM = 800_000  # bytes that an arm takes


@checked
def control_risk(
    dataset: Dataset, *, mean: PriorLike = "logistic(0, 1)", spread: PriorLike = "half_normal(1)"
) -> ControlRisk:
    """Return the posterior of the control arms' risk under random effects on the log odds;
    by quadrature, no sampling.

    Events are binomial in each control arm, its log odds Normal(mean, spread^2); the default prior of the
    mean is uniform on a typical study's risk. Treatment arms are not looked at, as Dias et al. 2013 (Med
    Decis Making 33:657) advise for a baseline model; pass the result to ``Posterior.absolute``. The same is
    done with each scale of the two priors halved and doubled, and what moves by more than ``MOVED`` times its
    odds is not carried by the arms. Raises ``DataError`` without a control arm and ``ModelError`` for
    improper priors, or for a prior that cannot hold the parameter.

    >>> import bayes_ivig as bi
    >>> risk = bi.control_risk(bi.load_dataset("my.csv"))
    >>> {name: round(level, 2) for name, level in risk.levels().items()}
    {'low': 0.07, 'median': 0.09, 'high': 0.1}
    """
    if not any(study.control_seen > 0 for study in dataset.studies):
        raise DataError(f"{dataset.label}: no study has a control arm with anybody in it")
    budget.require(
        len(dataset) * ARM,
        f"{dataset.label}: the control risk of {len(dataset):,} trials",
        "give the risk itself (baseline, --baseline-risk), or choose fewer trials",
        DataError,
    )
    # reads text, and refuses what cannot hold the parameters
    stated = Model(mu=mean, tau=spread)
    for name, prior in (("mean", stated.mu), ("spread", stated.tau)):
        if not prior.proper:
            raise ModelError(f"control_risk: {prior} is improper; give {name} a proper prior")
    answer = control_arms(dataset, stated.mu, stated.tau)
    others = [control_arms(dataset, *priors).named() for priors in _other_scales(stated.mu, stated.tau)]
    if not others:
        return answer
    own = answer.named()
    moved = {
        name: Moved(risk, *_range([risk, *(each[name] for each in others)])) for name, risk in own.items()
    }
    return replace(answer, moved=moved)


def _range(risks: list[float]) -> tuple[float, float]:
    return min(risks), max(risks)


def _other_scales(mean: Prior, spread: Prior) -> Iterator[tuple[Prior, Prior]]:
    """Yield both priors with one of their scales halved or doubled; nothing for a prior without a scale."""
    for factor in FACTORS:
        if (other := _scaled(mean, factor)) is not None:
            yield other, spread
        if (other := _scaled(spread, factor)) is not None:
            yield mean, other


def _scaled(prior: Prior, factor: float) -> Prior | None:
    match prior:
        case Normal(sd=sd):
            return replace(prior, sd=factor * sd)
        case Logistic(scale=scale) | StudentT(scale=scale) | HalfNormal(scale=scale):
            return replace(prior, scale=factor * scale)
        case HalfCauchy(scale=scale) | HalfStudentT(scale=scale):
            return replace(prior, scale=factor * scale)
        case _:
            return None
