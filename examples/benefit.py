"""How probable is which benefit? Run me: python examples/benefit.py"""

import bayes_ivig as bi

live = bi.load_dataset("ivig", outcome="live_birth")
posterior = bi.fit(live, bi.Model())

# Beyond an odds ratio of 1.25 or 2, and beyond 50 live births per 1000 pregnancies,
# at three control risks of the trials.
found = bi.benefit(posterior, zone=[(0.8, 1.25), (0.5, 2)], important_difference=50)
print(found.zones.round(3).to_string())
print(
    found.absolute[
        [
            "control_per_1000",
            "treated_per_1000",
            "difference_lower",
            "difference_upper",
            "prob_important_benefit",
        ]
    ]
    .astype(float)
    .round(3)
    .to_string()
)

# The same under other priors and other trials, side by side; other priors need no new fit.
named = {
    "reference": posterior,
    "sceptical prior": posterior.under(mu=bi.priors.sceptical(0.7)),
    "published trials": posterior.trials("published"),
}
several = bi.benefit(named, important_difference=50)
print(
    several.summary_of_findings[["posterior", "or_median", "prob_benefit", "prob_important_benefit"]]
    .round(3)
    .to_string()
)

# At the control risk of your own hospital, for a new setting:
# number needed to treat, through infinity where it must.
own = bi.benefit(posterior, baseline={"our hospital": 0.7}, quantity="theta_new")
print(
    own.absolute[["number_needed", "number_needed_lower", "number_needed_upper", "through_infinity"]]
    .round(1)
    .to_string()
)

# Pictures: bi.plot.benefit(several).save("curves.svg"); bi.plot.absolute(found).save("per_1000.svg")
