"""``NUTS``: the sampling engine, an independent witness for every model that quadrature can hold too."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from bayes_ivig.engines import data_priors, propriety
from bayes_ivig.engines.curves import informative
from bayes_ivig.engines.nuts import sampling, two_arm
from bayes_ivig.engines.nuts.answers import DrawsAnswers
from bayes_ivig.engines.nuts.checks import check
from bayes_ivig.engines.nuts.priors import form
from bayes_ivig.engines.nuts.sampling import SAMPLERS, Effort, Sampler, Trace
from bayes_ivig.errors import ModelError, report_all, suggestion
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.inputs.study import Study
from bayes_ivig.results.posterior import Posterior

PACKAGES = ("pymc", "pytensor", "nutpie", "numba", "arviz-stats")
LEAST = {"draws": 4, "tune": 1, "chains": 1, "seed": 0, "cores": 1}  # R-hat splits a chain in two and needs two draws in each
LARGEST_SEED = 2**63 - 1
NEW_STUDY = 1  # spawn key of the stream that draws theta_new, apart from the sampler's own


@dataclass(frozen=True)
class NUTS:
    """Engine that samples with the No-U-Turn sampler; the same ``seed`` gives the same draws, on any number of ``cores``.

    ``draws`` are kept per chain, after ``tune`` steps of adaptation. ``target_accept`` near 1 means small steps. ``progress``
    shows a bar on standard error. ``sampler`` is ``"nutpie"`` or, slower and compiled anew each time, ``"pymc"``. The first
    fit of a model structure compiles for some seconds; further ones, with other data or other numbers in the priors, reuse it.
    Raises ``ModelError`` for impossible settings.
    """

    draws: int = 2500
    tune: int = 1000
    chains: int = 4
    seed: int = 1
    target_accept: float = 0.95
    cores: int | None = None
    progress: bool = False
    sampler: Sampler = "nutpie"

    def __post_init__(self) -> None:
        report_all(list(self._problems()), ModelError)

    def _problems(self) -> Iterator[str]:
        for name, least in LEAST.items():
            value = getattr(self, name)
            if name == "cores" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= LARGEST_SEED:
                yield f"NUTS: {name} is {value!r}; it must be a whole number of {least} or more"
        accept: Any = self.target_accept
        if isinstance(accept, bool) or not isinstance(accept, int | float) or not 0 < accept < 1:
            yield f"NUTS: target_accept is {accept!r}; it must be a number between 0 and 1, such as 0.95"
        if not isinstance(self.progress, bool):
            yield f"NUTS: progress is {self.progress!r}; it must be True or False"
        if self.sampler not in SAMPLERS:
            yield f"NUTS: sampler is {self.sampler!r}{suggestion(str(self.sampler), SAMPLERS)}; allowed are {', '.join(SAMPLERS)}"

    def fit(self, dataset: Dataset, model: Model) -> Posterior:
        """Return the posterior as draws; raises ``DataError`` and ``ModelError``."""
        model = data_priors.resolve(dataset, model)
        propriety.require(dataset, model)
        studies = informative(dataset, model)
        trace = self._sample(studies, model)
        names = tuple(study.name for study in studies)
        values = {name: draws for name, draws in trace.values.items() if name in ("mu", "tau", "theta", "alpha")}
        values["theta_new"] = self._new_study(values, model.degrees_of_freedom)
        return Posterior(
            dataset=dataset,
            model=model,
            engine="nuts",
            settings=self._settings(),
            studies=names,
            answers=DrawsAnswers(dataset, model, names, values, trace.stats),
            log_marginal_likelihood=None,
            diagnostics=check(values, trace.stats, names),
        )

    def _sample(self, studies: tuple[Study, ...], model: Model) -> Trace:
        effort = Effort(
            int(self.draws),
            int(self.tune),
            int(self.chains),
            int(self.seed),
            float(self.target_accept),
            self.cores,
            self.progress,
        )
        if self.sampler == "pymc":
            return sampling.with_pymc(lambda: two_arm.build(studies, model), effort)
        data = two_arm.observed(studies, model)
        return sampling.with_nutpie(_structure(studies, model), lambda: two_arm.build(studies, model), data, effort)

    def _new_study(self, values: dict[str, Any], df: float) -> Any:
        """Draw the effect in a new study, theta_new = mu + tau z, one for each draw."""
        if "tau" not in values:
            return values["mu"]
        rng = np.random.default_rng(np.random.SeedSequence(int(self.seed), spawn_key=(NEW_STUDY,)))
        shape = values["mu"].shape
        z = rng.standard_t(df, shape) if math.isfinite(df) else rng.standard_normal(shape)
        return values["mu"] + values["tau"] * z

    def _settings(self) -> tuple[tuple[str, str], ...]:
        stated = ("sampler", "draws", "tune", "chains", "seed", "target_accept")
        versions = "; ".join(f"{package} {version(package)}" for package in PACKAGES)
        return (
            *((name, f"{getattr(self, name)}") for name in stated),
            ("backend", "numba, fastmath off"),
            ("versions", versions),
        )


def _structure(studies: tuple[Study, ...], model: Model) -> tuple[object, ...]:
    """Return all that a compiled model depends on: everything but the counts and the numbers of the priors."""
    tau = form(model.tau) if model.heterogeneous else None
    baseline = (model.baseline, form(model.alpha)) if model.likelihood == "binomial" else None
    return model.likelihood, model.effects, baseline, len(studies), form(model.mu), tau
