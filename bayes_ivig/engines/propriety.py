"""Whether a posterior exists at all under an improper prior."""

from bayes_ivig.engines.curves import informative
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.inputs.study import Study


def falls(study: Study, likelihood: str) -> tuple[bool, bool]:
    """Return whether a study's likelihood falls to zero as theta goes to minus and to plus infinity.

    Without events under treatment it levels off to the left, with only events to the right; given the total number of
    events (hypergeometric) the same holds mirrored for the control arm, whose prior bounds the binomial curve instead.
    """
    r1, n1, r0, n0 = study.counts
    if likelihood == "normal":
        return True, True
    if likelihood == "binomial":
        return r1 > 0, r1 < n1
    total = r1 + r0
    return r1 > max(0, total - n0), r1 < min(n1, total)


def require(dataset: Dataset, model: Model) -> None:
    """Raise ``ModelError`` where too few studies are informative for the posterior to exist.

    With a flat mu, some curve must fall to zero on either side. A flat tau needs three curves that fall on both sides, or
    two where mu has a proper prior (Röver 2020, J Stat Softw 93(6), section 2.2, counted by curves that fall).
    """
    random = model.effects == "random"
    improper = [("mu", model.mu)] * (not model.mu.proper) + [("tau", model.tau)] * (random and not model.tau.proper)
    if not improper:
        return
    sides = [falls(study, model.likelihood) for study in informative(dataset, model)]
    both = sum(left and right for left, right in sides)
    if not model.mu.proper and not (any(left for left, _ in sides) and any(right for _, right in sides)):
        needed, found = "a study whose likelihood falls to zero towards either side is", "none on one side"
    elif random and not model.tau.proper and both < 2 + (not model.mu.proper):
        needed, found = (
            f"{2 + (not model.mu.proper)} studies whose likelihood falls to zero on both sides are",
            f"{both}",
        )
    else:
        return
    which = " and ".join(f"{name} ({prior})" for name, prior in improper)
    raise ModelError(
        f"{dataset.label}: the posterior does not exist under an improper prior on {which}: {needed} needed, found {found}; "
        "use a proper prior, for example normal(0, 2.82) on mu and half_normal(0.5) on tau"
    )
