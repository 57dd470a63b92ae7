"""``export_code``: the stated model and data as a script of another program."""

from typing import Literal

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.programs.pymc_text import pymc_script
from bayes_ivig.reporting.programs.r_text import bayesmeta_script, brms_script, metafor_script
from bayes_ivig.reporting.programs.stan_text import stan_script
from bayes_ivig.reporting.programs.stated_text import stated
from bayes_ivig.results.posterior.posterior import Posterior

SCRIPTS = {
    "stan": stan_script,
    "brms": brms_script,
    "bayesmeta": bayesmeta_script,
    "metafor": metafor_script,
    "pymc": pymc_script,
}


@checked
def export_code(
    posterior: Posterior, program: Literal["stan", "brms", "bayesmeta", "metafor", "pymc"]
) -> str:
    """Return model and data of a posterior as a script of another program, where somebody can check it.

    ``"stan"`` is a program of Stan with the lines of R (cmdstanr) that run it, ``"brms"`` and ``"bayesmeta"``
    are scripts of R, ``"pymc"`` one of Python that does not need this package; priors, likelihood and data
    are those of the posterior, and a comment says what came out here. ``"metafor"`` is the classical
    counterpart, without priors: REML of estimates, maximum likelihood of counts. Raises ``ModelError`` for
    what a program does not hold, such as counts in bayesmeta, and names those that do.

    >>> import bayes_ivig as bi
    >>> published = bi.load_dataset("ivig", "live_birth").trials("published")
    >>> script = bi.export_code(bi.fit(published), "stan")
    >>> [line.strip() for line in script.splitlines() if "target +=" in line][:2]
    ['target += normal_lpdf(mu | 0, 2.82);', 'target += normal_lpdf(tau | 0, 0.5);']
    """
    return SCRIPTS[program](stated(posterior, program))
