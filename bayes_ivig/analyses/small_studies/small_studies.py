"""``bias.small_studies``: the effect as it is, under selection by p-value, and in a very large trial."""

from typing import Any

from bayes_ivig.analyses.small_studies.selection import Stated, selection
from bayes_ivig.engines.fitting import fit
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.small_studies.selection import SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import Adjusted, Adjustment, SmallStudies

FORMS: tuple[Adjustment, ...] = ("pet", "peese")


@checked
def small_studies(dataset: Dataset, model: Stated | None = None) -> SmallStudies:
    """Return the effect beside what it would be under selection by p-value, and in an infinitely large trial
    if effects followed the standard error of a trial (PET) or its square (PEESE).

    ``model`` is as for ``bias.selection``; PET and PEESE have its likelihood, effects and priors of mu and
    tau, and a slope towards the favoured side (Stanley & Doucouliagos 2014, Res Synth Methods 5:60; as a
    Bayesian model Bartos et al. 2023, Res Synth Methods 14:99). Each line is a sensitivity analysis and none
    the corrected effect: the limit of an infinitely large trial lies outside the data, and few trials, or
    trials of about one size, say little of it. Of counts the standard error moves with the effect: an empty
    cell makes both large, and a slope is then found where the size of trials plays no part. Raises
    ``DataError`` and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> found = bi.bias.small_studies(bi.load_dataset("ivig", "live_birth"))
    >>> found.table()[["adjustment", "or_median"]].round(1).to_numpy().tolist()
    [['none', 1.7], ['selection', 1.3], ['pet', 0.3], ['peese', 0.4]]
    """
    return beside(selection(dataset, model))


def beside(selected: SelectionAnalysis) -> SmallStudies:
    """Return a selection analysis beside PET and PEESE of the same likelihood and priors."""
    none, model = selected.uncorrected, selected.posterior.model
    given: dict[str, Any] = {name: getattr(model, name) for name in ("likelihood", "effects", "mu", "tau")}
    direction = selected.direction or model.direction
    rows = [
        Adjusted("none", none, None),
        Adjusted("selection", selected.posterior, selected.log_bayes_factor),
    ]
    for form in FORMS:
        posterior = fit(selected.dataset, PetPeese(form, direction=direction, **given))
        rows.append(Adjusted(form, posterior, _evidence(posterior, none)))
    return SmallStudies(tuple(rows), selected)


def _evidence(one: Posterior, other: Posterior) -> float | None:
    known = one.log_marginal_likelihood, other.log_marginal_likelihood
    return None if known[0] is None or known[1] is None else known[0] - known[1]
