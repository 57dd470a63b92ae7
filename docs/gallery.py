"""The figures of the gallery: ``draw(folder)`` saves every one as NAME.svg and returns what to say of it.

Each is a function of what ``SETUP`` makes, the data, their posterior and pooled estimate, whose docstring
is the caption and whose lines are the code that the page shows. ``python docs/gallery.py FOLDER`` draws too.
"""

import inspect
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import bayes_ivig as bi

type Entry = tuple[str, str, str]  # name, caption, code

SETUP = """\
import bayes_ivig as bi

data = bi.load_dataset("ivig", "live_birth")
post = bi.fit(data)
pooled = bi.pool(data)
"""


def forest(post: bi.Posterior, pooled: bi.PooledEstimate) -> bi.plot.Figure:
    """Forest plot: every trial as observed and as the posterior has it, both pooled effects, a new trial."""
    return bi.plot.forest(post, pooled)


def forest_bmj(pooled: bi.PooledEstimate) -> bi.plot.Figure:
    """The layout of a journal, of the classical estimate alone."""
    return bi.plot.forest(pooled, layout="bmj", width=180)


def density(post: bi.Posterior) -> bi.plot.Figure:
    """Posterior densities on the odds-ratio scale, with interval and side of benefit."""
    return bi.plot.density({"All trials": post, "Without Stricker 2000": post.without("Stricker 2000")})


def prior_posterior(post: bi.Posterior) -> bi.plot.Figure:
    """What the data added: prior and posterior of both parameters."""
    return bi.plot.prior_posterior(post)


def prior_sensitivity(data: bi.Dataset) -> bi.plot.Figure:
    """The answer under each combination of priors."""
    mu, tau = ["normal(0, 0.4)", "normal(0, 2.82)"], ["half_normal(0.5)", "half_normal(1)"]
    return bi.plot.prior_sensitivity(bi.priors.compare(data, mu=mu, tau=tau), data.about)


def benefit(post: bi.Posterior) -> bi.plot.Figure:
    """The probability of an effect beyond every value, with the zone that does not matter."""
    return bi.plot.benefit(bi.benefit(post))


def subsets(data: bi.Dataset) -> bi.plot.Figure:
    """All 511 subsets of nine trials; the published choice of trials has a ring."""
    published = data.trials("published").study_names
    return bi.plot.subsets(bi.trials.subsets(data), marked=published)


def funnel(pooled: bi.PooledEstimate) -> bi.plot.Figure:
    """Funnel plot with contours of significance."""
    return bi.plot.funnel(pooled, labels=True)


def labbe(post: bi.Posterior) -> bi.plot.Figure:
    """L'Abbé plot: the risk in both arms of every trial."""
    return bi.plot.labbe(post, labels=True)


def bubble(data: bi.Dataset) -> bi.plot.Figure:
    """Bubble plot of a meta-regression: line, credible band, and that of a new trial."""
    return bi.plot.bubble(bi.fit(data, bi.models.MetaRegression(covariates=("year",))), "year")


def baujat(data: bi.Dataset) -> bi.plot.Figure:
    """Baujat plot: which trials make the heterogeneity, and which of them move the result."""
    return bi.plot.baujat(bi.classical.baujat(data))


FIGURES: tuple[Callable[..., bi.plot.Figure], ...] = (
    forest, forest_bmj, density, prior_posterior, prior_sensitivity, benefit, subsets, funnel, labbe, bubble,
    baujat,
)  # fmt: skip


def draw(folder: str | Path) -> list[Entry]:
    """Save every figure as ``NAME.svg`` in a folder that is there; return name, caption and code of each."""
    data = bi.load_dataset("ivig", "live_birth")
    known = {"data": data, "post": bi.fit(data), "pooled": bi.pool(data)}
    entries = []
    for figure in FIGURES:
        drawn: bi.plot.Figure = figure(**{name: known[name] for name in inspect.signature(figure).parameters})
        drawn.save(Path(folder) / f"{figure.__name__}.svg")
        source = inspect.getsource(figure)
        body = textwrap.dedent(source[source.index('"""\n', source.index('"""') + 3) + 4 :])
        entries.append((figure.__name__, str(inspect.getdoc(figure)), body.replace("return ", "").strip()))
    return entries


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for each in draw(target):
        print(*each, sep="\n", end="\n\n")
