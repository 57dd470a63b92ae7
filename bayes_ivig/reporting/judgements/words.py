"""Judgements in sentences: whose they are stands with each of them, and that nothing of them was computed."""

from bayes_ivig.inputs.judgements.judged import Judged, StatedBefore
from bayes_ivig.reporting.wording import phrases

NOT_JUDGED = "not judged"
DOMAINS = {
    "risk_of_bias": "risk of bias",
    "inconsistency": "inconsistency",
    "indirectness": "indirectness",
    "imprecision": "imprecision",
    "publication_bias": "publication bias",
}
LISTS = {
    "trial_sets": "trial sets",
    "comparisons": "comparisons",
    "likelihoods": "likelihoods",
    "effects": "study effects",
    "mu_priors": "priors of the effect",
    "tau_priors": "priors of the between-study SD",
}


def judged_by(judged: Judged) -> str:
    """Return who judged, and when where that is stated."""
    return f"judged by {phrases.name(judged.by)}{f' ({phrases.name(judged.on)})' if judged.on else ''}"


def before_sentence(before: StatedBefore | None) -> str:
    """Return what was stated before the results were known, and where."""
    if before is None:
        return (
            "Stated before the results were known: nothing that the description of the data names; every "
            "choice counts as made afterwards."
        )
    named = [
        f"{words} {phrases.series([_named(kind, text) for text in getattr(before, kind)])}"
        for kind, words in LISTS.items()
        if getattr(before, kind)
    ]
    what = "; ".join(named) or "none of the choices compared here"
    note = f" {phrases.first_upper(phrases.name(before.note)).rstrip('.')}." if before.note else ""
    return (
        f"Stated before the results were known, by {phrases.name(before.source)}: {what}. What is not named "
        f"there counts as chosen afterwards.{note}"
    )


def _named(kind: str, text: str) -> str:
    """Return a choice as it is read: a prior as it was written, a name without its underscores."""
    return phrases.name(text if kind.endswith("_priors") else text.replace("_", " "))
