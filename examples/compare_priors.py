"""How far does the answer depend on the prior? Run me: python examples/compare_priors.py"""

import bayes_ivig as bi

live = bi.load_dataset("ivig", outcome="live_birth")

# Every combination of two effect priors, three heterogeneity priors and two choices of trials: one row each.
table = bi.priors.compare(
    live,
    mu=["normal(0, 2.82)", bi.priors.sceptical(0.7)],  # vague; sceptical of an odds ratio above 2
    tau=[
        "half_normal(0.5)",
        "half_normal(1)",
        bi.priors.turner2015("obstetric outcomes", "pharmacological vs. placebo / control"),
    ],
    trials=["published", "all"],
)
shown = [
    "trials",
    "mu_prior",
    "tau_prior",
    "or_lower",
    "or_median",
    "or_upper",
    "prob_or_gt_1",
    "bf_effect",
    "conflict_p",
    "prior_ess",
]
print(table[shown].sort_values("or_median", ascending=False).round(3).to_string(index=False))

# How narrow must a prior around no effect be before it decides?
curve = bi.priors.prior_width_curve(live.trials("published"), widths=[0.1, 0.2, 0.35, 0.7, 1.4, 2.8])
print(
    curve[["prior_width", "or_lower", "or_median", "or_upper", "prob_or_gt_1", "prior_ess"]]
    .round(3)
    .to_string(index=False)
)
