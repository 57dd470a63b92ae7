"""What would somebody who believes this conclude from the trials? Run me: python examples/elicit.py"""

import bayes_ivig as bi

live = bi.load_dataset("ivig", outcome="live_birth")

# Beliefs as statements about the odds ratio of live birth, and about the spread between trials.
clinician = bi.priors.elicit("P(harm) = 15%", "P(benefit > 2) = 25%", benefit="OR > 1")
cautious = bi.priors.elicit("P(OR > 2) <= 5%")  # alone: around no effect
panel = bi.priors.elicit("P(OR > 1) = 0.7", "P(OR > 2) = 0.2", "P(OR > 3) = 0.1", family="student_t(4)")
spread = bi.priors.elicit("P(tau > 1) = 5%")
for prior in (clinician, cautious, panel, spread):
    print(f"{prior}\n    is {prior.prior}; {prior.source}")  # how well each statement is met

# The same from another meta-analysis: whole, at half its information,
# and with a way out if the trials disagree.
earlier = [bi.priors.evidence_prior("kofod2025", baseline_risk=0.55, discount=a) for a in (1, 0.5)]
robust = bi.priors.evidence_prior("kofod2025", baseline_risk=0.55, robust=0.2)

table = bi.priors.compare(
    live.trials("published"),
    1.25,
    mu=["normal(0, 2.82)", clinician, cautious, panel, *earlier, robust, "zampieri(0.4)"],
    tau=spread,
)
shown = [
    "mu_prior",
    "or_lower",
    "or_median",
    "or_upper",
    "prob_or_gt_1",
    "prob_or_gt_1_25",
    "conflict_p",
    "prior_ess",
    "part_weight",
]
print(table[shown].sort_values("prob_or_gt_1").round(3).to_string(index=False))
