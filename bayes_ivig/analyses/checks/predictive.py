"""Predictive checks: what a prior believes before any data,
and whether each arm looks like what the posterior foretells.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid import data_priors
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.nuts import importance
from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level, Seed
from bayes_ivig.likelihoods.contract import Observed, OfCounts
from bayes_ivig.likelihoods.scales import RATE_RATIO
from bayes_ivig.measures import OR, measure_of
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.checks.predictive import (
    REPLICATES,
    ArmCheck,
    Foretold,
    PosteriorCheck,
    PriorCheck,
    Replicate,
)
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.draws import replicates as predictive
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

DRAWS = (4, 1000)  # from a posterior on a grid
RENEWED = 4  # spawn key of the stream that draws new effects
LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
POINTS, ARM_POINTS = 2**15, 2**12  # evenly spread points at which a prior is evaluated
# root of x^5 = x + 1: its powers spread points over four dimensions (Roberts 2018)
GOLDEN = 1.1673039782614187
LARGE_OR, RARE = 20.0, 0.01
BISECTIONS = 60
MOST_EVENTS = 1e300  # in person-time, of the largest rates that floats hold
FAR = 12.0  # SDs beyond which a normal replicate does not lie


@checked
def posterior_predictive_check(
    posterior: Posterior, *, replicate: Replicate = "mixed", level: Level = 0.95, seed: Seed = 1
) -> PosteriorCheck:
    """Return every arm's events beside those replicated from the posterior, with mid-p-values.

    ``"mixed"`` replicates a study of the same size and baseline whose effect is drawn anew from Normal(mu,
    tau^2), or the model's Student-t (Marshall & Spiegelhalter 2003, Stat Med 22:1649): it asks whether the
    study belongs to the others. ``"conditional"`` replicates the same study with its own theta_i (Gelman,
    Meng & Stern 1996, Stat Sinica 6:733): it asks whether the counts fit the study's own parameters, which
    they have shaped, so that its p-values crowd around one half. Baselines are kept in both, since every
    study has its own: under a control baseline only the treatment arm can tell the two apart. Models of other
    kinds replicate what their counts see: meta-regression an effect around the study's own mean, bias
    adjustment effect and bias together, a bivariate normal an effect given the study's baseline; a
    beta-binomial arm has no baseline to keep, so that ``"mixed"`` draws both arms' risks anew. Probabilities
    are exact given each draw; no counts are drawn. ``level`` is that of the predictive limits. Raises
    ``ModelError``.

    >>> import bayes_ivig as bi
    >>> check = bi.checks.posterior_predictive_check(bi.fit(bi.load_dataset("my.csv")))
    >>> check.table()[["study", "arm", "observed", "expected"]].round(1).head(2)
            study        arm  observed  expected
    0  Adams 2011  treatment       4.0       4.1
    1  Adams 2011    control      11.0      11.3
    """
    drawing.require_by_study(posterior, "posterior_predictive_check")
    if replicate not in REPLICATES:
        hint = suggestion(str(replicate), REPLICATES)
        raise ModelError(
            f"posterior_predictive_check: replicate is {replicate!r}{hint}; "
            f"allowed are {', '.join(REPLICATES)}"
        )
    _check_level(level)
    values, _ = drawing.posterior_draws(posterior, DRAWS, seed)
    rng = np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=(RENEWED,)))
    theta, alpha = drawing.seen(posterior, values, rng if replicate == "mixed" else None)
    model = drawing.counts_model(posterior)
    drawing.require_whole_counts(posterior)
    checked = _Checked(model, drawing.observed(posterior), theta, alpha, level)
    return PosteriorCheck(checked.rows(posterior.studies), replicate, model.likelihood, level)


@checked
def prior_predictive_check(
    dataset: Dataset, model: TwoArm | None = None, *, level: Level = 0.95
) -> PriorCheck:
    """Return the odds ratios and event rates that a model's priors believe in, pooled,
    in one study and in every arm.

    Evaluated on evenly spread points, so that nothing depends on chance. Raises ``ModelError`` for an
    improper prior, which foretells nothing, and ``DataError`` where no study carries information.

    >>> import bayes_ivig as bi
    >>> bi.checks.prior_predictive_check(bi.load_dataset("my.csv"), bi.Model())
    PriorCheck: pooled odds ratio 0.004 to 250 before any data
    """
    _check_level(level)
    model = data_priors.resolve(dataset, two_arm_of(model))
    predictive.require_proper(model, "prior_predictive_check")
    studies = informative(dataset, model)
    values = _spread(model)
    names = tuple(study.name for study in studies)
    drawing.require_one_kind(dataset.label, studies, model.family)
    data = drawing.observed_of(studies, model.family)
    few = {name: array[:ARM_POINTS, None] * np.ones(len(names)) for name, array in values.items()}
    checked = _Checked(model, data, few["theta"][None], few["alpha"][None] if "alpha" in few else None, level)
    arms = checked.rows(names, exact=True)
    return PriorCheck(_quantities(model, values), arms, LEVELS, model.likelihood, level)


def prior_quantities(model: Model) -> tuple[Foretold, ...]:
    """Return the odds ratios, tau and event rates that proper priors believe in, at ``LEVELS``,
    whatever the data.
    """
    return _quantities(model, _spread(model))


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ModelError(f"level is {level!r}; it must lie between 0 and 1, for example 0.95")


def _spread(model: Model) -> dict[str, Array]:
    """Return the priors at evenly spread points: mu, tau, an effect theta and, where there is one,
    a baseline alpha; (S,).
    """
    steps = GOLDEN ** -np.arange(1.0, 5.0)
    shares = (0.5 + np.arange(1, POINTS + 1)[:, None] * steps) % 1.0
    values = {"mu": _at(model.mu, shares[:, 0])}
    theta = values["mu"]
    if model.heterogeneous:
        values["tau"] = _at(model.tau, shares[:, 1])
        df = model.degrees_of_freedom
        z = special.stdtrit(df, shares[:, 2]) if math.isfinite(df) else special.ndtri(shares[:, 2])
        theta = theta + values["tau"] * z
    values["theta"] = theta
    if model.has_baseline:
        values["alpha"] = _at(model.alpha, shares[:, 3])
    return values


def _at(prior: Prior, shares: Array) -> Array:
    with np.errstate(divide="ignore", over="ignore"):
        return np.clip(prior.quantile(shares), -predictive.LARGEST, predictive.LARGEST)


def _quantities(model: Model, values: dict[str, Array]) -> tuple[Foretold, ...]:
    """Return effects, tau and, where the model has baselines, event rates."""
    measure = measure_of(model.measure or OR.code)
    name = measure.name
    extreme = f"below 1/{LARGE_OR:g} or above {LARGE_OR:g}"
    quantities = []
    for label, logs in ((f"pooled {name}", values["mu"]), (f"{name} in one study", values["theta"])):
        if measure.log:
            own = _quantiles(np.exp(np.clip(logs, -700, 700)))
            quantities.append(Foretold(label, name, own, _beyond(logs), extreme))
        else:  # how large a difference is extreme, its unit does not say
            quantities.append(Foretold(label, name, _quantiles(logs)))
    if "tau" in values:
        quantities.append(Foretold("tau", f"SD of {measure.scale}", _quantiles(values["tau"])))
    if "alpha" in values:
        log_odds = model.baselines.place.arms(values["theta"], values["alpha"])
        for arm, logs in zip(("treatment", "control"), log_odds, strict=True):
            if model.family.scale is RATE_RATIO:  # how many a person-time unit is extreme, it does not say
                rate = np.exp(np.clip(logs, -700, 700))
                quantities.append(Foretold(f"event rate, {arm}", "event rate", _quantiles(rate)))
                continue
            rate = special.expit(logs)
            outside = float(((rate < RARE) | (rate > 1 - RARE)).mean())
            words = f"below {RARE:g} or above {1 - RARE:g}"
            quantities.append(Foretold(f"event rate, {arm}", "event rate", _quantiles(rate), outside, words))
    return tuple(quantities)


def _quantiles(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in np.quantile(values, LEVELS))


def _beyond(logs: Array) -> float:
    return float((np.abs(logs) > math.log(LARGE_OR)).mean())


@dataclass(frozen=True, eq=False)
class _Checked:
    """Data beside what draws of effects and baselines, (chains, draws, K), foretell."""

    model: Model
    data: Observed
    theta: Array
    alpha: Array | None
    level: float

    def rows(self, studies: tuple[str, ...], *, exact: bool = False) -> tuple[ArmCheck, ...]:
        """Return one row per arm; ``exact`` where the draws are no sample and have no Monte Carlo error."""
        at, totals, arms = self.model.family.free(self.data)
        up_to = self._at_most(at)
        less = self._at_most(at - 1) if self._counted else up_to
        above = 1 - (less + up_to) / 2
        chains = above.reshape(*self.theta.shape[:2], *above.shape[1:])
        expected, (lower, upper) = self._expected(), self._limits(at.shape)
        return tuple(
            ArmCheck(
                study=study,
                arm=arm,
                observed=float(at[i, j]),
                total=None if totals is None else int(totals[i, j]),
                expected=float(expected[i, j]),
                lower=float(lower[i, j]),
                upper=float(upper[i, j]),
                prob_above=float(above[:, i, j].mean()),
                mcse=0.0 if exact else importance.mean_error(chains[:, :, i, j]),
            )
            for i, study in enumerate(studies)
            for j, arm in enumerate(arms)
        )

    @property
    def _counted(self) -> bool:
        """Whether what is foretold are numbers of events; else estimates."""
        return isinstance(self.model.family, OfCounts)

    def _flat(self) -> tuple[Array, Array | None]:
        k = self.theta.shape[-1]
        return self.theta.reshape(-1, k), None if self.alpha is None else self.alpha.reshape(-1, k)

    def _at_most(self, at: Array) -> Array:
        return predictive.at_most(self.model, self.data, *self._flat(), at)

    def _expected(self) -> Array:
        return predictive.expected(self.model, self.data, *self._flat())

    def _limits(self, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """Return the smallest values with at least the two limits' probabilities at or below them,
        by bisection.
        """
        limits = []
        for share in ((1 - self.level) / 2, (1 + self.level) / 2):
            low, high = self._ends(shape, share)
            steps = math.ceil(math.log2(float((high - low).max()) + 1)) + 1 if self._counted else BISECTIONS
            for _ in range(steps):
                middle = np.floor((low + high) / 2) if self._counted else (low + high) / 2
                reached = self._at_most(middle).mean(axis=0) >= share
                low, high = np.where(reached, low, middle), np.where(reached, middle, high)
            limits.append(high)
        return limits[0], limits[1]

    def _ends(self, shape: tuple[int, ...], share: float) -> tuple[Array, Array]:
        """Return values below and above a limit; events in person-time are bounded by their probability
        alone.
        """
        theta, error = self._flat()[0], self.data.estimates[1]
        totals = self.model.family.free(self.data)[1]
        if not self._counted:
            far = FAR * error
            return (theta.min(axis=0) - far)[:, None], (theta.max(axis=0) + far)[:, None]
        if totals is not None:
            return np.full(shape, -1.0), totals.copy()
        high = np.full(shape, 1.0)
        while (short := (self._at_most(high).mean(axis=0) < share) & (high < MOST_EVENTS)).any():
            high = np.where(short, 4 * high, high)
        return np.full(shape, -1.0), high
