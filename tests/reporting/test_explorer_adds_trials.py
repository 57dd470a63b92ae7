"""A trial that a reader adds: the page computes its likelihood, and the posterior is the package's."""

import math
from itertools import product

import numpy as np
import pytest
from browser import opened
from explorer_pages import add_trial, exactly, written_explorer
from report_cases import GOOD_EVENT, THREE, own

import bayes_ivig as bi

pytestmark = pytest.mark.slow

P = [0.025, 0.5, 0.975]
SAME = 1e-4  # relative in odds ratios and tau, absolute in probabilities
TRIALS = {
    "usual": (30, 60, 15, 60),
    "no events under treatment": (0, 25, 6, 24),
    "only events under control": (9, 12, 11, 11),
    "no events at all": (0, 20, 0, 22),
    "only events": (7, 7, 9, 9),
    "one person in an arm": (1, 1, 4, 9),
    "large": (4000, 10000, 4200, 10000),
    "huge": (150_000, 300_000, 140_000, 290_000),
    "far from the others": (480, 500, 20, 500),
}
LIKELIHOODS = (
    {"likelihood": "binomial"},
    {"alpha": "normal(0, 2.5)"},
    {"likelihood": "hypergeometric"},
    {"likelihood": "normal"},
)
PRIORS = (
    ("normal", 1.0, 2.82, "half_normal", 0.5, "half_normal(0.5)"),
    ("normal", 2.0, 0.1, "half_cauchy", 0.5, "half_cauchy(0.5)"),
    ("student_t", 1.0, 0.6, "inverse_gamma", 0.55, "inverse_gamma(1.77, 0.55)"),
    ("normal", 0.5, 1.0, "half_student_t", 0.4, "half_student_t(1.77, 0.4)"),
    ("normal", 1.0, 1.0, "log_normal", 0.172, f"log_normal({math.log(0.172)!r}, 1.77)"),
    ("normal", 1.0, 10.0, "exponential", 0.4, "exponential(2.5)"),
    ("normal", 1.0, 2.82, "common", 0.5, None),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written_explorer(own(THREE, GOOD_EVENT), tmp_path_factory.mktemp("explorer"))


def chosen(page, prior, likelihood):
    family, centre, sd, tau, scale, _ = prior
    page.select_option("[name=likelihood]", str(likelihood))
    page.select_option("[name=muFamily]", family)
    page.select_option("[name=family]", tau)
    page.fill("[name=centre]", str(centre))
    page.fill("[name=sd]", str(sd))
    settled(page)
    for name, value, of in (
        ("df", 4, family == "student_t"),
        ("shape", 1.77, tau in ("inverse_gamma", "half_student_t", "log_normal")),
    ):
        if of:
            page.fill(f"[name={name}]", str(value))
    if tau != "common":
        page.fill("[name=scale]", str(scale))
    settled(page)


def settled(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def exact(counts, prior, likelihood):
    family, centre, sd, _, _, tau = prior
    studies = [bi.Study(*row) for row in THREE]
    added = bi.Study("Added", *counts)
    mu = (
        f"normal({math.log(centre)!r}, {sd})"
        if family == "normal"
        else f"student_t(4, {math.log(centre)!r}, {sd})"
    )
    effects = {"effects": "common"} if tau is None else {"tau": tau}
    return bi.fit(bi.Dataset((*studies, added)), bi.Model(mu=mu, **effects, **LIKELIHOODS[likelihood]))


@pytest.mark.parametrize("name", TRIALS)
def test_the_posterior_with_an_added_trial_is_the_packages(browser, small, name):
    number = list(TRIALS).index(name)
    with opened(browser, small) as page:
        add_trial(page, "Added", TRIALS[name])
        for step, likelihood in product((0, 3), range(len(LIKELIHOODS))):
            prior = PRIORS[(number + likelihood + step) % len(PRIORS)]
            chosen(page, prior, likelihood)
            found, wanted = exactly(page, P), exact(TRIALS[name], prior, likelihood)
            np.testing.assert_allclose(found["mu"], wanted["mu"].quantile(P), atol=SAME)
            assert found["above"] == pytest.approx(float(wanted["mu"].prob_above(0.0)), abs=SAME)
            if prior[5]:
                np.testing.assert_allclose(found["tau"], wanted["tau"].quantile(P), rtol=SAME)


def test_the_update_is_told_and_undone(browser, small):
    with opened(browser, small) as page:
        settled(page)
        first = page.inner_text("#explorer-or"), page.inner_text("#explorer-above")
        assert page.locator("#explorer-before").is_hidden()
        add_trial(page, "Added", TRIALS["usual"])
        settled(page)
        assert page.inner_text("#explorer-or") != first[0]
        before = page.inner_text("#explorer-before")
        assert f"odds ratio {first[0]} (" in before and f"P(OR > 1) {first[1]}" in before
        assert "Added" in page.inner_text("#explorer-model")
        assert page.locator("#explorer-rows tr").nth(3).inner_text().startswith("Added")
        page.locator(".names label").nth(3).click()
        settled(page)
        assert (page.inner_text("#explorer-or"), page.inner_text("#explorer-above")) == first
        assert page.locator("#explorer-before").is_hidden()
        page.click("#explorer-remove")
        settled(page)
        assert page.locator("#explorer-trials input").count() == len(THREE)


def test_the_first_answer_per_thousand_people_is_that_of_the_report(browser, small):
    """Of an outcome without a name, so that nobody takes it for the mirror image of one called so."""
    effects = own(THREE, GOOD_EVENT).findings[0].effects["median"]
    with opened(browser, small) as page:
        settled(page)
        said = page.inner_text("#explorer-per-1000")
        assert int(page.input_value("[name=risk]")) == round(1000 * effects.baseline_risk)
    treated = [round(1000 * float(effects.risk.quantile(p))) for p in (0.5, *P[::2])]
    start = f"Per 1000 people at a control risk of {1000 * effects.baseline_risk:.0f}: "
    assert said.startswith(start)
    found = [
        int(part)
        for part in said.removeprefix(start).replace("(", "").replace(")", "").split()
        if part.isdigit()
    ]
    assert found[:3] == pytest.approx(treated, abs=1)  # of a risk rounded to whole people


@pytest.mark.parametrize(
    ("name", "counts", "says"),
    [
        ("", (1, 2, 3, 4), "must have 1 to 80 characters"),
        ("A", (1, 2, 3, 4), "a trial called A already"),
        ("New", (3, 2, 3, 4), "more events than people"),
        ("New", (0, 0, 3, 4), "somebody in them"),
        ("New", (1, 2_000_000, 3, 4), "more than 1000000 people"),
    ],
)
def test_what_is_no_trial_is_refused_with_the_reason(browser, small, name, counts, says):
    with opened(browser, small) as page:
        add_trial(page, name, counts)
        assert says in page.inner_text("#explorer-add-problem")
        assert page.locator("#explorer-trials input").count() == len(THREE)
