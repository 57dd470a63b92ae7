"""``compare_models``: posteriors of several models on one table,
by how well each foresees a study from the others.
"""

from collections.abc import Mapping
from typing import Annotated

from bayes_ivig.analyses.checks.loo import loo
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.checks.loo import ComparedModel, LeaveOneOut, ModelComparison, standard_error
from bayes_ivig.results.draws.draws import counts_model, require_by_study
from bayes_ivig.results.posterior.posterior import Posterior

EXAMPLE = 'compare_models({"random": fit(data, Model()), "common": fit(data, Model(effects="common"))})'


@checked
def compare_models(
    posteriors: Annotated[Mapping[str, Posterior], "a dict of posteriors by name"],
) -> ModelComparison:
    """Return models side by side, the best first: differences of elpd with their standard errors,
    log marginal likelihoods.

    ``posteriors`` gives each fitted model a name; engines may differ. All must be of one likelihood and of
    the same counts of the same studies: each likelihood keeps the constants of its own data (two arms'
    events, one arm's events given the total, a log odds ratio), so that densities under different ones are of
    different things. Bivariate and beta-binomial models, and those with random baselines, are of both arms'
    events, as the binomial likelihood is. Raises ``ModelError`` saying which models cannot be set side by
    side and why.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("my.csv")
    >>> fits = {"random": bi.fit(data), "common": bi.fit(data, bi.Model(effects="common"))}
    >>> bi.checks.compare_models(fits).table()[["elpd", "elpd_se"]].round(1)
            elpd  elpd_se
    model
    random -36.7      3.4
    common -38.2      4.8
    """
    _require_comparable(posteriors)
    by_name = {name: loo(posterior) for name, posterior in posteriors.items()}
    best = max(by_name.values(), key=lambda each: settled_one(each.elpd))
    rows = [_row(name, posteriors[name], each, best) for name, each in by_name.items()]
    return ModelComparison(tuple(sorted(rows, key=lambda row: -settled_one(row.difference))))


def _row(name: str, posterior: Posterior, own: LeaveOneOut, best: LeaveOneOut) -> ComparedModel:
    by_study = {row.study: row.elpd for row in own.rows}
    differences = best.pointwise * -1.0
    differences += [by_study[row.study] for row in best.rows]
    error = 0.0 if own is best else standard_error(differences)
    return ComparedModel(
        name, posterior.engine, own, float(differences.sum()), error, posterior.log_marginal_likelihood
    )


def _require_comparable(posteriors: Mapping[str, Posterior]) -> None:
    """Raise ``ModelError`` unless there are two posteriors or more, of one likelihood and the same data."""
    if not isinstance(posteriors, Mapping) or not all(
        isinstance(each, Posterior) for each in posteriors.values()
    ):
        raise ModelError(f"compare_models: give fitted models by name, as in {EXAMPLE}")
    if len(posteriors) < 2:
        raise ModelError(
            f"compare_models: needs two models or more, found {len(posteriors)}; as in {EXAMPLE}"
        )
    (first, one), *others = posteriors.items()
    for posterior in posteriors.values():
        require_by_study(posterior, "compare_models")
    for name, other in others:
        likelihoods = counts_model(one).likelihood, counts_model(other).likelihood
        if likelihoods[0] != likelihoods[1]:
            raise ModelError(
                f"compare_models: {first} has the {likelihoods[0]} likelihood, {name} the {likelihoods[1]} "
                "one: their densities are of different data (both arms' events; one arm's given the total; a "
                "log odds ratio) and have different constants; compare models of one likelihood"
            )
        if _data(other) != _data(one):
            raise ModelError(
                f"compare_models: {first} and {name} are of different trials or counts; "
                "fit both to the same trial set"
            )


def _data(posterior: Posterior) -> set[tuple[str, tuple[float, float, float, float], tuple[float, float]]]:
    return {
        (study.name, study.counts, (study.design_effect, study.design_effect_sd))
        for study in posterior.dataset.studies
        if study.name in posterior.studies
    }
