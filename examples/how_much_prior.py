"""How much prior would it take to change the conclusion? Run me: python examples/how_much_prior.py"""

import bayes_ivig as bi

live = bi.load_dataset("ivig", outcome="live_birth")
model = bi.load_model("binomial_normal")

# With the six trials the paper pooled, the odds ratio is above 1 with probability 0.997.
# Which priors bring that to 0.975?
published = bi.tipping.how_much_prior(bi.fit(live.trials("published"), model))
print(published.table().round(3).to_string(index=False))

# How few events, moved in one arm of one trial, do the same?
fragility = published.fragility
for move in fragility.moves if fragility else ():
    print(f"{move.study}, {move.arm} arm: {move.events:+d} events, then P(OR > 1) = {move.chance:.3f}")

# Does the posterior answer to its priors, to the data, or to both?
print(published.power.table().round(2).to_string())

# With all nine trials it is 0.886: which enthusiasm would be needed, and is any prior on the spread enough?
every = bi.tipping.how_much_prior(bi.fit(live, model), published.conclusion)
print(every.table().round(3).to_string(index=False))

# Both priors at once, as a picture: bi.plot.tipping(published.grid).save("tipping.html")
if (grid := published.grid) is not None:  # a common effect has no second prior
    print(f"{(grid.chances >= 0.975).mean():.0%} of the map of both priors reaches it with six trials")
