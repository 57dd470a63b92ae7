"""What a bias-adjusted posterior answers beside mu, tau and theta_new, and what must be read beside it."""

from bayes_ivig.results.posterior.quantity import Quantity


def quantities(names: tuple[str, ...], flags: tuple[bool, ...]) -> tuple[Quantity, ...]:
    """Return what this kind of model answers beside mu, tau and theta_new."""
    ratio = ("log odds ratio", "ratio of odds ratios")
    return (
        Quantity("beta0", "mean bias of flagged trials", *ratio),
        Quantity("kappa", "SD of bias between flagged trials", "SD of log odds ratio"),
        *(Quantity(f"bias[{name}]", f"bias of {name}", *ratio)
          for name, flag in zip(names, flags, strict=True) if flag),
    )  # fmt: skip


def remarks(names: tuple[str, ...], flags: tuple[bool, ...]) -> tuple[str, ...]:
    """Return what must be read beside the numbers."""
    flagged = [name for name, flag in zip(names, flags, strict=True) if flag]
    if not flagged:
        return ("no trial of this set is flagged as at risk of bias: beta0 and kappa keep their priors",)
    return (
        f"flagged as at risk of bias: {', '.join(flagged)}",
        "mu, tau, theta_new and study effects are free of the bias of flagged trials, as the priors of beta0 "
        "and kappa see it",
    )
