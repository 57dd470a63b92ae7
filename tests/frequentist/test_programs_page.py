"""Every number on docs/programs.md is what the package computes today."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from frequentist_reference import tables

from bayes_ivig import Dataset, Model, Study, fit
from bayes_ivig.frequentist.pooling import METHODS, pool
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.results.pooled import PooledEstimate

PAGE = (Path(__file__).parents[2] / "docs" / "programs.md").read_text(encoding="utf-8")
PUBLISHED, NINE = tables()["ivig_live_published"], tables()["ivig_live_all"]
METAFOR = Rules.metafor()


def ratio(found: PooledEstimate) -> str:
    return f"{found.ratio.estimate:.3f} ({found.ratio.lower:.3f} to {found.ratio.upper:.3f})"


def prediction(form: str) -> str:
    found = pool(PUBLISHED, method="dl", rules=replace(METAFOR, prediction=form)).prediction_ratio
    return f"{found.lower:.3f} to {found.upper:.3f}"


def shown() -> list[str]:
    by = {method: pool(PUBLISHED, method=method) for method in METHODS}
    keeping = replace(METAFOR, drop_no_events=(), drop_only_events=())
    errors = [pool(NINE, method=method, measure="RD").standard_error for method in ("revman-fixed", "mh")]
    names = {"ML": "ml", "HS": "hs", "REML": "reml", "DL": "dl", "PM and EB": "pm", "SJ": "sj", "HE": "he"}
    risk = {f"{pool(NINE, method=m, measure='RR').ratio.estimate:.3f}" for m in ("mh", "revman-fixed")}
    return [
        f"M-H OR {ratio(by['revman-fixed'])} with, {ratio(by['mh'])} without",
        *(
            f"Q {by[m].q:.3f}, P {by[m].q_p_value:.4f}, I2 {by[m].i2:.1f}%".replace("P 0.", "P .")
            for m in ("revman-random", "dl")
        ),
        f"OR {ratio(by['revman-random'])}, tau2 {by['revman-random'].tau2:.3f}",
        f"{ratio(by['dl'])}, tau2 {by['dl'].tau2:.3f}",
        "tau2: " + ", ".join(f"{label} {by[name].tau2:.3f}" for label, name in names.items()),
        f"REML {by['reml'].i2:.1f}%, PM {by['pm'].i2:.1f}%, where (Q - df)/Q is {by['dl'].i2:.1f}%",
        f"REML z {ratio(by['reml'])}; Hartung-Knapp "
        f"{ratio(pool(PUBLISHED, method='reml', hartung_knapp=True))}",
        f"DL: z {prediction('z')}; k - 1 {prediction('t k-1')}; k - 2 {prediction('t k-2')}",
        f"OR {ratio(pool(NINE, method='dl'))} without Branch 2000 (7/7 v 9/9), "
        f"{ratio(pool(NINE, method='dl', rules=keeping))} with it",
        f"M-H RR: {', '.join(risk)} by both, with {pool(NINE, method='mh', measure='RR').k} studies",
        f"SE {errors[0]:.4f} (raw differences, 0.5 in variances and weights) against {errors[1]:.4f}",
        f"exact conditional GLMM {ratio(by['glmm-cm-el'])}",
        f"fixed baselines {ratio(by['glmm-um-fs'])}; random baselines {ratio(by['glmm-um-rs'])}",
        f"{ratio(by['glmm-cm-al'])}, tau2 {by['glmm-cm-al'].tau2:.3f}",
        ratio(pool(PUBLISHED, method="revman-random", rules=replace(Rules.revman5(), pooled_sum="none"))),
    ]


def placed() -> Iterator[str]:
    exchanged = Dataset(tuple(Study(s.name, *s.counts[2:], *s.counts[:2]) for s in NINE.studies))
    for model in (Model(), Model(baseline="control")):
        mu, other = fit(NINE, model)["mu"], fit(exchanged, model)["mu"]
        middle, low, high = np.exp(mu.quantile([0.5, 0.025, 0.975]))
        yield f"{middle:.3f} ({low:.3f} to {high:.3f})"
        yield f"{mu.prob_above(0.0):.3f}".removeprefix("0")
        yield f"with the arms exchanged 1 - {other.prob_above(0.0):.3f}".replace("0.", ".")


@pytest.mark.parametrize("text", [*shown(), *placed()])
def test_number_is_current(text: str) -> None:
    assert text in PAGE


def test_every_method_is_named() -> None:
    assert [name for name in METHODS if f'"{name}"' not in PAGE] == []
