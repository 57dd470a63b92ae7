"""Monte Carlo standard errors of everything a sampled posterior reports."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.kinds.checked import checked, checked_methods
from bayes_ivig.kinds.ranges import Level, Threshold
from bayes_ivig.measures import Measure
from bayes_ivig.results.draws.arviz import effective_size, monte_carlo_error
from bayes_ivig.results.marginals.marginal import Array, DrawsMarginal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Error:
    """One reported number with its Monte Carlo standard error, both on the quantity's own scale,
    or as probabilities.
    """

    quantity: str
    number: str
    value: float
    mcse: float


@checked_methods
@dataclass(frozen=True, slots=True)
class MonteCarloErrors(Shown):
    """Errors by quantity (``mu``, ``tau``, ``theta_new``, a model's further ones,
    ``theta[NAME]``) and number.

    Numbers are ``mean``, ``sd``, the quantiles ``q2.5``, ``q50``, ``q97.5`` of the level asked for, and for
    log odds ratios the probabilities ``or>1.25``, ``or<0.8`` and so on.
    """

    rows: tuple[Error, ...]

    def _ipython_key_completions_(self) -> list[tuple[str, str]]:
        """Return the keys that a notebook offers between brackets."""
        return [(row.quantity, row.number) for row in self.rows]

    def __getitem__(self, where: tuple[str, str]) -> float:
        """Return the error of one number by quantity and name;
        raises ``ModelError`` for what is not there.
        """
        errors = {(row.quantity, row.number): row.mcse for row in self.rows}
        if where not in errors:
            quantities, numbers = (dict.fromkeys(side) for side in zip(*errors, strict=True))
            near = suggestion(str(where[0]), quantities) or suggestion(str(where[-1]), numbers)
            raise ModelError(
                f"monte_carlo_errors: no {where!r}{near}; quantities are {', '.join(quantities)}"
            )
        return errors[where]

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its rows name their quantiles
        """Return one row per number: quantity, number, value, mcse."""
        import pandas as pd

        rows = [(row.quantity, row.number, row.value, row.mcse) for row in self.rows]
        return pd.DataFrame(rows, columns=["quantity", "number", "value", "mcse"])


@checked
def monte_carlo_errors(
    posterior: Posterior, *, level: Level = 0.95, thresholds: Sequence[Threshold] | None = None
) -> MonteCarloErrors:
    """Return the Monte Carlo standard error of every number that a sampled posterior reports.

    ``thresholds`` are odds ratios of 1 or more, 1 and 1.25 unless given; each gives P(OR > t) and P(OR <
    1/t). Of a difference they are 0 or more, 0 unless given; each gives P(MD > t) and P(MD < -t). Errors of
    means, SDs and quantiles are those of Vehtari et al. 2021 (Bayesian Analysis 16:667); a probability's is
    that of a mean, and one over the effective number of draws where none or all of them lie beyond. A point,
    such as tau under a common effect, has none. Raises ``ModelError`` for the exact engine, which draws
    nothing, and for an impossible level or threshold.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"), engine=bi.NUTS())  # doctest: +SKIP
    >>> bi.checks.monte_carlo_errors(post).table()  # doctest: +SKIP
    """
    if not 0 < level < 1:
        raise ModelError(
            f"monte_carlo_errors: level is {level!r}; it must lie between 0 and 1, for example 0.95"
        )
    measure = posterior.measure
    asked = ((1.0, 1.25) if measure.log else (0.0,)) if thresholds is None else thresholds
    if wrong := [value for value in asked if not measure.null <= value < math.inf]:
        least = "1" if measure.log else "0"
        raise ModelError(
            f"monte_carlo_errors: threshold {wrong[0]!r}; {measure.one} of {least} or more is needed"
        )
    drawn = {
        name: marginal for name, marginal in _marginals(posterior) if isinstance(marginal, DrawsMarginal)
    }
    if "mu" not in drawn:
        raise ModelError(
            f"monte_carlo_errors: the {posterior.engine} engine draws nothing; "
            "the bounds of its numerical error are in "
            'posterior.diagnostics, for example diagnostics["error.mu"]'
        )
    effects = {"mu", "theta_new", *(f"theta[{study}]" for study in posterior.studies)}
    effects |= {quantity.name for quantity in posterior.quantities if quantity.scale == measure.scale}
    rows = [
        row
        for name, each in drawn.items()
        for row in _rows(name, each.draws, (level, measure), asked if name in effects else ())
    ]
    return MonteCarloErrors(tuple(rows))


def _marginals(posterior: Posterior) -> Iterator[tuple[str, object]]:
    yield from ((name, posterior[name]) for name in posterior.names)
    yield from ((f"theta[{study}]", marginal) for study, marginal in posterior.theta.items())


def _rows(
    name: str, draws: Array, asked: tuple[float, Measure], thresholds: Sequence[float]
) -> Iterator[Error]:
    level, measure = asked
    yield Error(name, "mean", float(draws.mean()), monte_carlo_error(draws, "mean"))
    yield Error(name, "sd", float(draws.std(ddof=1)), monte_carlo_error(draws, "sd"))
    for p in ((1 - level) / 2, 0.5, (1 + level) / 2):
        yield Error(
            name, f"q{100 * p:.10g}", float(np.quantile(draws, p)), monte_carlo_error(draws, "quantile", p)
        )
    for value in thresholds:
        at = measure.modelled(value)
        yield _chance(name, measure.beyond_key(">", value), draws, draws > at)
        yield _chance(name, measure.beyond_key("<", measure.mirrored(value)), draws, draws < -at)


def _chance(
    name: str, number: str, draws: Array, beyond: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
) -> Error:
    share = float(beyond.mean())
    error = (
        monte_carlo_error(beyond.astype(float), "mean")
        if 0 < share < 1
        else 1 / max(effective_size(draws), 1.0)
    )
    return Error(name, number, share, error)
