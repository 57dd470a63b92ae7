"""Posteriors on the scales of risk ratios and risk differences against sums of another program."""

import csv
from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.counts.study import Study

REFERENCE = Path(__file__).parents[1] / "reference" / "scale_posteriors.csv"
SETS = {
    "sparse": ((0, 25, 3, 24), (1, 40, 0, 38), (2, 30, 5, 33), (0, 12, 0, 14)),
    "mixed": ((3, 50, 7, 50), (7, 60, 3, 50), (12, 40, 20, 42), (5, 30, 4, 31)),
    "only_events": ((12, 12, 10, 11), (20, 20, 18, 20), (9, 10, 8, 10), (15, 15, 14, 15)),
}
# posterior SDs, and logs, that the other program's sums over some hundred nodes of mu and tau are good for;
# under a common effect, where there is no tau, it agrees to 1e-5
SUMS = 2e-3


def table(name: str) -> bi.Dataset:
    if name == "live_birth":
        return bi.load_dataset("ivig", "live_birth")
    return bi.Dataset(tuple(Study(f"Study {i}", *row) for i, row in enumerate(SETS[name], 1)), name)


@pytest.mark.parametrize(
    "row",
    list(csv.DictReader(REFERENCE.read_text(encoding="utf-8").splitlines())),
    ids=lambda row: "-".join((row["measure"], row["dataset"], row["effects"], row["alpha_sd"])),
)
def test_posteriors_are_those_of_plain_sums_over_risks(row: dict[str, str]) -> None:
    stated = bi.Model(
        measure=row["measure"],
        effects=row["effects"],
        mu=bi.priors.Normal(0, float(row["mu_prior_sd"])),
        tau=bi.priors.HalfNormal(float(row["tau_scale"])),
        alpha=bi.priors.Normal(float(row["alpha_mean"]), float(row["alpha_sd"])),
    )
    posterior = bi.fit(table(row["dataset"]), stated)
    mu, sd = posterior["mu"], float(row["mu_sd"])
    assert posterior.diagnostics.ok
    assert mu.mean == pytest.approx(float(row["mu_mean"]), abs=SUMS * sd)
    assert mu.sd == pytest.approx(sd, rel=2 * SUMS)
    for name, share in (("mu_q025", 0.025), ("mu_q50", 0.5), ("mu_q975", 0.975)):
        assert mu.quantile(share) == pytest.approx(float(row[name]), abs=5 * SUMS * sd)
    assert mu.prob_above(0) == pytest.approx(float(row["p_above"]), abs=SUMS)
    assert posterior["tau"].mean == pytest.approx(float(row["tau_mean"]), rel=5 * SUMS, abs=1e-9)
    assert posterior.log_marginal_likelihood == pytest.approx(float(row["log_marginal"]), abs=SUMS)
