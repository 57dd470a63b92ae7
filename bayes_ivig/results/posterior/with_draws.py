"""What gives a posterior its draws: as a data frame, and as a tree for ArviZ."""

from typing import TYPE_CHECKING, Any

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count, Seed

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@checked_methods
class WithDraws:
    """Gives a posterior its draws, from whichever engine."""

    __slots__ = ()

    def draws(self: Any, size: Count = 4000, *, seed: Seed = 1) -> "pd.DataFrame":
        """Return joint draws, one row each: mu, tau, theta_new, what else this kind of model answers, and
        ``theta[STUDY]`` and ``alpha[STUDY]``.

        Effects are log odds ratios, or as ``measure`` says, and alpha log odds. An exact posterior is drawn
        from independently; of a sampled one it is ``size`` of its own draws, evenly spread over all chains,
        and ``ModelError`` is raised where it has fewer.

        >>> import bayes_ivig as bi
        >>> draws = bi.fit(bi.load_dataset("ivig", "live_birth")).draws(1000)
        >>> list(draws.columns[:4])
        ['mu', 'tau', 'theta_new', 'theta[Branch 2000]']
        >>> len(draws)
        1000
        """
        from bayes_ivig.results.draws.frame import draws_frame

        return draws_frame(self, int(size), int(seed))

    def to_arviz(
        self: Any,
        *,
        integrated: bool = True,
        by_arm: bool = False,
        chains: Count = 4,
        draws: Count = 1000,
        seed: Seed = 1,
    ) -> "xr.DataTree":
        """Return draws, data, log likelihood and log prior as ArviZ reads them; see
        ``bayes_ivig.results.draws.arviz.to_arviz``.

        ``by_arm`` gives each arm's events a log likelihood of their own, given the study's effect and
        baseline, so that ``arviz.loo_pit`` and ``arviz.plot_loo_pit`` work; for the binomial likelihood.

        >>> import bayes_ivig as bi
        >>> tree = bi.fit(bi.load_dataset("ivig", "live_birth")).to_arviz(by_arm=True, draws=10)
        >>> tree.log_likelihood["events"].dims
        ('chain', 'draw', 'study', 'arm')
        """
        from bayes_ivig.results.draws.arviz import to_arviz

        return to_arviz(
            self, integrated=integrated and not by_arm, by_arm=by_arm, chains=chains, draws=draws, seed=seed
        )
