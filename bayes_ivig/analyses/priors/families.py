"""``prior_families``: what sceptics, optimists, other meta-analyses
and the Cochrane database make of one outcome.
"""

import math
from collections.abc import Iterable

import numpy as np

from bayes_ivig.analyses.priors.from_evidence import overlap
from bayes_ivig.analyses.priors.strength import conflict
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Questions
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Mixture, Prior, resolved
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.libraries import rows
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.results.reanalysis.prior_families import AfterData, PriorFamilies, PriorFamily, WidthCurve

EXPECTED = 0.693  # the log of an odds ratio of 2, towards benefit, where nobody has stated another
WIDTHS = (0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.82, 4.0, 5.6, 8.0, 10.0)
ASKED = Questions(tau=(), above=(1.0,), theta_new=())
LIMITS = np.array([0.025, 0.5, 0.975])
OWN = "The model's own"

type Stated = tuple[str, str, Prior, str]  # label, parameter, prior, note


def prior_families(dataset: Dataset, model: Model, trials: Iterable[str]) -> PriorFamilies | None:
    """Return what each family of priors says before the data and after, for the named trial sets,
    and the width curves.

    The families are those of ``data/priors/families.csv``: for every dataset, and for a bundled one its own.
    Optimistic and pessimistic ones need the direction of benefit, and are left out where the description of
    the data does not state it. None for models without random effects or with an improper prior of their own.
    Raises ``DataError`` and ``ModelError``.
    """
    if model.effects != "random" or not (model.mu.proper and model.tau.proper):
        return None
    expected = _expected(dataset.about)
    stated = _stated(dataset, model, expected)
    answered = [_answered(dataset.trials(name), model, stated) for name in trials]
    families = tuple(
        _family(dataset, each, numbers)
        for each, numbers in zip(stated, zip(*(a for a, _ in answered), strict=True), strict=True)
    )
    return PriorFamilies(
        families, tuple(curve for _, curve in answered), None if expected is None else math.exp(expected)
    )


def _answered(dataset: Dataset, model: Model, stated: list[Stated]) -> tuple[list[AfterData], WidthCurve]:
    """Return what each family makes of one trial set, and its curve: one call for all posteriors."""
    pairs = [
        (prior, model.tau) if parameter == "mu" else (model.mu, prior) for _, parameter, prior, _ in stated
    ]
    parts = {i: inner for i, (mu, _) in enumerate(pairs) if isinstance(inner := resolved(mu), Mixture)}
    widths: list[tuple[Prior, Prior]] = [(Normal(0.0, width), model.tau) for width in WIDTHS]
    alone = [(inner.parts[0], model.tau) for inner in parts.values()]
    answers = bulk.over_priors(dataset, model, [*pairs, *widths, *alone], ASKED)
    ratios, chances = np.exp(answers.mu), answers.above[:, 0]
    of_mu = [i for i, (_, parameter, _, _) in enumerate(stated) if parameter == "mu"]
    tails = dict(zip(of_mu, conflict(dataset, model, [pairs[i] for i in of_mu]), strict=True))
    logs = dict(zip(parts, answers.log_evidence[len(pairs) + len(widths) :], strict=True))
    rows = []
    for i in range(len(pairs)):
        weight = (
            parts[i].weights[0] * float(np.exp(logs[i] - answers.log_evidence[i])) if i in parts else None
        )
        tail = float(tails[i]) if i in tails and np.isfinite(tails[i]) else None
        low, middle, high = (float(value) for value in ratios[i])
        rows.append(AfterData(dataset.selection, low, middle, high, float(chances[i]), tail, weight))
    where = slice(len(pairs), len(pairs) + len(widths))
    below, at, above, chance = (tuple(map(float, column)) for column in (*ratios[where].T, chances[where]))
    return rows, WidthCurve(dataset.selection, WIDTHS, below, at, above, chance)


def _expected(about: About) -> float | None:
    match about.event:
        case "good":
            return EXPECTED
        case "bad":
            return -EXPECTED
        case None:
            return None


def _stated(dataset: Dataset, model: Model, expected: float | None) -> list[Stated]:
    """Return label, parameter, prior and note of every family that speaks of this dataset,
    the model's own first.
    """
    families: list[Stated] = [(OWN, "mu", model.mu, "")]
    for row in rows("families"):
        of_others = row["dataset"] not in ("", dataset.name) or row["outcome"] not in ("", dataset.outcome)
        if of_others or (expected is None and "{expected}" in row["prior"]):
            continue
        text = row["prior"].replace("{expected}", f"{expected or 0.0:g}")
        families.append((row["label"], row["parameter"], parse_prior(text), row["note"]))
    return families


def _family(dataset: Dataset, stated: Stated, after: tuple[AfterData, ...]) -> PriorFamily:
    label, parameter, prior, note = stated
    of_mu, inner = parameter == "mu", resolved(prior)
    low, middle, high = (float(value) for value in prior.quantile(LIMITS))
    if of_mu:
        low, middle, high = math.exp(low), math.exp(middle), math.exp(high)
    chance = 1.0 - float(prior.cdf(0.0)) if of_mu else None
    weight = inner.weights[0] if of_mu and isinstance(inner, Mixture) else None
    shared = overlap(dataset, str(prior))
    return PriorFamily(label, prior, not of_mu, low, middle, high, chance, weight, after, shared, note)
