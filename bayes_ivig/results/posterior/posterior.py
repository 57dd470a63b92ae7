"""The posterior of one model on one dataset, whichever engine computed it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from bayes_ivig.errors import DataError, ModelError, suggestion
from bayes_ivig.inputs.characteristics.more_trials import Cells, with_trials
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.selection import Selection
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.kinds.ranges import Centre, StudyName
from bayes_ivig.measures import Measure
from bayes_ivig.results.completed import completed
from bayes_ivig.results.contract import Answers, Stating
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.absolute import AbsoluteEffects, absolute_effects
from bayes_ivig.results.posterior.at_values import AtAnswers, AtValues, full_name
from bayes_ivig.results.posterior.baseline_check import BaselineCheck, checked
from bayes_ivig.results.posterior.by_study import ByStudy
from bayes_ivig.results.posterior.control_risk import Baseline, Kind
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.posterior.further import checked_weights, density_ratio, evidence_ratio, other_priors
from bayes_ivig.results.posterior.i_squared import heterogeneity_fraction
from bayes_ivig.results.posterior.influence import Influence
from bayes_ivig.results.posterior.joint import JointDensity
from bayes_ivig.results.posterior.own_scale import OnOwnScale
from bayes_ivig.results.posterior.pictured import Pictured
from bayes_ivig.results.posterior.quantity import Quantity
from bayes_ivig.results.posterior.series import PosteriorSeries, cumulative_steps
from bayes_ivig.results.posterior.summarised import Summarised
from bayes_ivig.results.posterior.with_draws import WithDraws
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    from pathlib import Path


QUANTITIES = ("mu", "tau", "theta_new")
MOST_KEPT = 3_000  # studies up to which the marginals of their effects are kept once they are made


class FollowUps(Protocol):
    """What asks the engine one question more; ``fit`` attaches it."""

    def ask(
        self, before: "Posterior", dataset: Dataset, model: Model, weights: Mapping[str, float]
    ) -> "Posterior":
        """Return the posterior of another model on some of the studies,
        likelihoods raised to weights in [0, 1].
        """

    def influence(self, posterior: "Posterior") -> Influence:
        """Return every study's weight and predictive check."""


@checked_methods
@dataclass(frozen=True, eq=False)
class Posterior(OnOwnScale, AtValues, Pictured, Summarised, WithDraws, Shown):
    """Posterior of mu, tau, theta_new and every study's theta, all log odds ratios, or as ``measure`` says.

    ``studies`` are those that the likelihood uses. ``log_marginal_likelihood`` is comparable between
    models of ONE likelihood only, and None where it does not exist (an improper prior) or was not computed
    (sampling). ``engine`` names the engine and ``settings`` how it was run. ``weights`` are those of studies
    that count in part. ``quantities`` are what this kind of model answers beside mu, tau and theta_new,
    ``remarks`` what must be read beside them.

    Further questions give further posteriors, each as a plain fit would: ``under`` other priors, of some
    ``trials``, ``without`` some, ``weighted``, ``cumulative``, ``leave_one_out``. On the exact engine most
    need no new fit.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> post
    Posterior(my, k=4): OR 0.38 (0.18 to 0.75), P(OR < 1) = 0.995
    >>> round(post.odds_ratio.median, 2), round(post["mu"].median, 2)
    (0.38, -0.98)
    """

    dataset: Dataset
    # of any kind in inputs.model_files; most questions are of two-arm ones, and the others refuse them
    model: Any
    engine: str
    settings: tuple[tuple[str, str], ...]
    studies: tuple[str, ...]
    answers: Answers
    log_marginal_likelihood: float | None
    diagnostics: Diagnostics
    weights: tuple[tuple[str, float], ...] = ()
    again: FollowUps | None = field(default=None, repr=False)
    quantities: tuple[Quantity, ...] = ()
    remarks: tuple[str, ...] = ()
    _made: dict[str, Marginal] = field(default_factory=dict, repr=False)
    _checks: list[BaselineCheck | None] = field(default_factory=list, repr=False)

    def __getitem__(self, name: str) -> Marginal:
        """Return the marginal of one of ``names``, or of a covariate's one coefficient by its own name;
        raises ``ModelError`` for another name.
        """
        name = full_name(name, self.names)
        if name not in self._made:
            self._made[name] = self.answers.marginal(name)
        return self._made[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all scalar quantities: ``mu``, ``tau``, ``theta_new`` and those of this kind of model."""
        return (*QUANTITIES, *(quantity.name for quantity in self.quantities))

    @completed
    def theta(self) -> Mapping[str, Marginal]:
        """Marginals of the studies' own effects, by study name."""
        return ByStudy(self.studies, self.dataset.study_names, self._theta)

    def _theta(self, study: str) -> Marginal:
        if self.k > MOST_KEPT:
            return self.answers.theta(study)
        key = f"theta[{study}]"
        if key not in self._made:
            self._made[key] = self.answers.theta(study)
        return self._made[key]

    @property
    def measure(self) -> Measure:
        """The effect measure: mu, theta_new and theta are its logarithms where it is a ratio."""
        return measure_in_force(self.dataset, self.model)

    @property
    def k(self) -> int:
        """Number of studies that the likelihood uses."""
        return len(self.studies)

    @property
    def uninformative(self) -> tuple[str, ...]:
        """Names of the studies that the likelihood uses though their counts alone cannot tell the arms apart.

        Without events, or with only events, in both arms: what such a study adds comes
        from the baseline prior.
        """
        used = set(self.studies)
        return tuple(name for name in self.dataset.uninformative if name in used)

    @property
    def k_informative(self) -> int:
        """Number of studies whose counts alone can tell the arms apart."""
        return self.k - len(self.uninformative)

    @property
    def learnt_nothing(self) -> bool:
        """Whether no study can tell the arms apart: the effect is the prior's, but for what baselines add."""
        return self.k_informative == 0

    def absolute(
        self, baseline: Baseline, *, quantity: str = "mu", kind: Kind = "conditional"
    ) -> AbsoluteEffects:
        """Return risk ratio, risk difference, events per 1000 and number needed against a baseline risk.

        ``baseline`` is a known risk, or what ``control_risk(dataset)`` returns, its uncertainty carried
        along: ``kind`` ``"conditional"`` takes a typical study's control risk, ``"marginal"`` a new study's,
        with the spread between studies. ``quantity`` is ``"mu"``, the pooled odds ratio, or ``"theta_new"``,
        that of a new setting. Raises ``ModelError``.

        >>> import bayes_ivig as bi
        >>> round(bi.fit(bi.load_dataset("my.csv")).absolute(0.1).risk.median, 3)
        0.04
        """
        return absolute_effects(self[quantity], baseline, kind, self.measure)

    def heterogeneity_fraction(self) -> Marginal:
        """Return the posterior of tau^2 / (tau^2 + s^2), an I squared:
        s^2 is a typical squared standard error of the trials.

        s^2 = (k - 1) S1 / (S1^2 - S2) with S1, S2 the sums of inverse-variance weights and of their squares
        (Higgins & Thompson 2002, Stat Med 21:1539), 0.5 added to zero cells. Raises ``ModelError`` for fewer
        than two studies.
        """
        return heterogeneity_fraction(self)

    def under(self, *, mu: Stating = None, tau: Stating = None, **others: Stating) -> "Posterior":
        """Return the posterior under other priors, as objects or as text; raises ``ModelError``.

        ``others`` are those of ``alpha``, or of whatever else this kind of model has a prior on.

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("my.csv"))
        >>> round(post.under(tau="half_normal(0.2)").odds_ratio.median, 2)
        0.39
        """
        model = other_priors(self.model, {"mu": mu, "tau": tau, **others})
        return self._asked(self.dataset, model, dict(self.weights))

    def trials(self, selection: Selection) -> "Posterior":
        """Return that of some of the trials, chosen as ``Dataset.trials`` does; raises ``DataError``."""
        part = self.dataset.trials(selection)
        weights = {name: weight for name, weight in self.weights if name in part.study_names}
        return self._asked(part, self.model, weights)

    def without(self, *names: StudyName) -> "Posterior":
        """Return the posterior of all trials but these; raises ``DataError`` for names that are not there.

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("my.csv"))
        >>> round(post.odds_ratio.median, 2), round(post.without("Diaz 2019").odds_ratio.median, 2)
        (0.38, 0.25)
        """
        listed = self.dataset.study_names
        unknown = [name for name in names if name not in listed]
        if unknown:
            raise DataError(f"{self.dataset.label}: no study {unknown[0]!r}{suggestion(unknown[0], listed)}")
        kept = [name for name in listed if name not in names]
        if not kept:
            raise DataError(f"{self.dataset.label}: without {', '.join(names)} no study is left")
        return self.trials(kept) if names else self

    def updated(self, *trials: AnyStudy, columns: Mapping[str, Cells] | None = None) -> "Posterior":
        """Return the posterior with more trials, each a ``Study`` or an ``Estimate``, after those that are
        there: a refit, as exact as a fit of the longer table; model and priors stay.

        ``columns`` has what a model reads of them beside counts, by name. Each trial's baseline has the prior
        of the model, where ``next_trial`` has the control risk that the trials foretell: its updated
        probabilities differ by that. Raises ``DataError`` for names that are taken and for missing columns.

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("my.csv"))
        >>> round(post.updated(bi.Study("New 2026", 20, 200, 24, 200)).odds_ratio.median, 2)
        0.46
        """
        table = with_trials(self.dataset, trials, self.model, columns)
        return self._asked(table, self.model, dict(self.weights))

    def weighted(self, weights: Mapping[str, float]) -> "Posterior":
        """Return the posterior in which some studies count in part: a power prior per study.

        Each named study's likelihood of (mu, tau), its own effect and baseline integrated out, is raised to
        its weight in [0, 1], the spread between studies in it; 0 leaves it out. For clusters use
        ``fit(design_effects=)`` instead. Its own ``theta`` is still judged by its data in full. There is no
        marginal likelihood. Raises ``DataError`` and ``ModelError``. (Ibrahim & Chen 2000, Stat Sci 15:46.)
        """
        whole = checked_weights(self.dataset, dict(self.weights) | dict(weights))
        out = [name for name, weight in whole.items() if weight == 0]
        part = (
            self.dataset.trials([name for name in self.dataset.study_names if name not in out])
            if out
            else self.dataset
        )
        return self._asked(
            part, self.model, {name: weight for name, weight in whole.items() if 0 < weight < 1}
        )

    def cumulative(
        self, by: str | None = None, *, order: Annotated[Sequence[str], NOT_EMPTY] | None = None
    ) -> "PosteriorSeries[Posterior]":
        """Return the posteriors of the first trial, the first two, and so on,
        labelled by the trial that came in.

        ``by`` names a column to sort by, such as the year; ``order`` lists trials; the table's own order
        otherwise. Raises ``DataError``.
        """
        return PosteriorSeries(
            self, cumulative_steps(self.dataset, by, None if order is None else tuple(order))
        )

    def leave_one_out(self) -> "PosteriorSeries[Posterior]":
        """Return the posteriors without each trial that carries information, labelled by the one left out."""
        names = self.dataset.study_names
        left = self.studies if len(names) > 1 else ()
        return PosteriorSeries(
            self, tuple((out, tuple(name for name in names if name != out)) for out in left)
        )

    def influence(self) -> Influence:
        """Return each study's weight, predictive p-value and log density; see ``Influence``."""
        return self._engine.influence(self)

    def baseline_check(self) -> BaselineCheck | None:
        """Return P(OR > 1) beside that under a tighter baseline prior, computed when first asked for.

        None for sampled posteriors, and where there is no baseline prior;
        ``results.posterior.baseline_check.why_unchecked`` says why.
        """
        if not self._checks:
            self._checks.append(checked(self))
        return self._checks[0]

    def joint(self) -> JointDensity:
        """Return the joint density of mu and tau; raises ``ModelError`` where there is none on a grid."""
        grid = self.answers.grid
        if grid is None:
            if self.answers.exact_draws:
                raise ModelError(f"joint: not for models of the family {self.model.KIND}")
            raise ModelError(f"joint: not for the {self.engine} engine; fit with Quadrature()")
        axes = grid.surface.axes
        if axes.tau is None:
            raise ModelError("joint: under a common effect tau is 0: there is no joint density of mu and tau")
        return JointDensity.on(grid.log_joint, axes.mu, axes.tau)

    def bayes_factor(self, other: "Posterior") -> float:
        """Return how many times more probable the data are under this model than under the other's.

        Raises ``ModelError`` unless both have a marginal likelihood
        of the same counts under the same likelihood.
        """
        return math.exp(evidence_ratio(self, other))

    def bayes_factor_at(self, mu: Centre = 0.0) -> float:
        """Return the Bayes factor of mu at this value (log odds ratio) against mu free:
        posterior over prior density there.

        Heterogeneity keeps its prior under both (Dickey 1971, Ann Math Stat 42:204). Raises ``ModelError``
        under an improper prior of mu.
        """
        if isinstance(self.answers, AtAnswers):
            raise ModelError("bayes_factor_at: the prior there is not that of mu; ask it at the references")
        return density_ratio(self["mu"], self.model.mu, mu)

    @property
    def _engine(self) -> FollowUps:
        if self.again is None:
            raise ModelError(
                "posterior: it does not know its engine; ask further questions of what fit(dataset, "
                "model) returns"
            )
        return self.again

    def _asked(self, dataset: Dataset, model: Model, weights: Mapping[str, float]) -> "Posterior":
        return self._engine.ask(self, dataset, model, weights)

    def save(self, path: "str | Path") -> "Path":
        """Write the posterior to a NetCDF file (``.nc``) or a Zarr store (``.zarr``),
        put in place whole; return the path.

        Draws or grid, dataset, model, diagnostics and settings are kept.
        Raises ``BayesIvigError`` where it cannot be written.
        """
        from bayes_ivig.results.files.saving import save

        return save(self, path)

    @staticmethod
    def load(path: "str | Path") -> "Posterior":
        """Return a saved posterior: the same numbers, nothing computed again;
        raises ``DataError`` for any other file.
        """
        from bayes_ivig.results.files.saving import load

        return load(path, Posterior)
