"""The model in which publication depends on the p-value: what can be stated, and what is refused."""

import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.inputs.model.scale import settled
from bayes_ivig.reporting.wording.equations import equations_of
from bayes_ivig.reporting.wording.models import assumed


def refusal(**settings: object) -> str:
    with pytest.raises(bi.errors.ModelError) as error:
        bi.models.Selection(**settings)
    return str(error.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"likelihood": "binomial"}, "Use 'hypergeometric', which is given them and exact, or 'normal'"),
        ({"likelihood": "poisson"}, "allowed are hypergeometric, normal"),
        ({"steps": (0.5, 0.2)}, "cuts of a p-value rise, each between 0 and 1"),
        ({"steps": (0.0, 0.2)}, "cuts of a p-value rise, each between 0 and 1"),
        ({"steps": ()}, "give p-values between 0 and 1, such as (0.025, 0.5)"),
        ({"steps": "few"}, "steps: found 'few'"),
        ({"weights": (0.2, 0.3)}, "with 1 cut give one number above 0"),
        ({"weights": 0.2, "steps": (0.1, 0.2)}, "with 2 cuts give 2 numbers above 0"),
        ({"weights": 0.0}, "weights: found 0"),
        ({"weights": "flat"}, 'allowed are "uniform", "cumulative_dirichlet(1)" and fixed numbers'),
        ({"side": "three"}, "side: found 'three'; allowed are one, two"),
        ({"side": "two", "direction": "above"}, "two-sided p-values have none"),
        ({"direction": "up"}, "direction: found 'up'"),
        ({"test": "t"}, "test: found 't'; allowed are wald, score, fisher"),
        ({"effects": "fixed"}, "effects: found 'fixed'"),
        ({"mu": "flat()"}, "mu: flat() is improper"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, object], words: str) -> None:
    assert words in refusal(**settings)


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(refusal(likelihood="binomial", side="three", steps=(2,), mu="normal(0, x)").splitlines()) == 4


def test_weights_and_steps_as_numbers() -> None:
    model = bi.models.Selection(steps=0.05, weights=0.3)
    assert (model.steps, model.weights, model.fixed, model.intervals) == ((0.05,), (0.3,), (1.0, 0.3), 2)
    assert bi.models.Selection(weights=" cumulative_dirichlet( 1 )").weights == "cumulative_dirichlet(1)"
    assert bi.models.Selection().fixed is None


def test_other_measures_are_normal_with_their_own_priors() -> None:
    model = bi.models.Selection(measure="SMD", direction="above")
    assert (model.likelihood, str(model.mu), str(model.tau)) == (
        "normal",
        "normal(0, 1.41)",
        "half_normal(0.25)",
    )
    live = bi.load_dataset("ivig", "live_birth")
    assert settled(live, bi.models.Selection()).likelihood == "hypergeometric"
    with pytest.raises(bi.errors.ModelError, match="measure SMD is not what this table gives"):
        settled(live, model)


def test_the_favoured_direction() -> None:
    live = bi.load_dataset("ivig", "live_birth")  # an event is good
    assert [favoured(live, which) for which in ("", "above", "below")] == [1, 1, -1]
    assert favoured(live.complement(), "") == -1
    silent = bi.Dataset.from_dataframe(live.to_dataframe())
    assert favoured(silent, "below") == -1
    with pytest.raises(bi.errors.ModelError, match='state direction="above"'):
        favoured(silent, "")


def test_the_bundled_model_states_its_priors() -> None:
    model = bi.load_model("selection")
    assert {parameter for parameter, _, _ in model.notes} == set(model.PRIORS)
    assert assumptions(model)["weights"] == "uniform"


def test_words_and_equations() -> None:
    fixed = assumed(bi.models.Selection(steps=(0.025, 0.5), weights=(0.5, 0.2), direction="below"))
    assert "weights: fixed at 1, 0.5, 0.2" in fixed
    assert any("one-sided towards smaller effects), cut at 0.025, 0.5" in line for line in fixed)
    formulas = [each.plain for each in equations_of(bi.models.Selection(weights="cumulative_dirichlet(1)"))]
    assert any(line.startswith("η ~ Dirichlet(1, ..., 1)") for line in formulas)
    assert any(
        line.startswith("ω = (1, 0.3)")
        for line in [each.plain for each in equations_of(bi.models.Selection(weights=0.3, side="two"))]
    )


def test_sampling_refuses_it() -> None:
    with pytest.raises(bi.errors.ModelError, match="fitted by the exact engine alone"):
        bi.fit(
            bi.load_dataset("ivig", "live_birth"), bi.models.Selection(), engine=bi.NUTS(draws=100, seed=1)
        )
