"""Simulation-based calibration of the exact engine: what was simulated,
and how uniform the ranks of the truth came out.

Talts et al. 2018 (arXiv 1804.06788): parameters drawn from the prior and data drawn given them leave every
parameter uniform within its own posterior, if and only if the posterior is computed right.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bayes_ivig.errors import ModelError, report_all, suggestion, unknown
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.likelihoods.registry import DEFAULT, NAMES, likelihood
from bayes_ivig.measures import in_a_name
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.5, 0.8, 0.95)
QUANTITIES = ("mu", "tau", "theta_new", "theta_1", "log_likelihood")
MOST = 1_000_000
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Design:
    """A meta-analysis to simulate, and its priors as text; the model that is fitted states the same priors.

    ``arms`` bounds the people per arm, ``standard_errors`` those of a normal likelihood;
    both are drawn evenly in between.
    """

    name: str
    studies: int
    arms: tuple[int, int]
    standard_errors: tuple[float, float]
    mu: str
    tau: str
    alpha: str
    baseline: str = "midpoint"  # where alpha stands, in the simulation and in the fit


DESIGNS = {
    "sparse": Design("sparse", 3, (5, 30), (0.5, 1.5), "normal(0, 1)", "half_normal(0.5)", "normal(-2.5, 1)"),
    "dense": Design("dense", 10, (50, 300), (0.1, 0.5), "normal(0, 1)", "half_normal(0.5)", "normal(0, 2)"),
}


@dataclass(frozen=True)
class Setup:
    """What to simulate and fit; raises ``ModelError`` for anything that cannot be.

    Data come from the likelihood that is fitted, so that calibration must hold; only with ``from_counts`` a
    likelihood of estimates is fitted to counts that are binomial, as it is in use: an approximation, whose
    coverage is to be measured.
    """

    likelihood: str = DEFAULT
    design: str = "sparse"
    simulations: int = 10_000
    seed: int = 1
    from_counts: bool = False

    def __post_init__(self) -> None:
        report_all([problem for problem in self._problems() if problem], ModelError)

    def _problems(self) -> list[str]:
        problems = [
            _closed("likelihood", self.likelihood, NAMES),
            _closed("design", self.design, tuple(DESIGNS)),
        ]
        problems.append(_whole("simulations", self.simulations, 1, MOST))
        problems.append(_whole("seed", self.seed, 0, LARGEST_SEED))
        if self.from_counts and self.likelihood in NAMES and not self.uses_estimates:
            of_estimates = ", ".join(name for name in NAMES if likelihood(name).uses_estimates)
            problems.append(
                f"from_counts: only with the {of_estimates} likelihood; "
                f"the {self.likelihood} one always has counts"
            )
        return problems

    @property
    def plan(self) -> Design:
        """The design with its priors."""
        return DESIGNS[self.design]

    @property
    def model(self) -> Model:
        """The model that is fitted."""
        plan = self.plan
        return Model(self.likelihood, mu=plan.mu, tau=plan.tau, alpha=plan.alpha, baseline=plan.baseline)

    @property
    def uses_estimates(self) -> bool:
        """Whether the likelihood that is fitted is of estimates."""
        return likelihood(self.likelihood).uses_estimates

    @property
    def given_estimates(self) -> bool:
        """Whether estimates are simulated, and no counts."""
        return self.uses_estimates and not self.from_counts

    @property
    def name(self) -> str:
        """A short name, fit for a file."""
        return f"{self.likelihood}{'-from-counts' if self.from_counts else ''}-{self.design}"

    @property
    def calibrated(self) -> bool:
        """Whether data come from the model that is fitted, so that calibration must hold."""
        return not self.from_counts

    def stated(self) -> dict[str, Any]:
        """Return everything that decides a simulation, as plain values: all but how many there are."""
        plan = asdict(self.plan)
        plan = {key: list(value) if isinstance(value, tuple) else value for key, value in plan.items()}
        return {
            "likelihood": self.likelihood,
            "from_counts": self.from_counts,
            "seed": self.seed,
            "design": plan,
        }


@dataclass(frozen=True)
class Coverage:
    """How often central credible intervals of ``level`` held the truth,
    with the Monte Carlo standard error of that share.
    """

    level: float
    share: float
    mcse: float


@dataclass(frozen=True)
class Band:
    """Where the ECDF of ``size`` uniform values, less the diagonal,
    stays at all ``points`` at once with probability ``level``.

    ``lower`` and ``upper`` are pointwise binomial limits of probability ``gamma`` outside (Säilynoja,
    Bürkner & Vehtari 2022).
    """

    size: int
    level: float
    gamma: float
    points: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    __repr__ = short_repr


@dataclass(frozen=True)
class Uniformity:
    """One quantity: coverage, and the ECDF of its probability integral transforms less the diagonal
    at the band's points.

    ``deviation`` is the largest distance from 0, at ``at``, where the band allows ``allowed``. ``used`` is
    the largest share of the band's width used anywhere: more than 1 is outside. ``p_value`` is the
    probability of a path as far out as this one, somewhere, for uniform values.
    """

    quantity: str
    coverage: tuple[Coverage, ...]
    difference: tuple[float, ...]
    deviation: float
    at: float
    allowed: float
    used: float
    p_value: float

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True)
class Calibration(Shown):
    """All of it: ``without_information`` counts simulations whose data said nothing (their posterior is the
    prior).

    ``checks_failed`` counts fits whose own diagnostics had problems (they are kept), ``first`` holds the
    first transforms of every quantity, by which a stored result can be told to belong to an engine;
    ``engine_sha256`` is the hash of what that engine answers to a fixed set of tables
    (``engines.grid.canaries``).
    """

    setup: Setup
    band: Band
    quantities: tuple[Uniformity, ...]
    without_information: int
    checks_failed: int
    first: tuple[tuple[str, tuple[float, ...]], ...]
    version: str
    engine_sha256: str

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its columns name their levels
        """Return one row per quantity: the share of intervals of each level that held the truth,
        and the ECDF's deviation.
        """
        import pandas as pd

        names = ("deviation", "at", "allowed", "used", "p_value")
        rows = [
            {
                "quantity": each.quantity,
                **{f"coverage_{in_a_name(100 * one.level)}": one.share for one in each.coverage},
                **{name: getattr(each, name) for name in names},
            }
            for each in self.quantities
        ]
        return pd.DataFrame(rows).set_index("quantity")

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return [each.quantity for each in self.quantities]

    def __getitem__(self, quantity: str) -> Uniformity:
        """Return one quantity by name; raises ``UnknownNameError``."""
        found = {each.quantity: each for each in self.quantities}
        if quantity not in found:
            raise unknown("calibration: no quantity", quantity, found)
        return found[quantity]


def _closed(key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value in allowed:
        return ""
    return f"{key}: found {value!r}{suggestion(str(value), allowed)}; allowed are {', '.join(allowed)}"


def _whole(key: str, value: int, least: int, most: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return ""
    return f"{key}: found {value!r}; must be a whole number from {least} to {most}"
