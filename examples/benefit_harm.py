"""More live births, but how many of them preterm? Run me: python examples/benefit_harm.py"""

import bayes_ivig as bi

model = bi.load_model("binomial_normal")
live = bi.fit(bi.load_dataset("ivig", outcome="live_birth"), model)
harm = bi.fit(bi.load_dataset("ivig", outcome="obstetric_complication"), model)

# Directions and denominators come from the data's description: complications are counted among live births.
found = bi.benefit_harm(live, harm)
for name, people in found.effects().items():
    print(f"{name} per 100 pregnant women: {people.mean:.1f} ({people.lower:.1f} to {people.upper:.1f})")
print(f"P(benefit and no harm) = {found.relative.benefit_without_harm:.3f}")
print(f"break-even weight of one complication against one live birth: {found.break_even.weight:.2f}")
print(found.table().iloc[::10].round(3).to_string())

# Any posterior of a log odds ratio will do, here those of a new setting: then say what no description says.
new = live["theta_new"], harm["theta_new"]
other = bi.benefit_harm(*new, control_risks=(0.65, 0.15), events=("good", "bad"), among="events")
print(
    f"in a new setting, each weighing the same: P(net benefit > 0) = {other.at_weight(1.0).probability:.3f}"
)
