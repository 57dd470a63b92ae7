"""What a posterior answers besides where it is that of a regression: the effect at stated values, and how
much its coefficients explain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.characteristics.covariates import Design, design_of
from bayes_ivig.inputs.model.covariates import MetaRegression, Value
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.results.contract import Answers, Fitted, MoreThanMuAndTau, Named, Regressed
from bayes_ivig.results.marginals.marginal import Marginal

type Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AtAnswers(MoreThanMuAndTau):
    """Answers of a regression at stated values: mu and theta_new there, all else as it was."""

    named: Named
    whole: Answers

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of mu, tau or theta_new."""
        return self.named.marginal(name)

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one study's effect, at its own values."""
        return self.whole.theta(study)

    @property
    def exact_draws(self) -> None:
        """Draws are those of the whole regression."""

    @property
    def regressed(self) -> None:
        """Values are stated already."""


@checked_methods
class AtValues:
    """Gives the posterior of a regression the effect at stated values."""

    __slots__ = ()

    def _ipython_key_completions_(self: Any) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return list(self.names)

    def at[F: Fitted](self: F, **values: Value) -> F:
        """Return the posterior of studies with these values of the covariates, the others at their reference.

        Its mu, theta_new, ``effect`` and ``prediction`` are those at the values: a number for a numeric
        covariate, on the scale of the table, a level for one with levels. Far from the studies' own values it
        extrapolates. Further questions, and draws, are for the whole posterior. Raises ``ModelError``.

        >>> import bayes_ivig as bi
        >>> model = bi.models.MetaRegression(covariates=("year",), likelihood="hypergeometric")
        >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), model)
        >>> late = post.at(year=2020)
        >>> late.effect.median < post.at(year=2000).effect.median
        True
        """
        regressed, design = _regressed(self, "at")
        row = np.asarray(design.row(values))
        said = ", ".join(f"{name} {value}" for name, value in values.items()) or "the references"
        whole: Any = self
        there: F = replace(
            whole,
            answers=AtAnswers(regressed.at(row), self.answers),
            again=None,
            quantities=(),
            log_marginal_likelihood=None,
            remarks=(f"mu and theta_new are of studies with {said}",),
            _made={},
            _checks=[],
        )
        return there

    def share_explained(self: Fitted) -> Marginal:
        """Return how much of the variance of effects the covariates explain: Var(x' beta) / (Var(x' beta) +
        tau^2), the variance being that over the studies, divided by their number.

        Within this one model; what its prior gives already is much where studies are few. Raises
        ``ModelError`` for the posterior of another kind of model.

        >>> import bayes_ivig as bi
        >>> model = bi.models.MetaRegression(covariates=("year",), likelihood="hypergeometric")
        >>> share = bi.fit(bi.load_dataset("ivig", "live_birth"), model).share_explained()
        >>> 0 < share.median < 1
        True
        """
        regressed, design = _regressed(self, "share_explained")
        return regressed.share_explained(np.asarray(design.rows))


def _regressed(posterior: Fitted, what: str) -> tuple[Regressed, Design]:
    """Return what only a regression answers, and its design; raises ``ModelError`` for another kind."""
    regressed = posterior.answers.regressed
    if regressed is None or not isinstance(posterior.model, MetaRegression):
        raise ModelError(
            f"{what}: needs the posterior of a MetaRegression; found one of {type(posterior.model).__name__}"
        )
    return regressed, design_of(posterior.dataset, posterior.studies, posterior.model)


def full_name(name: object, names: Sequence[str]) -> str:
    """Return the name of a quantity: its own, or the one coefficient that a covariate has, by the
    covariate's; raises ``ModelError`` for another name, and where a covariate has several.
    """
    if name in names:
        return str(name)
    own = [each for each in names if each.startswith("beta[")]
    found = [each for each in own if each.removeprefix("beta[").removesuffix("]") == name]
    several = [each for each in own if each.startswith(f"beta[{name}=")]
    if len(found or several) == 1:
        return (found or several)[0]
    if several:
        raise ModelError(
            f"posterior: {name} has a coefficient for each of its levels: ask for one of {', '.join(several)}"
        )
    raise ModelError(
        f"posterior: no quantity {name!r}{suggestion(str(name), names)}; there are "
        f"{', '.join(names)}, and posterior.theta['NAME'] for one study"
    )
