"""What the modules of this layer may know of one another: protocols in the place of classes.

``Posterior`` imports its helpers (further priors, draws, ArviZ, files), so a helper knows the protocol
``Fitted`` and never the class. What an engine leaves behind, ``Answers``, says itself what it holds beside
marginals, or None: nobody looks for attributes.
"""

from collections.abc import Mapping
from typing import Annotated, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.selection import Selection
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.measures import Measure
from bayes_ivig.priors.parsing import PriorLike
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.posterior.quantity import Quantity

type Array = NDArray[np.float64]
type Stating = (
    Annotated[PriorLike, "a prior such as Normal(0, 1), or its text"] | None
)  # a prior, the text of one, or None for the model's own

# What an engine leaves behind


class Axes(Protocol):
    """The axes of a surface; ``tau`` is None under a common effect."""

    @property
    def theta(self) -> Axis:
        """Nodes of a study's own effect."""

    @property
    def mu(self) -> Axis:
        """Nodes of the mean effect."""

    @property
    def tau(self) -> Axis | None:
        """Nodes of the between-study SD."""


class ByStudyBlocks(Protocol):
    """Values of very many studies, (K, mu, tau), each block computed when it is asked for."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(K, mu, tau)."""

    def __getitem__(self, which: slice, /) -> Array:
        """Return the values of a range of studies."""


class Likelihoods(Protocol):
    """A likelihood surface: curves (K, theta), and (K, mu) or (K, mu,
    tau) with the study's own effect integrated out.
    """

    @property
    def axes(self) -> Axes:
        """The axes."""

    @property
    def log_curves(self) -> Array:
        """Log likelihood of each study's own effect."""

    @property
    def common(self) -> Array:
        """Log likelihood of each study at tau = 0."""

    @property
    def random(self) -> "Array | ByStudyBlocks | None":
        """Log likelihood of each study at (mu, tau)."""


class Grid(Protocol):
    """A posterior of (mu, tau) on the nodes of a surface: log density per unit of mu and per node
    of tau, (mu, tau).
    """

    @property
    def surface(self) -> Likelihoods:
        """The likelihood surface."""

    @property
    def log_joint(self) -> Array:
        """Log posterior at the nodes."""

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of one parameter."""


class Drawn(Protocol):
    """Posterior draws: values by name, (chains, draws) or (chains, draws, ...),
    and the sampler's statistics.
    """

    @property
    def values(self) -> Mapping[str, Array]:
        """Draws by name."""

    @property
    def stats(self) -> Mapping[str, Array]:
        """Sampling statistics by name, (chains, draws)."""

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Labels of the components of variables that are not by study: coefficients, flagged studies."""


class StudyDraws(Protocol):
    """What draws say of each study where the kind of model has no surface in (mu, tau)."""

    @property
    def study_log_likelihood(self) -> Array:
        """Log likelihood of each study at every draw, its own parameters integrated out,
        (chains, draws, K).
        """

    def seen(self, rng: np.random.Generator | None) -> tuple[Array, Array | None]:
        """Return the log odds ratio and baseline that each study's counts see:
        drawn anew, or without a generator its own.
        """


class Drawing(Protocol):
    """What draws from exact answers that are not of (mu, tau) alone."""

    def draw(self, size: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return ``size`` independent draws by name: (size,) each, (size, K) of studies, or with as many
        columns as ``labels`` has labels.
        """

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Labels of the components of variables that are not by study."""

    def study_log_likelihood(self, values: Mapping[str, Array]) -> Array:
        """Return the log likelihood of each study at draws (...), its own parameters integrated out,
        (..., K).
        """

    def seen(self, values: Mapping[str, Array], rng: np.random.Generator | None) -> Array:
        """Return the effect that each study's counts see at draws, (..., K): drawn anew, or without a
        generator its own.
        """


class Named(Protocol):
    """Marginals by name."""

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of ``mu``, ``tau`` or ``theta_new``."""


class Regressed(Protocol):
    """What only a regression answers."""

    def at(self, row: Array) -> Named:
        """Return mu, tau and theta_new of studies with the P numbers of a row of the design."""

    def share_explained(self, rows: Array) -> Marginal:
        """Return Var(x' beta) / (Var(x' beta) + tau^2), the variance being that over studies, (K, P)."""


class Answers(Protocol):
    """What an engine leaves behind: marginals by name, made when first asked for,
    and what they were made of.
    """

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of ``mu``, ``tau`` or ``theta_new``,
        or of a further quantity of the kind of model.
        """

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one informative study's effect."""

    @property
    def grid(self) -> Grid | None:
        """The posterior on the nodes of a grid; None where it was sampled."""

    @property
    def drawn(self) -> Drawn | None:
        """The draws; None where nothing was sampled."""

    @property
    def surface(self) -> Likelihoods | None:
        """The likelihood surface in (mu, tau), of sampled answers made when first asked for;
        None for kinds without one.
        """

    @property
    def by_study(self) -> StudyDraws | None:
        """What draws say of each study, for the kinds of models that have no surface; None for the others."""

    @property
    def exact_draws(self) -> Drawing | None:
        """What draws from exact answers that are not of (mu, tau) alone; None for the others."""

    @property
    def regressed(self) -> Regressed | None:
        """What only a regression answers; None for the other kinds of models."""


# What helpers of a posterior know of it


class Fitted(Protocol):
    """A posterior as its helpers see it; what each member is stands at ``Posterior``,
    the class that has them all.
    """

    @property
    def dataset(self) -> Dataset:
        """The studies, those included that the likelihood does not use."""

    @property
    def model(self) -> AnyModel:
        """The model, of any kind."""

    @property
    def measure(self) -> Measure:
        """The effect measure of mu."""

    @property
    def engine(self) -> str:
        """Name of the engine."""

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """How the engine was run."""

    @property
    def studies(self) -> tuple[str, ...]:
        """Names of the studies that the likelihood uses."""

    @property
    def answers(self) -> Answers:
        """What the engine left behind."""

    @property
    def log_marginal_likelihood(self) -> float | None:
        """Log marginal likelihood, None where there is none."""

    @property
    def diagnostics(self) -> Diagnostics:
        """Whether the numbers can be trusted."""

    @property
    def again(self) -> object | None:
        """What asks the engine further questions; None where the posterior does not know its engine."""

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What this kind of model answers beside mu, tau and theta_new."""

    @property
    def theta(self) -> Mapping[str, Marginal]:
        """Marginals of the studies' own effects, by study name."""

    @property
    def k(self) -> int:
        """Number of studies that the likelihood uses."""

    @property
    def k_informative(self) -> int:
        """Number of studies whose counts alone can tell the arms apart."""

    def __getitem__(self, name: str) -> Marginal:
        """Return the marginal of a scalar quantity; raises ``ModelError`` for another name."""

    def under(self, *, mu: Stating = None, tau: Stating = None, **others: Stating) -> Self:
        """Return the posterior of the same data under other priors; raises ``ModelError``."""

    def trials(self, selection: Selection) -> Self:
        """Return the posterior of some of the trials; raises ``DataError``."""


class MoreThanMuAndTau:
    """Says for answers with parameters besides mu and tau that what asks for a likelihood or a posterior of
    these two alone, or for a sampler's draws, finds none.
    """

    __slots__ = ()

    @property
    def grid(self) -> None:
        """There is no posterior of (mu, tau) alone that further questions could be asked of."""

    @property
    def surface(self) -> None:
        """There is no likelihood of (mu, tau) alone."""

    @property
    def drawn(self) -> None:
        """Nothing was sampled."""

    @property
    def by_study(self) -> None:
        """Nothing was sampled."""
