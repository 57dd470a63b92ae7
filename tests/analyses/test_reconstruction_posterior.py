"""Posteriors over feasible tables: each is that of a plain fit, the averages are mixtures of them,
shares of variance add up.
"""

import itertools

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom, norm

from bayes_ivig.analyses.reconstruction.kept_tables import reconstructed_readings
from bayes_ivig.analyses.reconstruction.other_baselines import other_baselines
from bayes_ivig.analyses.reconstruction.posterior import reconstruction_posterior
from bayes_ivig.analyses.reconstruction.search import Search, reconstruct
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions, load_dataset
from bayes_ivig.inputs.counts.feasible_tables import read_feasible
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable, load_partial
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import BASELINES, Model
from bayes_ivig.inputs.paper.claims import Claim, Printed, load_claims
from bayes_ivig.resources import folder
from bayes_ivig.results.marginals.mixed import MixedMarginal
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior, explained

pytestmark = pytest.mark.slow

CLOSE = 1e-3  # posterior SDs: what is asked of the shared grid; the stated error is below 3e-4
MODELS = (
    Model(),
    Model(likelihood="hypergeometric"),
    Model(effects="common"),
    # priors may be given as text
    Model(likelihood="normal", tau="half_cauchy(0.5)"),  # type: ignore[arg-type]
)
PRETERM = load_partial("ivig", "preterm_birth")
INTERVAL = read_feasible(folder("data") / "ivig" / "preterm_feasible" / "interval.csv", PRETERM)


def plain(found: ReconstructionPosterior, number: int) -> Dataset:
    pairs = zip(found.partial.studies, found.events[number].tolist(), strict=True)
    return Dataset(tuple(Study(s.name, r1, s.treatment_total, r0, s.control_total) for s, (r1, r0) in pairs))


def small() -> PartialTable:
    """A table with a study that is sometimes without events, one with an empty arm, and a large one."""
    return PartialTable(
        (
            PartialStudy("none or few", (0, 2), 12, (0, 1), 11),
            PartialStudy("empty", (3, 3), 9, (0, 0), 0),
            PartialStudy("large", (110, 111), 400, (90, 92), 410),
            PartialStudy("all", (6, 7), 7, (8, 8), 8),
        ),
        "small",
    )


def every_table(table: PartialTable) -> np.ndarray:
    cells = [range(low, high + 1) for s in table.studies for low, high in (s.treatment, s.control)]
    return np.array(list(itertools.product(*cells))).reshape(-1, len(table.studies), 2)


def agrees(found: ReconstructionPosterior, number: int, model: Model) -> None:
    alone = fit(plain(found, number), model)
    mu, sd = alone["mu"], alone["mu"].sd or 1.0
    ours = (found.lower[number], found.median[number], found.upper[number])
    assert np.abs(np.array(ours) - mu.quantile([0.025, 0.5, 0.975])).max() < CLOSE * sd
    assert found.mean[number] == pytest.approx(mu.mean, abs=CLOSE * sd)
    assert found.prob_or_gt_1[number] == pytest.approx(mu.prob_above(0.0), abs=CLOSE)
    assert found.log_evidence[number] == pytest.approx(alone.log_marginal_likelihood, abs=10 * CLOSE)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_table_has_the_posterior_of_a_plain_fit(model: Model) -> None:
    table = small()
    found = reconstruction_posterior((table, every_table(table)), model)
    assert len(found) == 3 * 2 * 2 * 3 * 2
    assert found.error < CLOSE
    for number in range(0, len(found), 13):
        agrees(found, number, model)


@pytest.mark.parametrize("wider", [False, True])
def test_preterm_tables_have_the_posteriors_of_plain_fits(wider: bool) -> None:
    totals = load_dataset("ivig", "live_birth") if wider else None
    chosen = INTERVAL[:: len(INTERVAL) // 60]
    found = reconstruction_posterior((PRETERM, chosen), totals=totals)
    assert found.partial.studies[0].control_total == 9
    assert found.partial.studies[5].control_total == (7 if wider else 0)
    for number in (0, 17, 40, len(chosen) - 1):
        agrees(found, number, Model())


def test_averages_are_mixtures_of_the_tables_own_posteriors() -> None:
    table = small()
    found = reconstruction_posterior((table, every_table(table)[::9]))
    fits = [fit(plain(found, i), Model()) for i in range(len(found))]
    evidence = np.array([each.log_marginal_likelihood for each in fits], float)
    weights = np.exp(evidence - evidence.max())
    for kind, own in (("uniform", np.ones(len(fits))), ("evidence", weights), (None, weights)):
        mixture = MixedMarginal(tuple((own / own.sum()).tolist()), tuple(each["mu"] for each in fits))
        ours = found.averaged(kind)
        assert ours.mean == pytest.approx(mixture.mean, abs=CLOSE)
        assert ours.sd == pytest.approx(mixture.sd, abs=CLOSE)
        assert ours.quantile([0.025, 0.5, 0.975]) == pytest.approx(
            mixture.quantile([0.025, 0.5, 0.975]), abs=2 * CLOSE
        )
        assert found.weights(kind) == pytest.approx(own / own.sum(), abs=1e-4)
    with pytest.raises(ModelError, match="uniform"):
        found.averaged("unifrom")


def test_the_spread_over_tables_is_that_of_their_numbers() -> None:
    table = small()
    found = reconstruction_posterior((table, every_table(table)))
    rows = found.distribution("uniform")
    assert rows.loc["prob_or_gt_1", "least"] == found.prob_or_gt_1.min()
    assert rows.loc["or_upper", "most"] == pytest.approx(np.exp(found.upper.max()))
    assert rows.loc["or_median", "q50"] == pytest.approx(
        np.exp(np.quantile(found.median, 0.5, method="inverted_cdf"))
    )
    half = found.subset(found.events[:, 0, 0] == 0)
    assert len(half) == len(found) / 3
    assert half.averaged("uniform").mean == pytest.approx(
        found.mean[found.events[:, 0, 0] == 0].mean(), abs=CLOSE
    )
    with pytest.raises(ModelError, match="no table is left"):
        found.subset(np.zeros(len(found), bool))


def test_shares_of_variance() -> None:
    random = np.random.default_rng(3)
    a, b = random.integers(0, 4, 5000), random.integers(0, 3, 5000)
    values = 2.0 * a + np.array([0.0, 1.0, 5.0])[b]
    even = np.full(a.size, 1 / a.size)
    parts = 4 * a.var(), np.array([0.0, 1.0, 5.0])[b].var()
    assert explained(values, a, even) == pytest.approx(parts[0] / sum(parts), abs=0.02)
    assert explained(values, b, even) == pytest.approx(parts[1] / sum(parts), abs=0.02)
    assert explained(values, 4 * a + b, even) == pytest.approx(1.0)
    assert explained(np.ones(4), np.arange(4), np.full(4, 0.25)) == 0.0
    # all weight on one value of a: knowing it tells nothing more
    only = np.where(a == 2, 1.0, 0.0) / (a == 2).sum()
    assert explained(values, a, only) == pytest.approx(0.0, abs=1e-12)


def test_the_cell_that_matters_most_comes_first() -> None:
    table = small()
    found = reconstruction_posterior((table, every_table(table)))
    cells = found.importance("uniform")
    assert [each.of_effect for each in cells] == sorted((each.of_effect for each in cells), reverse=True)
    by_cell = {(each.study, each.arm): each for each in cells}
    assert ("empty", "treatment") not in by_cell
    whole, one = by_cell["none or few", ""], by_cell["none or few", "treatment"]
    assert 0 < one.of_effect < whole.of_effect < 1
    groups = [found.mean[found.events[:, 0, 0] == r] for r in range(3)]
    between = np.mean([(g.mean() - found.mean.mean()) ** 2 for g in groups])
    assert one.of_effect == pytest.approx(between / found.mean.var(), rel=1e-9)


def test_the_bundled_readings() -> None:
    (claim,) = [each for each in load_claims("ivig") if each.outcome == "preterm_birth"]
    found, possible = reconstructed_readings("ivig", descriptions("ivig")["preterm_birth"], claim, Model())
    assert possible == 53_635_081_500
    counts = {(each.code, each.narrowed): each.tables for each in found}
    assert counts["estimate and lower", ""] == 4_711
    assert counts["interval", "heterogeneity_p and fixed estimate"] == 31
    assert counts["interval", "Branch 2000: 7 of 7 against 3 of 9"] == 528
    for each in found:
        births, women = each.posteriors
        assert (births.denominators, women.denominators) == ("live births", "pregnant women")
        assert 0.88 < births.averaged().prob_above(0.0) < 0.97
        assert births.over_tables("lower", 1.0) < 0.2  # in every table the interval reaches down to about 1
    with pytest.raises(DataError, match="does not give the published numbers"):
        wrong = Claim("preterm_birth", "OR", ci_lower=Printed("0.70"), ci_upper=Printed("5.24"))
        reconstructed_readings("ivig", descriptions("ivig")["preterm_birth"], wrong, Model())


def test_a_posterior_needs_every_table() -> None:
    table = small()
    claim = Claim("o", "OR", estimate=Printed("1.3"))
    whole = reconstruct(table, claim, outcome="o")
    assert len(reconstruction_posterior(whole)) == whole.count > 1
    with pytest.raises(DataError, match="listed"):
        reconstruction_posterior(reconstruct(table, claim, outcome="o", search=Search(max_tables=1)))
    none = reconstruct(table, Claim("o", "OR", estimate=Printed("77")), outcome="o")
    with pytest.raises(DataError, match="nothing to fit"):
        reconstruction_posterior(none)
    with pytest.raises(DataError, match="no study none or few"):
        reconstruction_posterior(whole, totals=load_dataset("ivig", "live_birth"))
    with pytest.raises(ModelError, match="depends on the data"):
        reconstruction_posterior(whole, Model(tau="dumouchel()"))  # type: ignore[arg-type]


def test_counts_as_latent_data_by_brute_force() -> None:
    """The posterior with latent counts, every table of a small box enumerated,
    on plain grids with code of its own.
    """
    # the second trial's counts are known, of the first any pair that sums to 5
    totals, known = ((6, 5), (10, 12)), (7, 4)
    picked = [(a, 5 - a) for a in range(6)]
    table = PartialTable(
        (PartialStudy("unknown", (0, 5), 6, (0, 5), 5), PartialStudy("known", (7, 7), 10, (4, 4), 12)), "two"
    )
    events = np.array([[pair, known] for pair in picked])
    mu, tau = np.linspace(-12, 12, 481), 0.04 * (np.arange(70) + 0.5)
    theta, alpha = np.linspace(-20, 20, 2001), np.linspace(-14, 14, 281)[:, None]
    spread = [norm.pdf(theta, mu[:, None], t) * (theta[1] - theta[0]) for t in tau]

    def surface(a: int, n1: int, c: int, n0: int, half: float) -> np.ndarray:
        """p(a, c | mu, tau), baseline log odds minus ``half`` of the effect in the control arm."""
        p1, p0 = expit(alpha + (1 - half) * theta), expit(alpha - half * theta)
        curve = (
            norm.pdf(alpha[:, 0], 0, 2.5)
            @ (binom.pmf(a, n1, p1) * binom.pmf(c, n0, p0))
            * float(alpha[1, 0] - alpha[0, 0])
        )
        return np.stack([each @ curve for each in spread], axis=1)

    for baseline, half in (("midpoint", 0.5), ("control", 0.0)):
        model = Model(mu="normal(0, 2)", tau="half_normal(0.5)", alpha="normal(0, 2.5)", baseline=baseline)  # type: ignore[arg-type]
        found = reconstruction_posterior((table, events), model)
        fixed = surface(known[0], totals[1][0], known[1], totals[1][1], half)
        prior = norm.pdf(mu, 0, 2)[:, None] * 2 * norm.pdf(tau, 0, 0.5)
        joint = np.stack([surface(a, totals[0][0], c, totals[0][1], half) * fixed * prior for a, c in picked])
        of_table = joint.sum(axis=(1, 2)) / joint.sum()
        assert found.weights() == pytest.approx(of_table, abs=2e-4)
        density = joint.sum(axis=(0, 2)) / joint.sum()
        mean = float(density @ mu)
        ours = found.averaged()
        assert ours.mean == pytest.approx(mean, abs=2e-3)
        assert ours.sd == pytest.approx(float(np.sqrt(density @ (mu - mean) ** 2)), abs=2e-3)
        above = float(density[mu > 1e-9].sum() + density[np.abs(mu) < 1e-9].sum() / 2)
        assert ours.prob_above(0.0) == pytest.approx(above, abs=5e-4)
        # the witness tells the two weights apart
        assert abs(found.averaged("uniform").prob_above(0.0) - above) > 0.005
        # what a known count removes on average, table by table: each table is one value of the unknown cell
        means = (joint.sum(axis=2) @ mu) / joint.sum(axis=(1, 2))
        removed = float(of_table @ (means - mean) ** 2) / float(density @ (mu - mean) ** 2)
        (cell, *_) = found.importance()
        assert (cell.study, cell.of_effect) == ("unknown", pytest.approx(1.0))
        assert cell.of_posterior == pytest.approx(removed, rel=5e-3)
        assert found.between_tables() == pytest.approx(removed, rel=5e-3)


@pytest.mark.parametrize("baseline", ["midpoint", "control"])
def test_a_trial_of_which_nothing_is_known_adds_nothing(baseline: str) -> None:
    """Summed over all of its counts a likelihood is 1: the posterior is that of the other trials,
    whatever the model.
    """
    table = PartialTable(
        (PartialStudy("unknown", (0, 7), 7, (0, 5), 5), PartialStudy("known", (7, 7), 10, (4, 4), 12)), "two"
    )
    model = Model(baseline=baseline)
    found = reconstruction_posterior((table, every_table(table)), model)
    alone = fit(Dataset((Study("known", 7, 10, 4, 12),)), model)["mu"]
    assert found.averaged().quantile([0.025, 0.5, 0.975]) == pytest.approx(
        alone.quantile([0.025, 0.5, 0.975]), abs=2 * CLOSE
    )
    assert np.exp(found.log_evidence).sum() == pytest.approx(
        np.exp(fit(Dataset((Study("known", 7, 10, 4, 12),)), model).log_marginal_likelihood or 0.0), rel=1e-4
    )
    wrong = found.averaged("uniform").quantile(0.975) - alone.quantile(0.975)
    assert abs(float(wrong)) > 10 * CLOSE  # as it is not with equal weights


def test_estimates_give_no_probability_of_counts() -> None:
    table = small()
    found = reconstruction_posterior((table, every_table(table)), Model(likelihood="normal"))
    assert found.answer == "uniform"
    assert (found.weights() == found.weights("uniform")).all()
    exact = reconstruction_posterior((table, every_table(table)), Model(likelihood="hypergeometric"))
    assert exact.answer == "evidence"


def test_the_midpoint_baseline_leaves_the_weighted_answer_nearly_where_it_is() -> None:
    """Outside values for SD 10 on the control arm: 2.18, .930 and 1.76, .891."""
    (claim,) = [each for each in load_claims("ivig") if each.outcome == "preterm_birth"]
    rows = other_baselines("ivig", descriptions("ivig")["preterm_birth"], claim, Model())
    by_place = {
        place: [r for r in rows if r.model.likelihood == "binomial" and r.model.baseline == place]
        for place in BASELINES
    }
    assert [(round(r.by_evidence[0], 2), round(r.by_evidence[3], 3)) for r in by_place["control"][:2]] == [
        (2.18, 0.930),
        (1.76, 0.891),
    ]
    spans = {}
    for place, own in by_place.items():
        assert len(own) == 6
        for code in ("estimate and lower", "interval"):
            chances = [r.by_evidence[3] for r in own if r.code == code]
            spans[place, code] = max(chances) - min(chances)
    assert max(spans["midpoint", code] for code in ("estimate and lower", "interval")) < 0.016
    assert min(spans["control", code] for code in ("estimate and lower", "interval")) > 0.15
    exact = [r for r in rows if r.model.likelihood == "hypergeometric"]
    assert [r.tables for r in exact] == [4_711, 9_937]
    assert (
        other_baselines("ivig", descriptions("ivig")["preterm_birth"], claim, Model(likelihood="normal"))
        == ()
    )
