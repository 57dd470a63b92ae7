"""Which trials make the conclusion? Run me: python examples/subsets.py"""

import bayes_ivig as bi

live = bi.load_dataset("ivig", outcome="live_birth")
every = bi.trials.subsets(live)  # all 511 choices of the nine trials, posterior and classical result of each

print(
    bi.trials.carrying_trials(every)[["trial", "or_median_without", "prob_or_gt_1_without", "prob_change"]]
    .round(3)
    .to_string(index=False)
)

# The paper pooled six of the nine. Of all ways of dropping three,
# which give P < 0.05, and which P(OR > 1) >= 0.975?
dropped = bi.trials.leave_k_out(every, 3).sort_values("pooled_or", ascending=False)
found = dropped[(dropped["pooled_p"] < 0.05) | (dropped["prob_or_gt_1"] >= 0.975)]
print(
    found[["left_out", "pooled_or", "pooled_p", "or_median", "prob_or_gt_1"]].round(3).to_string(index=False)
)

where = bi.trials.standing(every, live.trials("published").study_names)
print(
    f"the published choice: number {where['rank_pooled_or']} of {where['subsets']} by pooled odds ratio, "
    f"one of {where['significant']} with P < 0.05 "
    f"and of {where['convincing_above']} with P(OR > 1) >= 0.975"
)
