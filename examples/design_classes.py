"""Do randomised trials tell another story? Run me: python examples/design_classes.py"""

import bayes_ivig as bi

live = bi.load_dataset("ivig", outcome="live_birth")
columns = [
    "class",
    "k",
    "pooled_or",
    "or_median",
    "prob_or_gt_1",
    "shared_lower",
    "shared_median",
    "shared_upper",
    "shared_prob_gt_1",
]

# Any column of a table makes classes; a bundled case has its trials' characteristics too,
# and numbers can be cut in two.
for column in ("randomised", "comparator_class", "apl_share >= 1"):
    found = bi.trials.by_class(live, column)
    print(found.table()[columns].round(3).to_string(index=False))

yes, no = "apl_share >= 1", "apl_share < 1"
# the log of a ratio of odds ratios, under one tau
ratio = bi.trials.by_class(live, yes).contrast.difference(yes, no)
print(f"P(the odds ratio is larger where all women had antibodies) = {ratio.prob_above(0.0):.4f}")

# Which trial carries the answer, and how did it come about?
print(
    bi.trials.without_each(live)[["left_out", "or_median", "prob_or_gt_1", "weight", "predictive_p"]]
    .round(3)
    .to_string(index=False)
)
print(
    bi.trials.accumulated(live, by="year")[["added", "year", "or_median", "prob_or_gt_1", "pooled_p"]]
    .round(3)
    .to_string(index=False)
)
