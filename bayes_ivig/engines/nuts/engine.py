"""``NUTS``: the sampling engine, a witness for every model that quadrature holds too,
and the only one for the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, assert_never

import numpy as np

from bayes_ivig.engines.marginal import regression
from bayes_ivig.engines.nuts import (
    beta_binomial,
    bias_adjusted,
    bivariate,
    joint_outcome,
    meta_regression,
    random_baselines,
    sampling,
    two_arm,
)
from bayes_ivig.engines.nuts.answers import DrawsAnswers, component
from bayes_ivig.engines.nuts.checks import check
from bayes_ivig.engines.nuts.plan import Plan
from bayes_ivig.engines.nuts.sampling import SAMPLERS, Effort, Sampler, Trace
from bayes_ivig.errors import ModelError, report_all, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import refuse_design_effects
from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.posterior.posterior import Posterior

PACKAGES = ("pymc", "pytensor", "nutpie", "numba", "arviz-stats")
# R-hat splits a chain in two and needs two draws in each
LEAST = {"draws": 4, "tune": 1, "chains": 1, "seed": 0, "cores": 1}
LARGEST_SEED = 2**63 - 1
NEW_STUDY = 1  # spawn key of the stream that draws theta_new, apart from the sampler's own


@checked
@dataclass(frozen=True)
class NUTS:
    """Engine that samples with the No-U-Turn sampler; the same ``seed`` gives the same draws,
    on any number of ``cores``.

    ``draws`` are kept per chain, after ``tune`` steps of adaptation. ``target_accept`` near 1 means small
    steps: at 0.98 the bundled tables gave no divergence, at 0.95 one now and then, for a third more time.
    ``progress`` shows a bar on standard error. ``sampler`` is ``"nutpie"`` or, slower and compiled anew each
    time, ``"pymc"``. ``marginal`` samples a meta-regression with every study's own effect integrated out,
    over splines of the likelihood surface, exact to far below the sampler's own error: no funnels; effects
    are drawn afterwards. The first fit of a model structure compiles for some seconds; further ones, with
    other data or other numbers in the priors, reuse it. Raises ``ModelError`` for impossible settings.

    >>> import bayes_ivig as bi
    >>> engine = bi.NUTS(draws=500, tune=500, seed=1)
    >>> post = bi.fit(bi.load_dataset("my.csv"), bi.Model(), engine)  # doctest: +SKIP
    >>> engine.draws, engine.seed
    (500, 1)
    """

    draws: int = 3000
    tune: int = 1000
    chains: int = 4
    seed: int = 1
    target_accept: float = 0.98
    cores: int | None = None
    progress: bool = False
    sampler: Sampler = "nutpie"
    marginal: bool = False

    def __post_init__(self) -> None:
        report_all(list(self._problems()), ModelError)

    def _problems(self) -> Iterator[str]:
        for name, least in LEAST.items():
            value = getattr(self, name)
            if name == "cores" and value is None:
                continue
            if (
                isinstance(value, bool)
                or not isinstance(value, int | np.integer)
                or not least <= value <= LARGEST_SEED
            ):
                yield f"NUTS: {name} is {value!r}; it must be a whole number of {least} or more"
        accept: Any = self.target_accept
        if isinstance(accept, bool) or not isinstance(accept, int | float) or not 0 < accept < 1:
            yield f"NUTS: target_accept is {accept!r}; it must be a number between 0 and 1, such as 0.95"
        for name in ("progress", "marginal"):
            if not isinstance(getattr(self, name), bool):
                yield f"NUTS: {name} is {getattr(self, name)!r}; it must be True or False"
        if self.sampler not in SAMPLERS:
            yield (
                f"NUTS: sampler is {self.sampler!r}{suggestion(str(self.sampler), SAMPLERS)}; "
                f"allowed are {', '.join(SAMPLERS)}"
            )

    def fit(self, dataset: Dataset, model: AnyModel) -> Posterior:
        """Return the posterior as draws; raises ``DataError`` and ``ModelError``."""
        plan = self._plan(dataset, model)
        trace = self._sample(plan)
        rng = np.random.default_rng(np.random.SeedSequence(int(self.seed), spawn_key=(NEW_STUDY,)))
        values, quantities, remarks, labels = plan.answer(trace.values, rng)
        further = {
            one.name: draws
            for one in quantities
            if (draws := component(values, labels, one.name)) is not None
        }
        return Posterior(
            dataset=dataset,
            model=plan.model,
            engine="nuts",
            settings=self._settings(),
            studies=plan.names,
            answers=DrawsAnswers(dataset, plan.model, plan.names, values, trace.stats, dict(labels)),
            log_marginal_likelihood=None,
            diagnostics=check(
                {**values, **further},
                trace.stats,
                plan.names,
                tuple(further),
                exact=isinstance(plan.model, Model),
            ),
            quantities=quantities,
            remarks=remarks,
        )

    def _plan(self, dataset: Dataset, model: AnyModel) -> Plan:
        if self.marginal and isinstance(model, MetaRegression):
            return regression.plan(dataset, model)
        if self.marginal:
            raise ModelError(
                f"NUTS: marginal=True is for meta-regressions; a model of the family {model.KIND} is sampled "
                "without it, so leave marginal out"
            )
        refuse_design_effects(
            dataset,
            "NUTS()",
            "which samples whole counts",
            "fit with Quadrature(), or leave the design effects out",
        )
        return plan_of(dataset, model)

    def _sample(self, plan: Plan) -> Trace:
        effort = Effort(
            int(self.draws),
            int(self.tune),
            int(self.chains),
            int(self.seed),
            float(self.target_accept),
            self.cores,
            self.progress,
        )
        try:
            if self.sampler == "pymc":
                return sampling.with_pymc(plan.build, effort)
            return sampling.with_nutpie(plan.structure, plan.build, plan.data, effort)
        except sampling.CannotStartError as error:
            resort = "check with Quadrature()" if isinstance(plan.model, Model) else "use tighter ones"
            raise ModelError(
                f"NUTS: sampling could not start ({error}); the posterior may not be proper, or a prior may "
                f"be out of reach of the data; use proper priors on the log odds scale, or {resort}"
            ) from None

    def _settings(self) -> tuple[tuple[str, str], ...]:
        stated = ("sampler", "draws", "tune", "chains", "seed", "target_accept")
        versions = "; ".join(f"{package} {version(package)}" for package in PACKAGES)
        return (
            *((name, f"{getattr(self, name)}") for name in stated),
            *((("study_effects", "integrated out"),) if self.marginal else ()),
            ("backend", "numba, fastmath off"),
            ("versions", versions),
        )


def plan_of(dataset: Dataset, model: AnyModel) -> Plan:  # noqa: C901, PLR0911 - one case for each kind
    """Choose the builder of this kind of model."""
    match model:
        case Model():
            return two_arm.plan(dataset, model)
        case RandomBaselines():
            return random_baselines.plan(dataset, model)
        case Bivariate():
            return bivariate.plan(dataset, model)
        case BetaBinomial():
            return beta_binomial.plan(dataset, model)
        case MetaRegression():
            return meta_regression.plan(dataset, model)
        case BiasAdjusted():
            return bias_adjusted.plan(dataset, model)
        case JointOutcome():
            return joint_outcome.plan(dataset, model)
        case PetPeese():
            raise ModelError(
                "NUTS: a model of the family pet_peese is fitted by the exact engine alone; leave engine "
                "out, or give Quadrature()"
            )
        case Selection():
            raise ModelError(
                "NUTS: a model of the family selection is fitted by the exact engine alone, which sums over "
                "all intervals of the p-value; leave engine out, or give Quadrature()"
            )
        case _:
            assert_never(model)
