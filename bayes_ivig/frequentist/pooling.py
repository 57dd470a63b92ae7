"""``pool``: one dataset, one method, one measure, one ``PooledEstimate``."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, get_args

from bayes_ivig import measures
from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.formulas import tau_squared
from bayes_ivig.formulas.effect_sizes import Measure
from bayes_ivig.frequentist import glmm
from bayes_ivig.frequentist import inverse_variance as iv
from bayes_ivig.frequentist import mantel_haenszel as mh
from bayes_ivig.frequentist.assembly import Pooled, Request, assemble
from bayes_ivig.frequentist.cautions import cautions
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import Tables, prepare
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import refuse_design_effects
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.pooled import DEFAULT_METHOD, PooledEstimate

MEASURES: tuple[Measure, ...] = get_args(Measure)
ANY = tuple(each.code for each in measures.MEASURES)


class Method(NamedTuple):
    """How one method computes, which program's rules it follows by default, and what it allows.

    One that is not of counts weighs estimates by their inverse variances, on any measure.
    """

    compute: Callable[[Tables, Request], Pooled]
    rules: Callable[[], Rules] = Rules.metafor
    measures: tuple[str, ...] = MEASURES
    hartung_knapp: bool = False
    of_counts: bool = True


ESTIMATORS: dict[str, iv.Estimator] = {
    "dl": iv.dersimonian_laird,
    "reml": tau_squared.restricted_maximum_likelihood,
    "ml": tau_squared.maximum_likelihood,
    "pm": tau_squared.paule_mandel,
    "sj": tau_squared.sidik_jonkman,
    "he": tau_squared.hedges,
    "eb": tau_squared.paule_mandel,
    "hs": tau_squared.hunter_schmidt,
}

KNAPP_NAMES = ("hk", "hksj", "knha", "knapp", "hartungknapp", "hartungknappsidikjonkman")
KNAPP = (
    "; Hartung-Knapp goes with a method: method='reml', hartung_knapp=True (--method reml --hartung-knapp)"
)
METHODS: dict[str, Method] = {
    "mh": Method(mh.mantel_haenszel),
    "peto": Method(mh.peto, measures=("OR",)),
    "fixed": Method(iv.common_effect, measures=ANY, of_counts=False),
    **{
        name: Method(iv.random_effects(estimator), measures=ANY, hartung_knapp=True, of_counts=False)
        for name, estimator in ESTIMATORS.items()
    },
    "revman-fixed": Method(mh.mantel_haenszel, Rules.revman5),
    "revman-random": Method(mh.revman_random, Rules.revman5),
    "revman-2025": Method(iv.revman_2025, Rules.revman2025, ANY, hartung_knapp=True, of_counts=False),
    "glmm-um-fs": Method(glmm.mixed_model(glmm.unconditional_fixed), measures=("OR",)),
    "glmm-um-rs": Method(glmm.mixed_model(glmm.unconditional_random, baselines=True), measures=("OR",)),
    "glmm-cm-al": Method(glmm.mixed_model(glmm.conditional_approximate), measures=("OR",)),
    "glmm-cm-el": Method(glmm.mixed_model(glmm.conditional_exact), measures=("OR",)),
}


@checked
def pool(
    dataset: Dataset,
    *,
    method: str = DEFAULT_METHOD,
    measure: str | None = None,
    hartung_knapp: bool = False,
    level: Level = 0.95,
    rules: Rules | None = None,
) -> PooledEstimate:
    """Pool the studies of a dataset by a classical method, unless another is given by ``"reml"``: inverse
    variance, random effects, restricted maximum likelihood (the default of metafor and meta as well).

    ``measure`` is that of the dataset unless another is asked for, which counts alone can give. Ratios are on
    the log scale, treatment over control. ``method`` is a key of ``METHODS``; ``rules`` overrules the
    conventions of the program it is modelled on. Studies known by an estimate take the methods that weigh by
    inverse variances. What does not exist (no events anywhere, one study) is None with a note, never an
    error. Raises ``ModelError`` for an unknown method or measure, a combination that is not defined, or a
    level outside (0, 1).

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> pooled = bi.pool(live)
    >>> pooled.method, pooled == bi.pool(live, method="reml")
    ('reml', True)
    """
    chosen = METHODS.get(method)
    if chosen is None:
        raise ModelError(
            f"no method {method!r}{suggestion(method, METHODS)}; methods are {', '.join(METHODS)}"
            f"{KNAPP if method.lower().replace('-', '').replace('_', '') in KNAPP_NAMES else ''}"
        )
    measure = _measure(dataset, measure, method)
    if hartung_knapp and not chosen.hartung_knapp:
        allowed = ", ".join(name for name, entry in METHODS.items() if entry.hartung_knapp)
        raise ModelError(f"Hartung-Knapp does not apply to method {method!r}; it does to {allowed}")
    if not (math.isfinite(level) and 0 < level < 1):
        raise ModelError(f"level is {level!r}; a confidence level lies between 0 and 1, for example 0.95")
    request = Request(method, measure, hartung_knapp, level, rules or chosen.rules())
    if method.startswith("glmm"):
        refuse_design_effects(
            dataset, f"method {method!r}", "whose likelihood is of whole counts", "pool by another method"
        )
    tables = prepare(dataset, request.measure, request.rules)
    pooled = chosen.compute(tables, request)
    return replace(
        assemble(request, tables, pooled), cautions=cautions(request, tables, pooled), dataset=dataset
    )


def _measure(dataset: Dataset, asked: str | None, method: str) -> str:
    """Return the measure to pool on; raises ``ModelError`` where the method or the studies do not give it."""
    measure = dataset.measure if asked is None else asked
    chosen = METHODS[method]
    if measure not in ANY:
        raise ModelError(f"no measure {measure!r}{suggestion(measure, ANY)}; measures are {', '.join(ANY)}")
    inverse = ", ".join(name for name, entry in METHODS.items() if not entry.of_counts)
    known = quoted(dataset.estimated[0]) if dataset.estimated else ""
    if known and chosen.of_counts:
        raise ModelError(
            f"method {method!r} pools counts, and {known} is known by its estimate only; "
            f"methods for estimates are {inverse}"
        )
    if known and measure != dataset.measure:
        raise ModelError(f"measure {measure}: {known} is known by its {dataset.measure} only; pool on that")
    if measure not in chosen.measures:
        raise ModelError(f"method {method!r} pools {' or '.join(chosen.measures)} only, not {measure}")
    if measure not in MEASURES and all(study.of_people for study in dataset.studies):
        raise ModelError(f"events and totals give no {measure}; they give {', '.join(MEASURES)}")
    return measure
