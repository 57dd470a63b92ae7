"""The interactive part in a real browser: the same numbers as the package,
by keyboard and mouse, on every screen.
"""

import itertools

import numpy as np
import pytest
from browser import opened
from explorer_pages import shown
from report_cases import BAD_EVENT, THREE, hostile, own

import bayes_ivig as bi
from bayes_ivig.reporting.report.write import write_report

pytestmark = pytest.mark.slow

PRIORS = (
    (0.0, 2.82, "half_normal", 0.5),
    (0.0, 10.0, "half_cauchy", 0.5),
    (1.386, 0.2, "half_normal", 0.05),
    (-1.0, 0.5, "log_normal", 0.3),
    (0.3, 1.0, "exponential", 2.0),
    (0.0, 2.82, "common", 0.5),
)
TAUS = {
    "half_normal": "half_normal({0})",
    "half_cauchy": "half_cauchy({0})",
    "exponential": "exponential({1})",
    "log_normal": "log_normal({2}, 0.87)",
}
P = [0.025, 0.5, 0.975]
SAME = 1e-4  # in a log odds ratio, or relative in tau
ASK = """([number, table, chosen, prior, p]) => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const {trials, likelihoods} = data.outcomes[number];
  const found = BayesIvig.posterior(BayesIvig.surface(trials, likelihoods[table], prior), chosen, prior);
  const all = (density) => density && p.map((one) => density.quantile(one));
  const above = [0, Math.log(1.25), -Math.log(1.25), 1.5].map((x) => 1 - found.mu.below(x));
  return {mu: all(found.mu), tau: all(found.tau), next: all(found.next()), above,
          studies: chosen.map((i) => all(found.study(i)))};
}"""
TABLES = (
    {"likelihood": "binomial"},
    {"likelihood": "binomial", "alpha": "normal(0, 2.5)"},
    {"likelihood": "hypergeometric"},
    {"likelihood": "normal"},
)
OUTCOMES = {"live_birth": 0, "miscarriage": 1, "obstetric_complication": 2, "neonatal_outcome": 3}


@pytest.fixture(scope="module")
def page(browser, file):
    with opened(browser, file) as page:
        yield page


def model(table, prior):
    mean, sd, family, scale = prior
    effects = (
        {"effects": "common"}
        if family == "common"
        else {"tau": TAUS[family].format(scale, 1 / scale, np.log(scale))}
    )
    return bi.Model(mu=bi.priors.Normal(mean, sd), **TABLES[table], **effects)


@pytest.mark.parametrize(("prior", "table"), list(itertools.product(PRIORS, range(len(TABLES)))), ids=str)
def test_the_page_computes_what_the_package_computes(page, prior, table):
    outcome = list(OUTCOMES)[(PRIORS.index(prior) + table) % len(OUTCOMES)]
    whole = bi.load_dataset("ivig", outcome=outcome)
    names = [study.name for study in whole.studies if study.estimable]
    if table >= 2:
        names = [n for n in names if n != "Branch 2000" or outcome not in ("live_birth", "miscarriage")]
    chosen = names[table % 2 :: 1 + table % 3]
    stated = dict(zip(("mean", "sd", "family", "scale"), prior, strict=True))
    stated |= {"muFamily": "normal", "shape": 0.87}
    found = page.evaluate(
        ASK, [OUTCOMES[outcome], table, [whole.study_names.index(name) for name in chosen], stated, P]
    )
    exact = bi.fit(whole.trials(tuple(chosen)), model(table, prior))
    lower, _, upper = exact["mu"].quantile(P)
    np.testing.assert_allclose(found["mu"], exact["mu"].quantile(P), atol=SAME * max(1, (upper - lower) / 4))
    np.testing.assert_allclose(
        found["above"], exact["mu"].prob_above(np.log([1, 1.25, 0.8, np.exp(1.5)])), atol=SAME
    )
    if prior[2] != "common":
        np.testing.assert_allclose(
            found["tau"], exact["tau"].quantile(P), rtol=SAME, atol=SAME * exact["tau"].quantile(0.5)
        )
        assert found["next"][1] == pytest.approx(exact["theta_new"].quantile(0.5), abs=0.005)
        wide = exact["theta_new"].interval()
        np.testing.assert_allclose([found["next"][0], found["next"][2]], wide, rtol=0.005, atol=0.005)
    for name, quantiles in zip(chosen, found["studies"], strict=True):
        np.testing.assert_allclose(quantiles, exact.theta[name].quantile(P), rtol=1e-3, atol=0.005)


def same(found, wanted):
    """Whether two sets of printed numbers differ by no more than one in their last figure."""
    assert found.keys() == wanted.keys()
    for key, text in wanted.items():
        for one, other in zip(text.split(" to "), found[key].split(" to "), strict=True):
            last = 10.0 ** -len(one.partition(".")[2])
            assert abs(float(one) - float(other)) < 1.5 * last, (key, found, wanted)
    return True


def expected(posterior, threshold=1.25):
    lower, median, upper = np.exp(posterior["mu"].quantile(P))
    edge = np.log(threshold)
    parts = (
        posterior["mu"].prob_below(-edge),
        posterior["mu"].prob_between(-edge, edge),
        posterior["mu"].prob_above(edge),
    )
    below, inside, beyond = (f"{part:.3f}"[1:] for part in parts)
    above = f"{posterior['mu'].prob_above(0.0):.3f}"[1:]
    return {
        "or": f"{median:.2f}", "interval": f"{lower:.2f} to {upper:.2f}", "above": above, "below": below,
        "inside": inside, "beyond": beyond, "tau": f"{posterior['tau'].quantile(0.5):.2f}",
    }  # fmt: skip


def test_it_starts_with_the_answer_of_the_report(browser, file):
    live = bi.load_dataset("ivig", outcome="live_birth")
    with opened(browser, file) as page:
        assert same(shown(page), expected(bi.fit(live, bi.Model())))


def test_unticking_a_trial_is_the_fit_without_it_by_box_by_row_and_by_set(browser, file):
    live = bi.load_dataset("ivig", outcome="live_birth")
    without = expected(bi.fit(live.trials("-Stricker 2000"), bi.Model()))
    with opened(browser, file) as page:
        page.locator("#explorer-trials").get_by_label("Stricker 2000", exact=True).click()
        assert same(shown(page), without)
        assert page.locator("select[name=set] option:checked").inner_text() == "my own choice"
        page.get_by_role("button", name="Back to the reference model").click()
        assert same(shown(page), expected(bi.fit(live, bi.Model())))
        page.locator("#explorer-forest .band").nth(live.study_names.index("Stricker 2000")).click(force=True)
        assert same(shown(page), without)
        page.locator("select[name=set]").select_option(str(list(live.trial_sets).index("published")))
        assert same(shown(page), expected(bi.fit(live.trials("published"), bi.Model())))


def test_the_keyboard_moves_a_slider_and_the_address_brings_it_back(browser, file):
    live = bi.load_dataset("ivig", outcome="live_birth")
    with opened(browser, file) as page:
        slider = page.locator("input[name=scaleSlider]")
        slider.focus()
        for _ in range(10):
            page.keyboard.press("ArrowRight")
        scale = float(page.locator("input[name=scale]").input_value())
        assert slider.get_attribute("aria-valuetext") == str(scale)
        assert scale > 0.55
        after = shown(page)
        assert same(after, expected(bi.fit(live, bi.Model(tau=bi.priors.HalfNormal(scale)))))
        address = page.evaluate("location.hash")
        assert address.startswith("#explore?")
    with opened(browser, file, fragment=address) as page:
        assert shown(page) == after


def test_nothing_chosen_is_said(browser, file):
    with opened(browser, file) as page:
        for box in page.locator("#explorer-trials input").all():
            box.uncheck()
        shown(page)
        assert page.locator("#explorer-empty").is_visible()
        assert not page.locator("#explorer-answer").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_one_way_only(browser, file, scheme):
    with opened(browser, file, width=390, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_colours_pass_contrast_in_both_schemes(browser, file):
    def luminance(colour):
        parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        return np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    for scheme in ("light", "dark"):
        with opened(browser, file, color_scheme=scheme) as page:
            read = (
                "(names) => names.map((n) => "
                "getComputedStyle(document.documentElement).getPropertyValue(n).trim())"
            )
            paper, *inks = (
                luminance(c) for c in page.evaluate(read, ["--paper", "--ink", "--muted", "--accent"])
            )
            for ink in inks:
                assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5


def test_without_scripts_the_report_stands_and_says_what_is_missing(browser, file):
    with opened(browser, file, java_script_enabled=False) as page:
        assert "This part needs JavaScript" in page.locator("#bring").inner_text()
        assert not page.locator("#explore").is_visible()
        assert page.locator("figure svg").count() >= 15


def test_print_keeps_the_answer_to_the_reader_and_leaves_the_controls_out(browser, file):
    with opened(browser, file) as page:
        page.locator('[name="sd"]').fill("0.2")
        chosen = shown(page)
        page.emulate_media(media="print")
        assert not page.locator("#explorer-form").is_visible()
        assert page.locator("#bring .on-paper").is_visible()
        assert page.locator("#explorer-density svg").is_visible()
        assert shown(page) == chosen
        said = page.inner_text("#explorer-model")
        trials = ", ".join(bi.load_dataset("ivig", outcome="live_birth").study_names)
        for part in (
            "Live birth",
            trials,
            "binomial, baseline normal(0, 10)",
            "SD 0.2;",
            "half-normal of scale 0.5",
        ):
            assert part in said


def test_print_leaves_out_what_the_report_says_anyway(browser, file):
    with opened(browser, file) as page:
        page.emulate_media(media="print")
        assert page.locator("#bring").is_hidden()
        page.emulate_media(media="screen")
        page.locator('[name="sd"]').fill("0.2")
        page.emulate_media(media="print")
        assert page.locator("#bring").is_visible()
    with opened(browser, file, java_script_enabled=False) as page:
        page.emulate_media(media="print")
        assert page.locator("#bring").is_hidden()


def test_names_that_look_like_markup_stay_text(browser, tmp_path):
    write_report(hostile(), tmp_path)
    with opened(browser, tmp_path / "report.html") as page:
        labels = page.locator("#explorer-trials label").all_inner_texts()
        assert labels[0].strip() == "</script><script>alert(1)</script>"
        assert page.locator("#explorer-rows img").count() == 0


def test_a_bad_event_says_which_side_is_good(browser, tmp_path):
    write_report(own(THREE, BAD_EVENT), tmp_path)
    with opened(browser, tmp_path / "report.html") as page:
        assert "below 1 favours drug" in page.inner_text("#explorer-direction")
        assert page.inner_text("#explorer-left") == "← favours drug"
        assert page.inner_text("#explorer-right") == "favours placebo →"
        assert page.inner_text("#explorer-colours").startswith(
            "blue where it is below 0.80, better with drug by more than the"
        )


def test_tables_sort_by_number_and_come_back(browser, file):
    with opened(browser, file) as page:
        table = page.locator('main .table table:has(thead button:text("P(OR"))').first
        heading = table.locator("thead th").filter(has_text="P(OR").first
        column = heading.evaluate("(cell) => cell.cellIndex")
        printed = table.locator("tbody tr").all_inner_texts()
        read = (
            "(table, column) => [...table.tBodies[0].rows].map((row) => "
            "parseFloat(row.cells[column].textContent))"
        )
        heading.locator("button").click()
        rising = table.evaluate(read, column)
        assert len(rising) > 1 and rising == sorted(rising)
        assert heading.get_attribute("aria-sort") == "ascending"
        heading.locator("button").click()
        assert table.evaluate(read, column) == rising[::-1]
        heading.locator("button").click()
        assert table.locator("tbody tr").all_inner_texts() == printed


def test_observed_odds_ratios_are_those_of_the_tables(page):
    """A trial without a failure in either arm has none, here as in the forest plot;
    numbers are rounded alike.
    """
    page.evaluate("location.hash = ''")
    page.reload()
    page.wait_for_selector("#explorer-forest svg")
    page.select_option("select[name=outcome]", label="Live birth")
    page.select_option("select[name=set]", label="All nine trials")
    page.wait_for_function("document.querySelectorAll('#explorer-rows tr.out').length === 0")
    page.wait_for_function(
        "[...document.querySelectorAll('#explorer-rows tr')].every(row => row.cells.length > 1)"
    )
    cells = page.evaluate(
        "[...document.querySelectorAll('#explorer-rows tr')].map(row => [...row.cells].map(cell => "
        "cell.innerText))"
    )
    rows = {row[0].strip(): row[1].strip() for row in cells}
    assert rows["Branch 2000"] == "not estimable"
    assert rows["Stricker 2000"] == "135 (5.80 to > 999)"
    assert rows["Perricone 2008"] == "9.21 (0.42 to 201)"
    assert rows["Pooled"] == ""
    assert "0.5 added to every cell of studies with a zero cell" in page.inner_text("#bring")
    assert page.inner_text("#explorer-above") == "0.886"
    page.select_option("select[name=outcome]", label="Adverse neonatal outcome")
    page.wait_for_function("document.getElementById('explorer-model').textContent.startsWith('Adverse')")
    page.select_option("select[name=set]", label="All four trials")
    page.wait_for_function(
        "document.getElementById('explorer-model').textContent.includes('4 trials, 3 of them informative: ')"
    )


def test_a_named_prior_sets_the_numbers_and_is_named_again(browser, file):
    """The named priors of the report, and numbers put in by hand, give the posteriors of the report."""
    live = bi.load_dataset("ivig", outcome="live_birth")
    with opened(browser, file) as page:
        page.select_option("[name=muPreset]", label="Neutral, moderate")
        page.select_option("[name=tauPreset]", label="Cochrane, all topics")
        model = bi.Model(mu='named("neutral_moderate")', tau='cochrane("Cochrane", "tau", "log OR")')
        assert same(shown(page), expected(bi.fit(live, model)))
        page.fill("[name=sd]", "0.9")
        shown(page)
        assert page.locator("[name=muPreset] option:checked").inner_text() == "my own"
        page.fill("[name=sd]", "0.354")
        shown(page)
        assert page.locator("[name=muPreset] option:checked").inner_text() == "Neutral, moderate"
        page.fill("[name=sd]", "0")
        page.locator("#explorer-problem", has_text="must be between 0.05 and 10").wait_for()
        assert page.locator("[name=sd]").get_attribute("aria-invalid") == "true"


def test_every_outcome_is_offered_each_with_its_own_direction_and_control_risk(browser, file):
    live = bi.load_dataset("ivig", outcome="live_birth")
    with opened(browser, file) as page:
        options = page.locator("[name=outcome] option").all_inner_texts()
        assert "Birth weight is not offered here: it is told by no odds ratio." in page.inner_text("#bring")
        first, good = shown(page), page.inner_text("#explorer-benefit")
        page.select_option("[name=outcome]", label="Pregnancy loss")
        loss = shown(page)
        assert page.inner_text("#explorer-benefit") == good == first["above"]
        assert float(loss["or"]) == pytest.approx(1 / float(first["or"]), abs=0.01)
        page.fill("[name=risk]", "400")
        shown(page)
        lower, median, upper = (
            1000 * x / (1.5 + x) for x in np.exp(-np.flip(bi.fit(live, bi.Model())["mu"].quantile(P)))
        )
        said = page.inner_text("#explorer-per-1000")
        assert f"{median:.0f} ({lower:.0f} to {upper:.0f}) with IVIG, {400 - median:.0f} fewer" in said
        page.select_option("[name=outcome]", label="Preterm birth")
        shown(page)
        assert page.inner_text("#explorer-interval") == "0.58 to 5.02"
        assert page.locator("#explorer-add").is_hidden()
        assert "known from its published summary alone" in page.inner_text("#explorer-model")
        page.select_option("[name=outcome]", label="Live birth")
        assert shown(page) == first
    assert options[:2] == ["Live birth", "Pregnancy loss"] and "Preterm birth" in options


def test_every_control_has_a_name(browser, file):
    with opened(browser, file) as page:
        names = page.evaluate(
            """() => [...document.querySelectorAll("#explore :is(input, select, button)")].map((one) =>
            [one.name || one.id, one.getAttribute("aria-label")
            || [...(one.labels || [])].map((label) => label.textContent).join("").trim()
            || (one.tagName === "BUTTON" && one.textContent)])"""
        )
        assert len(names) > 30
        assert all(name for _, name in names), [field for field, name in names if not name]
        for chart in ("density", "forest"):
            label = page.locator(f"#explorer-{chart} svg").get_attribute("aria-label")
            assert page.inner_text("#explorer-or") in label
