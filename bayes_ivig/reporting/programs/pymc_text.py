"""A posterior as a script of Python that needs PyMC and nothing of this package."""

import math
from collections.abc import Iterator

from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.priors.shared import number
from bayes_ivig.reporting.programs.densities_text import IN_PYMC, PYMC, arguments
from bayes_ivig.reporting.programs.stated_text import Stated, head, py_numbers, texts, unheld

CONDITIONAL = '''

def given_events(r, n1, n0, total, theta):
    """Log probability of r events under treatment given those of both arms (Fisher's noncentral
    hypergeometric distribution), trial by trial.
    """
    terms = []
    for i in range(len(total)):
        k = np.arange(max(0, total[i] - n0[i]), min(n1[i], total[i]) + 1)
        logs = log_choose(n1[i], k) + log_choose(n0[i], total[i] - k) + k * theta[i]
        own = log_choose(n1[i], r[i]) + log_choose(n0[i], total[i] - r[i]) + r[i] * theta[i]
        terms.append(own - pm.math.logsumexp(logs))
    return pm.math.stack(terms)


def log_choose(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
'''


def pymc_script(stated: Stated) -> str:
    """Return the script; raises ``ModelError`` for a prior that it cannot hold."""
    conditional = stated.model.family.conditions_on_events
    lines = [
        *head(stated, ("Run in Python with PyMC and ArviZ.",)),
        "import numpy as np",
        "import pymc as pm",
        *(["from scipy.special import gammaln"] if conditional else []),
        *(CONDITIONAL.splitlines() if conditional else []),
        "",
        f"trials = [{texts(stated.studies)}]",
        *_data(stated),
        "",
        'with pm.Model(coords={"study": trials}) as model:',
        *(f"    {line}" for line in _model(stated)),
        "    drawn = pm.sample(",
        "        2500, tune=1000, chains=4, random_seed=1, target_accept=0.99, progressbar=False",
        "    )",
        "",
        'mu = np.asarray(drawn.posterior["mu"]).ravel()',
        f"effect = {'np.exp(mu)' if stated.posterior.measure.log else 'mu'}",
        'print("median, 2.5%, 97.5%:", np.quantile(effect, [0.5, 0.025, 0.975]))',
        "",
    ]
    return "\n".join(lines)


def _data(stated: Stated) -> Iterator[str]:
    if stated.events is None:
        yield f"y = np.array({py_numbers(stated.estimates)})"
        yield f"se = np.array({py_numbers(stated.errors)})"
        return
    (r1, r0), (n1, n0) = stated.counts()
    for name, values in {"r1": r1, "n1": n1, "r0": r0, "n0": n0}.items():
        yield f"{name} = np.array({py_numbers(values)})"


def _model(stated: Stated) -> Iterator[str]:
    yield from _placed(stated.mu, "mu")
    if stated.tau is not None:
        yield from _placed(stated.tau, "tau", positive=True)
        df = stated.model.degrees_of_freedom
        shape = f'pm.StudentT("z", {number(df)}, 0, 1' if math.isfinite(df) else 'pm.Normal("z", 0, 1'
        yield f'z = {shape}, dims="study")'
        yield 'theta = pm.Deterministic("theta", mu + tau * z, dims="study")'
    else:
        yield "theta = mu * np.ones(len(trials))"
    if stated.model.has_baseline:
        yield from _placed(stated.alpha, "alpha", dims=', dims="study"')
        low, high = (" - theta / 2", " + theta / 2") if stated.midway else ("", " + theta")
        yield f'pm.Binomial("control", n0, logit_p=alpha{low}, observed=r0, dims="study")'
        yield f'pm.Binomial("treatment", n1, logit_p=alpha{high}, observed=r1, dims="study")'
    elif stated.events is None:
        yield 'pm.Normal("estimate", theta, se, observed=y, dims="study")'
    else:
        yield 'pm.Potential("events", given_events(r1, n1, n0, r1 + r0, theta).sum())'


def _placed(prior: Prior, name: str, *, positive: bool = False, dims: str = "") -> Iterator[str]:
    """Give the lines that make a parameter: a distribution of PyMC, or a flat one with a potential."""
    named = arguments(prior, PYMC)
    if named is not None:
        yield f'{name} = pm.{named[0]}("{name}", {", ".join(named[1])}{dims})'
        return
    density = IN_PYMC.density(prior, name)
    if density is None and not isinstance(prior, Flat):
        raise unheld("pymc", name, prior)
    yield f'{name} = pm.{"HalfFlat" if positive or prior.support[0] == 0 else "Flat"}("{name}"{dims})'
    if density is not None:
        yield f'pm.Potential("{name}_density", ({density}).sum())'
