"""What the page's script needs of an outcome: its trials, its trial sets, and the likelihoods on offer."""

from dataclasses import replace
from typing import Any

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.priors.families import Normal
from bayes_ivig.reporting.explorer.priors_json import alpha_document, presets
from bayes_ivig.reporting.wording import outcomes, readings
from bayes_ivig.reporting.wording.digits import DOCUMENT, PAGE, cut, rounded
from bayes_ivig.results.benefit.zones import usual_zone
from bayes_ivig.results.pooled import StudyEstimate
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

OTHER_BASELINE = Normal(0, 2.5)
MOST_TRIALS = 150  # of one outcome: the page computes a surface for each


def counts_document(outcome: CountsOutcome, reanalysis: Reanalysis) -> dict[str, Any]:
    """Return what the page needs of an outcome with counts."""
    whole = outcome.trial_set("all")
    studies = [study for study in whole.dataset.studies if isinstance(study, Study)]
    assert len(studies) == len(whole.dataset.studies)
    known = {study.study: study for study in whole.pooled.studies}
    original = {each.name: each for each in reanalysis.outcomes if isinstance(each, CountsOutcome)}
    of = outcome.about.complement_of
    mirrored = original.get(of) if of else None  # a single outcome without a name is called ""
    return {
        **_described(outcome.name, outcomes.title(outcome), outcome.about),
        "studies": list(whole.dataset.study_names),
        "trials": [list(study.counts) for study in studies],
        "observed": [_observed(known.get(study)) for study in whole.dataset.study_names],
        "silent": [whole.dataset.study_names.index(study) for study in whole.dataset.uninformative],
        "sets": _sets(outcome),
        "likelihoods": [_likelihood(one) for one in _models(reanalysis.model, studies)],
        "presets": presets(outcome, mirrored),
        "risk": _risk(outcome, mirrored, reanalysis),
        "summary": False,
    }


def summary_document(outcome: SummaryOutcome, reanalysis: Reanalysis) -> dict[str, Any]:
    """Return what the page needs of an outcome known from its published summary:
    its readings, each as one normal likelihood.
    """
    name = "Published summary"
    return {
        **_described(outcome.name, outcomes.title(outcome), outcome.about),
        "studies": [name],
        "trials": [],
        "observed": [None],
        "silent": [],
        "sets": [{"name": "all", "label": "the published summary", "studies": [0]}],
        "likelihoods": [
            {
                "label": f"normal, {readings.READINGS[each.code].lower()}",
                "name": "normal",
                "estimate": cut([each.estimate, each.standard_error], PAGE),
            }
            for each in outcome.readings
        ],
        "presets": {"mu": [], "tau": []},
        "risk": next(
            (
                _per_1000(each.effects["median"].baseline_risk)
                for each in reanalysis.findings
                if each.outcome == outcome.name and "median" in each.effects
            ),
            None,
        ),
        "summary": True,
    }


def _described(name: str, title: str, about: About) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "event": about.event or "",
        "arms": [about.treatment, about.control],
        "threshold": usual_zone(about)[1],
    }


def _observed(study: StudyEstimate | None) -> list[float] | None:
    """Return the observed odds ratio with its 95% confidence limits, those of the tables;
    None where it cannot be estimated.
    """
    if study is None or not study.estimable:
        return None
    ratio = study.ratio
    numbers = [number for number in (ratio.estimate, ratio.lower, ratio.upper) if number is not None]
    return [rounded(number, DOCUMENT) for number in numbers] if len(numbers) == 3 else None


def _sets(outcome: CountsOutcome) -> list[dict[str, Any]]:
    """Return the trial sets by name, all trials first, then those by what the treatment was compared with."""
    names = outcome.trial_set("all").dataset.study_names
    named = sorted(outcome.sets, key=lambda result: result.trials != "all")
    sets = [(each.trials, outcomes.set_label(each, outcome), each.dataset.study_names) for each in named]
    groups = outcome.comparisons.groups if outcome.comparisons else ()
    sets += [(each.key, f"{outcome.about.treatment} {each.phrase}", each.trials) for each in groups]
    return [
        {"name": name, "label": label, "studies": [names.index(one) for one in studies]}
        for name, label, studies in sets
    ]


def _models(model: Model, studies: list[Study]) -> list[Model]:
    """Return the likelihoods on offer, the reference model's first."""
    informative = any(study.informative for study in studies)
    offered = [one for one in every() if one.has_page_curve]
    heard = [one.name for one in offered if informative or one.keeps_uninformative]
    own = sorted(heard, key=lambda name: name != model.likelihood)
    bare = replace(model, effects="random")
    models = [
        each
        for name in own
        for one in (replace(bare, likelihood=name),)
        for each in ([one, replace(one, alpha=OTHER_BASELINE)] if one.has_baseline else [one])
    ]
    return list({_label(one): one for one in models}.values())


def _likelihood(model: Model) -> dict[str, Any]:
    stated: dict[str, Any] = {"label": _label(model), "name": model.likelihood}
    if not model.has_baseline:
        return stated
    return stated | {
        "share": PLACES[model.baseline].share,
        "alpha": alpha_document(model.alpha),
        "stated": {"alpha": str(model.alpha), "baseline": model.baseline},
    }


def _label(model: Model) -> str:
    """Name a likelihood, with the prior of its baseline if it has one."""
    if not model.has_baseline:
        return model.likelihood
    return f"{model.likelihood}, {PLACES[model.baseline].short} {model.alpha}"


def _risk(outcome: CountsOutcome, mirrored: CountsOutcome | None, reanalysis: Reanalysis) -> int | None:
    """Return the report's median control risk per 1000, that of a mirror image the other way round."""
    name = mirrored.name if mirrored else outcome.name
    risks = [
        each.effects["median"].baseline_risk
        for each in reanalysis.findings
        if each.outcome == name and "median" in each.effects
    ]
    if not risks:
        return None
    return _per_1000(1 - risks[0] if mirrored else risks[0])


def _per_1000(risk: float) -> int | None:
    """Return a risk per 1000, None where it is no risk between none and all of them."""
    found = int(rounded(1000 * rounded(risk, (4, 4)), (4, 0)))
    return found if 0 < found < 1000 else None
