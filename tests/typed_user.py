# pyright: strict
"""A user's first hour in twelve jobs, typed: two type checkers read it as a stranger to the package does,
and a test runs it in an empty folder.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.stats as st

import bayes_ivig as bi
import bayes_ivig.tipping
from bayes_ivig import Dataset, Study, plot
from bayes_ivig.priors import HalfNormal, Normal, sceptical

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def data_of_ones_own() -> list[Dataset]:
    """Counts by hand, in a frame with the names of metafor, of a bundled case; estimates from columns."""
    by_hand = Dataset([Study("A", 4, 20, 8, 21), Study("B", 10, 52, 17, 49)], "mine")
    columns = {"study": ["A", "B"], "ai": [4, 10], "n1i": [20, 52], "ci": [8, 17], "n2i": [21, 49]}
    frame = pd.DataFrame(columns)
    framed = Dataset.from_dataframe(frame, treatment="drug", control="placebo", event="bad", title="Mine")
    estimates = pd.DataFrame({"trial": ["A", "B", "C"], "yi": [-0.9, -0.8, -0.1], "sei": [0.7, 0.5, 0.4]})
    known = bi.Effects(estimates["yi"], estimates["sei"], measure="OR", names=estimates["trial"])
    live = bi.load_dataset("ivig", outcome="live_birth")
    return [by_hand, framed, known, live.trials("published"), live.trials(["-uninformative"])]


def models() -> list[bi.Model]:
    """Priors as text, as objects, from SciPy, from a function, from a library; lists are read as well."""
    own = bi.priors.Density(lambda x: np.exp(-np.abs(x) / 0.3), support=(-4, 4), name="Laplace")
    mixed = bi.priors.Mixture([0.8, 0.2], [Normal(0, 0.5), Normal(0, 4)])
    turner = bi.priors.turner2015("obstetric outcomes", "pharmacological vs. placebo / control")
    return [
        bi.Model(mu="normal(0, 1)", tau="half_normal(0.5)"),
        bi.Model(mu=Normal(0.0, 2.0), tau=HalfNormal(0.5), likelihood="hypergeometric"),
        bi.Model(mu=st.norm(0, 1), tau=st.halfnorm(scale=0.5)),
        bi.Model(mu=own, tau=turner),
        bi.Model(mu=mixed, effects="student_t(4)"),
    ]


def answers(posterior: bi.Posterior) -> tuple[float, float]:
    """One question has one number, several have an array; limits are a pair."""
    ratio: bi.Marginal = posterior.odds_ratio
    median: float = ratio.quantile(0.5)
    quarters: Sequence[float] = ratio.quantile([0.25, 0.75]).tolist()
    chance: float = ratio.prob_below(0.8) + ratio.prob_between(0.8, 1.25) + ratio.prob_above(1.25)
    heights = ratio.density(np.linspace(0.5, 4, 8))
    lower, upper = posterior.prediction.interval(0.9)
    of_one: tuple[float, float] = posterior.theta[posterior.studies[0]].interval()
    table: pd.DataFrame = posterior.summary(0.9)
    assert lower < quarters[0] < median < quarters[1] < upper
    assert heights.shape == (8,)
    assert of_one[0] < of_one[1]
    assert {"median", "lower", "upper", "level"} <= set(table.columns)
    return median, chance


def further_questions(posterior: bi.Posterior) -> dict[str, bi.Posterior]:
    """Other priors, other trials, a trial that counts in part."""
    first = posterior.studies[0]
    return {
        "sceptical": posterior.under(mu=sceptical(0.7)),
        "as text": posterior.under(mu="normal(0, 0.35)", tau="half_cauchy(0.5)"),
        "of SciPy": posterior.under(tau=st.halfcauchy(scale=0.5)),
        "without one": posterior.without(first),
        "in part": posterior.weighted({first: 0.5}),
        "one by one": posterior.leave_one_out()[first],
    }


def pooled(data: Dataset) -> list[bi.PooledEstimate]:
    """Classical results, by our rules and those of another program."""
    series = bi.classical.leave_one_out(data, method="dl", measure="RR")
    own_rules = bi.classical.Rules(drop_no_events=["OR"], add=0.25)
    metafor = bi.pool(data, method="dl", rules=bi.classical.Rules.metafor(), hartung_knapp=True)
    return [bi.pool(data), bi.pool(data, method="mh", rules=own_rules), metafor, series[0].pooled]


def priors_compared(data: Dataset) -> pd.DataFrame:
    """Priors by names of one's own, or in lists; charts keep the names."""
    table: pd.DataFrame = bi.priors.compare(
        data,
        1.25,
        mu={"vague": "normal(0, 10)", "sceptical": sceptical(0.7), "of SciPy": st.norm(0, 1)},
        tau=["half_normal(0.5)", st.halfnorm(scale=1)],
        level=0.9,
    )
    assert bi.plot.prior_sensitivity(table).axes is not None
    widths = bi.priors.prior_width_curve(data, "binomial_normal", widths=np.geomspace(0.1, 2, 4))
    return pd.concat([table[["mu_name", "or_median"]], widths[["or_median"]]])


def figures(posterior: bi.Posterior, classical: bi.PooledEstimate, folder: Path) -> list[Path]:
    """Pictures for a paper, alone or on axes of one's own."""
    import matplotlib.figure

    axes: Axes = matplotlib.figure.Figure().add_subplot()
    forest: bi.plot.Figure = plot.forest(posterior, classical, layout="bmj", limits=(0.1, 30))
    drawn: plot.Figure = plot.funnel(classical, contours=[0.95], labels=False, ax=axes)
    chart: bi.plot.Chart = bi.plot.absolute(bi.benefit(posterior))
    both = bi.plot.density({"mine": posterior, "sceptical": posterior.under(mu=sceptical(0.7))})
    posterior.forest(width=180).save(folder / "own.png", dpi=100)
    return [
        forest.save(folder / "forest.pdf"),
        drawn.save(str(folder / "funnel.svg")),
        chart.save(folder / "absolute.svg"),
        both.save(folder / "density.svg"),
    ]


def benefit(posterior: bi.Posterior) -> float:
    """Benefit of one posterior and of several, at control risks by name."""
    one: bi.Benefit = bi.benefit(posterior, odds_ratios=np.linspace(0.5, 3, 6), baseline={"ours": 0.6})
    several: bi.Benefits = bi.benefit({"mine": posterior}, zone=(0.8, 1.25), important_difference=50)
    assert "posterior" in several.zones.columns
    return one.probability("mu", 1.0) or 0.0


def trials(data: Dataset) -> pd.DataFrame:
    """Which trials carry the answer, by column and by hand."""
    names = data.study_names
    halves = bi.trials.contrast(data, {"early": names[:3], "late": list(names[3:])})
    assert halves.difference("early", "late").interval()[0] < halves.ratio("early", "late").median
    return bi.trials.without_each(data, bi.Model(tau="half_normal(1)"), level=0.9)


def what_it_takes(posterior: bi.Posterior, data: Dataset) -> float:
    """Tipping points, the trials that a model foresees, several models side by side."""
    conclusion: bayes_ivig.tipping.Conclusion = bi.tipping.Conclusion(odds_ratio=1.5, side="below")
    grid = bi.tipping.tipping_grid(posterior, mu_scales=np.array([0.5, 1.0]), tau_scales=[0.5, 1])
    models = {"mine": posterior, "other": bi.fit(data, bi.Model(mu="normal(0, 1)"))}
    assert grid.chances.shape == (2, 2)
    assert len(bi.checks.compare_models(models).table()) == 2
    return conclusion.chance(posterior)


def many(data: Sequence[Dataset]) -> pd.DataFrame:
    """Many tables in one call, by name or in a list, with questions of one's own."""

    def above(posterior: bi.Posterior) -> float:
        return posterior["mu"].prob_above(0)

    by_name = {f"table {i}": each for i, each in enumerate(data)}
    return bi.fit_many(by_name, bi.Model(), ask={"low": "OR < 0.8", "high": above}, workers=1)


def files(posterior: bi.Posterior, data: Dataset, folder: Path) -> bi.Posterior:
    """Saved and read again, for other programs, as text and documents."""
    saved: Path = posterior.save(folder / "fit.nc")
    bi.export(data, str(folder / "table.xlsx"), "xlsx")
    words: str = bi.text(posterior)
    document: dict[str, object] = posterior.to_dict()
    assert "OR" in words
    assert document["json"] == 2
    return bi.Posterior.load(saved)


def main(folder: Path) -> tuple[float, float, str]:
    """Return a probability, another and a message, so that a test sees that something was computed."""
    mine, *_, published, _ = data_of_ones_own()
    posteriors = [bi.fit(published, model) for model in models()]
    posterior = bi.fit(published, "binomial_normal", engine=bi.Quadrature())
    _, chance = answers(posterior)
    further_questions(posterior)
    priors_compared(mine)
    figures(posterior, pooled(published)[0], folder)
    trials(published)
    message = ""
    try:
        bi.models.BetaBinomial(mu=bi.priors.parse_prior("half_normal(1)"))
    except bi.errors.ModelError as error:
        message = str(error)
    assert abs(chance - 1) < 1e-6
    assert len(many([mine, published])) == 2
    again = files(posterior, published, folder)
    above = min(benefit(again), *(each["mu"].prob_above(0.0) for each in posteriors))
    return above, what_it_takes(posterior, published), message


if TYPE_CHECKING:
    bi.fti()  # type: ignore[attr-defined]  # no such name
    # of version 0.1: works for now, and a type checker says that it went
    bi.plot_forest()  # type: ignore[attr-defined]
    plot.forest("a posterior")  # type: ignore[arg-type]
    # how it is called at home is nobody else's business
    hidden = bi.plot.plot_forest  # type: ignore[attr-defined]
    bi.Model(mu=3)  # type: ignore[arg-type]
    bi.Study("A", "4", 20, 8, 21)  # type: ignore[arg-type]
    bi.fit(Study("A", 4, 20, 8, 21))  # type: ignore[arg-type]
    bi.fit(bi.load_dataset("ivig"))["mu"].prob_above("1")  # type: ignore[arg-type]
    bi.pool(bi.load_dataset("ivig"), methd="dl")  # type: ignore[call-arg]
