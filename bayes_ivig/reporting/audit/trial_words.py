"""The sentences of an audit about how many trials and participants a pooled result rests on."""

from collections.abc import Sequence

from bayes_ivig.formulas.every_method import Recipe
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.reporting.audit.pooled_words import recipe_words
from bayes_ivig.reporting.wording import phrases


def label(name: str, count: int) -> str:
    """Return a named set of trials in words."""
    return listed(count) if name == "all" else f"the {count} trials of the set {name!r}"


def listed(count: int) -> str:
    """Return all trials of a table in words."""
    return "the one trial listed" if count == 1 else f"the {count} trials listed"


def trials(k: int, known: int, fewest: int, where: str) -> str:
    """Say how many trials there are, and how many of them can be estimated."""
    if fewest <= k <= known:
        some = f"; {fewest} of them can be estimated as an odds ratio" if fewest < known else ""
        return f"{k} trials are printed; {where} agree{some}."
    if k < fewest:
        return f"{k} trials are printed; {where} are as many if those with a zero cell are left out."
    return f"{k} trials are printed, but there are only {known} in the table."


def participants(n: int, options: Sequence[int], where: str) -> str:
    """Say how many people the arms hold."""
    other = (
        f" (or {phrases.series([str(option) for option in options[1:]])} without trials "
        "that cannot be estimated)"
    )
    held = f"{options[0]}{other if len(options) > 1 else ''}"
    verdict = "agrees with" if n in options else "disagrees with"
    return f"n = {n} {verdict} the arms of {where}, which hold {held}."


def too_many_subsets(k: int, known: int) -> str:
    """Say that it is not known which trials were pooled."""
    return f"{k} trials are printed and {known} listed; which of them were pooled is not known."


def no_subset(claim: Claim, known: int) -> str:
    """Say that no choice of trials gives the printed numbers."""
    people = f" with {claim.n} participants" if claim.n else ""
    return (
        f"{claim.k} trials are printed and {known} listed; "
        f"no {claim.k} of them{people} give the printed numbers."
    )


def subset(k: int, known: int, names: Sequence[str], recipe: object) -> str:
    """Say which trials give the printed numbers."""
    way = f" ({recipe_words(recipe)})" if isinstance(recipe, Recipe) else ""
    return (
        f"{k} trials are printed and {known} listed; the printed numbers come out if "
        f"{phrases.series(list(names))} were pooled{way}."
    )


def incomplete(known: int) -> str:
    """Say that some counts are not known."""
    return (
        f"Not every count of the {known} trials is known, so the result cannot be computed again from them."
    )


def no_such_outcome(offered: Sequence[str]) -> str:
    """Say that the table of counts is about something else."""
    return (
        "The table of counts does not name this outcome; it holds "
        f"{', '.join(offered) or 'one outcome without a name'}."
    )


def size(claim: Claim) -> str:
    """Return the numbers of trials and participants as printed, those that are."""
    return ", ".join([f"k {claim.k}"] * bool(claim.k) + [f"n {claim.n}"] * bool(claim.n))
