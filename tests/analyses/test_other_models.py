"""Other models side by side: exact rows, stored and sampled answers, and the witnesses of both."""

import json
from dataclasses import replace

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.other_models import side_by_side as others
from bayes_ivig.analyses.other_models import stored_answers as stored
from bayes_ivig.analyses.other_models.bearing import BY_DESIGN, SAMPLED
from bayes_ivig.analyses.other_models.stored_answers import Store, stored_answer
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.results.other_models.sampled import OtherModels
from bayes_ivig.results.posterior.diagnostics import Diagnostics

pytestmark = pytest.mark.slow

LIVE = bi.load_dataset("ivig", "live_birth")
REFERENCE = bi.load_model("binomial_normal")
NOTHING = Store()  # neither bundled answers nor a cache


def compared(dataset: bi.Dataset, model: bi.Model = REFERENCE, store: Store = NOTHING) -> OtherModels:
    return others.other_models({"all": bi.fit(dataset, model)}, store=store)


def bundled() -> OtherModels:
    sets = {name: bi.fit(LIVE.trials(name), REFERENCE) for name in ("published", "all")}
    return others.other_models(sets, store=replace(Store.usual(), cache=None))


def test_exact_rows_are_plain_fits() -> None:
    rows = {row.code: row for row in compared(LIVE).rows}
    exact = ["reference", "control", "hypergeometric", "normal", "student_t", "common"]
    assert list(rows) == [*exact, *BY_DESIGN]
    for code, model in {
        "control": bi.load_model("binomial_control"),
        "hypergeometric": bi.load_model("hypergeometric_normal"),
        "normal": bi.load_model("normal_normal"),
        "common": bi.load_model("common_effect"),
        "student_t": bi.Model(effects="student_t(4)"),
        "bias_adjusted": bi.load_model("bias_adjusted"),
    }.items():
        mu = bi.fit(LIVE, model)["mu"]
        assert rows[code].ratio == pytest.approx(tuple(np.exp(mu.quantile([0.5, 0.025, 0.975]))), rel=1e-9), (
            code
        )
        assert rows[code].prob_or_gt_1 == pytest.approx(mu.prob_above(0), abs=1e-9), code
    assert rows["common"].tau is None
    assert rows["reference"].tau == pytest.approx(1.145, abs=0.001)


@pytest.mark.parametrize(
    ("model", "codes"),
    [
        (bi.Model(likelihood="normal"), ["midpoint", "control", "hypergeometric", "student_t", "common"]),
        (
            bi.Model(effects="student_t(4)", baseline="control"),
            ["midpoint", "hypergeometric", "normal", "random", "common"],
        ),
        (bi.Model(effects="common"), ["control", "hypergeometric", "normal", "random", "student_t"]),
    ],
)
def test_each_exact_model_differs_from_the_reference_in_one_thing(model: bi.Model, codes: list[str]) -> None:
    rows = compared(LIVE.trials("published"), model).rows
    assert [row.code for row in rows] == ["reference", *codes, *BY_DESIGN]
    plain = [row.model for row in rows if row.code not in BY_DESIGN]
    stated = [(each.likelihood, each.effects, each.baseline) for each in plain]
    assert len(set(stated)) == len(stated)


def test_nothing_is_sampled_unasked_and_what_waits_is_named() -> None:
    found = compared(LIVE)
    assert [each.code for each in found.waiting] == ["reference", *SAMPLED]
    assert not found.witnesses
    assert not list(found.fits())


def test_sampled_models_take_over_the_priors_of_the_reference_where_they_can() -> None:
    """A prior that depends on the data, or is improper, stays with the exact engine."""
    own = bi.Model(mu="normal(0, 1)", tau="uniform(0, 4)")
    assert others.model_of("bias_adjusted", own).mu == own.mu
    assert others.model_of("bias_adjusted", own).tau == own.tau
    assert others.model_of("bivariate", own).mu == own.mu
    waiting = bi.Model(tau="dumouchel()", mu="flat()")
    assert others.model_of("random_baselines", waiting).tau == bi.load_model("random_baselines").tau
    assert others.model_of("random_baselines", waiting).mu == bi.load_model("random_baselines").mu
    assert others.model_of("reference", waiting) is waiting


def reasons(dataset: bi.Dataset) -> dict[str, str]:
    return {each.code: each.reason for each in compared(dataset).unfitted}


def table(*rows: tuple[object, ...], randomised: tuple[str, ...] = ()) -> bi.Dataset:
    columns = (("randomised", randomised),) if randomised else ()
    return bi.Dataset(tuple(bi.Study(f"S{i}", *row) for i, row in enumerate(rows)), "mine", columns=columns)


FIVE = ((3, 20, 1, 20), (5, 30, 4, 31), (2, 9, 2, 11), (8, 40, 5, 38), (6, 25, 3, 27))


def test_models_that_the_table_cannot_bear_say_why() -> None:
    assert "3 studies or more" in reasons(table(*FIVE[:2]))["bivariate"]
    assert reasons(table(*FIVE)) == dict.fromkeys(("reference", *SAMPLED), ""), (
        "no column, no model of designs"
    )
    alike = reasons(table(*FIVE, randomised=("yes",) * 5))
    assert "'yes' in every study" in alike["meta_regression"]
    assert "no study of the likelihood is flagged" in alike["bias_adjusted"]
    none = reasons(table(*FIVE, randomised=("no", "no", "unclear", "no", "no")))
    assert "column randomised says yes of no study" in none["bias_adjusted"]
    gaps = reasons(table(*FIVE, randomised=("yes", "no", "", "no", "no")))
    assert "no value for S2" in gaps["meta_regression"]
    assert not set(BY_DESIGN) & set(reasons(table(*FIVE, randomised=("yes", "no", "no", "no", "yes"))))
    silent = reasons(table((0, 9, 0, 8), (0, 20, 0, 7), (0, 5, 0, 6)))
    assert "no study carries information" in silent["normal"]


def test_the_case_has_every_sampled_answer_whatever_is_installed() -> None:
    """None is sampled when the report is made, and none is left over from other data or another model."""
    wanted = set()
    for outcome in ("live_birth", "obstetric_complication", "neonatal_outcome"):
        dataset = bi.load_dataset("ivig", outcome)
        sets = {name: bi.fit(dataset.trials(name), REFERENCE) for name in others.compared_sets(dataset)}
        found = others.other_models(sets, store=replace(Store.usual(), cache=None))
        assert not found.waiting
        for trials, code, answer in found.fits():
            assert answer.diagnostics.ok, (outcome, trials, code, answer.diagnostics.problems)
            wanted.add(others.request(sets[trials].dataset, others.model_of(code, REFERENCE)).key[:16])
    (folder,) = Store.usual().bundled
    there = {path.stem.rpartition("-")[2]: path for path in folder.glob("*.json") if asks_ours(path)}
    assert set(there) == wanted
    assert max(path.stat().st_size for path in there.values()) < 10_000


def asks_ours(path) -> bool:
    return json.loads(path.read_bytes())["request"]["question"] == others.QUESTION


def test_the_table_has_every_row() -> None:
    found = bundled()
    table = found.table().set_index(["trials", "model"])
    assert len(table) == 24
    assert table.loc[("all", "normal"), "computed"] == "exactly"
    assert table.loc[("all", "bivariate"), ["computed", "ok"]].tolist() == ["sampled", True]
    row = next(row for row in found.rows if (row.trials, row.code) == ("published", "bivariate"))
    assert table.loc[("published", "bivariate"), ["or_median", "or_lower", "or_upper"]].tolist() == list(
        row.ratio
    )


def test_the_reference_model_sampled_agrees_with_the_exact_posterior() -> None:
    """Seven numbers on each trial set, within four Monte Carlo standard errors,
    which are small beside the posterior.
    """
    for witness in bundled().witnesses:
        assert len(witness.numbers) == 7
        exact = {number.number: number.exact for number in witness.numbers}
        width = exact["mu q97.5"] - exact["mu q2.5"]
        for number in witness.numbers:
            assert abs(number.distance) < 4, number
            assert 0 < number.error < 0.02 * width, number
            assert number.sampled != number.exact
    exact_mu = bi.fit(LIVE, REFERENCE)["mu"]
    assert exact["mu q50"] == pytest.approx(exact_mu.quantile(0.5))
    assert exact["P(OR > 1)"] == pytest.approx(exact_mu.prob_above(0))


def test_a_stored_answer_belongs_to_its_data() -> None:
    """One woman more, and nothing stored fits."""
    first = LIVE.studies[0]
    more = replace(first, control_total=first.control_total + 1)
    changed = replace(LIVE, studies=(more, *LIVE.studies[1:]))
    assert fingerprint(changed) != fingerprint(LIVE)
    assert len(compared(changed, store=replace(Store.usual(), cache=None)).waiting) == 5


@pytest.mark.parametrize("helps", [True, False])
def test_where_a_check_fails_smaller_steps_are_tried(helps: bool, monkeypatch, tmp_path) -> None:
    """The exact engine stands in for the sampler, with diagnostics made up;
    a later look-up finds the same answer.
    """
    asked = []

    def fit(dataset: bi.Dataset, model: bi.Model, *, engine: bi.NUTS) -> bi.Posterior:
        asked.append((engine.target_accept, engine.tune))
        failed = not helps or engine.target_accept < 0.99
        errors = [f"mcse.{name}.{label}" for name in ("mu", "tau") for label in others.LEVELS]
        numbers = {"divergences": float(failed), **dict.fromkeys((*errors, "mcse.prob_or_gt_1"), 0.01)}
        checks = Diagnostics("nuts", ("1 of 12000 draws diverged",) if failed else (), tuple(numbers.items()))
        return replace(bi.fit(dataset, REFERENCE), model=model, diagnostics=checks)

    monkeypatch.setattr(stored, "fit", fit)
    monkeypatch.setattr(others, "agreement", lambda *_: ())
    exact = {"all": bi.fit(table(*FIVE), REFERENCE)}
    found = others.other_models(exact, sampled=True, store=Store(cache=tmp_path))
    assert asked == [(0.98, 1000), (0.995, 3000)] * 5
    answers = [answer for _, _, answer in found.fits()]
    assert {(dict(answer.sampler)["target_accept"], answer.diagnostics.ok) for answer in answers} == {
        ("0.995", helps)
    }
    assert others.other_models(exact, store=Store(cache=tmp_path)) == found
    assert len(asked) == 10


@pytest.mark.mcmc
def test_a_fresh_short_run_agrees_with_the_stored_answer(tmp_path) -> None:
    """Another seed, fewer draws, through an empty cache and back:
    quantiles and P(OR > 1) within four joint errors.
    """
    dataset, model = LIVE.trials("published"), others.model_of("beta_binomial", REFERENCE)
    store = Store(cache=tmp_path)
    asked = others.request(dataset, model, bi.NUTS(draws=800, tune=500, chains=2, seed=77))
    fresh = stored_answer(asked, others.ask, sampled=True, store=store)
    assert stored_answer(asked, others.ask, store=store) == fresh, "read back as it was made"
    kept = stored_answer(others.request(dataset, model), others.ask, store=replace(Store.usual(), cache=None))
    ours, theirs = (dict(each.diagnostics.numbers) for each in (fresh, kept))
    for name in ("mu", "tau"):
        for level in ("q2.5", "q50", "q97.5"):
            error = np.hypot(ours[f"mcse.{name}.{level}"], theirs[f"mcse.{name}.{level}"])
            difference = fresh.answer["quantities"][name][level] - kept.answer["quantities"][name][level]
            assert abs(difference) < 4 * error, (name, level)
    error = np.hypot(ours["mcse.prob_or_gt_1"], theirs["mcse.prob_or_gt_1"])
    assert abs(fresh.answer["prob_or_gt_1"] - kept.answer["prob_or_gt_1"]) < 4 * error
