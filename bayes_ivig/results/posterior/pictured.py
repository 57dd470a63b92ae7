"""The figures of a posterior, as methods: thin doors to those of ``bi.plot``."""

from typing import TYPE_CHECKING, Any, Protocol

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.shown import figure

if TYPE_CHECKING:
    from pathlib import Path


class Picture(Protocol):
    """What ``bi.plot.Figure`` is: a drawing by Matplotlib that notebooks show."""

    @property
    def axes(self) -> Any:
        """The Matplotlib ``Axes`` with the data on it, or several by name."""

    @property
    def figure(self) -> Any:
        """The Matplotlib ``Figure``."""

    def save(self, path: "str | Path", dpi: float = 300.0) -> "Path":
        """Write the drawing to a file."""


@checked_methods
class Pictured:
    """Gives a posterior its figures."""

    def forest(self: Fitted, pooled: PooledEstimate | None = None, **options: Any) -> Picture:
        """Draw a forest plot: ``bi.plot.forest(posterior, pooled, ...)``, which lists the options.

        **example**

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
        >>> post.forest(layout="bmj").axes.get_xscale()
        'log'
        """
        return figure("forest", self, pooled, **options)  # type: ignore[no-any-return]

    def bubble(self: Fitted, by: str, **options: Any) -> Picture:
        """Draw a meta-regression by a covariate: ``bi.plot.bubble(posterior, by, ...)``, which lists the
        options.

        **example**

        >>> import bayes_ivig as bi
        >>> live = bi.load_dataset("ivig", "live_birth")
        >>> bi.fit(live, bi.models.MetaRegression(covariates=("year",))).bubble("year").axes.get_xlabel()
        'year'
        """
        return figure("bubble", self, by, **options)  # type: ignore[no-any-return]

    def density(self: Fitted, **options: Any) -> Picture:
        """Draw the posterior density of the effect: ``bi.plot.density(posterior, ...)``, which lists the
        options.

        **example**

        >>> import bayes_ivig as bi
        >>> bi.fit(bi.load_dataset("ivig", "live_birth")).density(quantity="tau").axes.get_ylabel()
        'Density'
        """
        return figure("density", self, **options)  # type: ignore[no-any-return]

    def prior_posterior(self: Fitted, **options: Any) -> Picture:
        """Draw prior and posterior of mu and tau: ``bi.plot.prior_posterior(posterior, ...)``, which lists
        the options.

        **example**

        >>> import bayes_ivig as bi
        >>> sorted(bi.fit(bi.load_dataset("ivig", "live_birth")).prior_posterior().axes)
        ['mu', 'tau']
        """
        return figure("prior_posterior", self, **options)  # type: ignore[no-any-return]
