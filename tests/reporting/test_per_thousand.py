"""Natural frequencies in words, and the drawing of events per 1000."""

import math

import pytest

from bayes_ivig import Dataset, Model, Study, benefit, fit, load_dataset
from bayes_ivig.reporting.benefit.absolute_chart import absolute_alternative, plot_absolute
from bayes_ivig.reporting.wording import per_thousand as natural

MINUS = "\N{MINUS SIGN}"


def needed(lower: float, middle: float, upper: float) -> dict[str, float | bool]:
    """Turn a risk difference with its limits over, as ``AbsoluteEffects.number_needed`` does."""
    low, mid, high = (math.copysign(math.inf, x) if x == 0 else 1 / x for x in (lower, middle, upper))
    return {
        "number_needed": mid, "number_needed_lower": low, "number_needed_upper": high,
        "through_infinity": lower < 0 < upper,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "event", "said"),
    [
        ((0.05, 0.1, 0.25), "good", "10 to benefit (4.0 to 20)"),
        ((0.05, 0.1, 0.25), "bad", "10 to harm (4.0 to 20)"),
        ((-0.25, -0.1, -0.05), "bad", "10 to benefit (4.0 to 20)"),
        ((-0.05, 0.1, 0.25), "good", "10 to benefit (20 to harm, through no effect, to 4.0 to benefit)"),
        ((-0.25, -0.1, 0.05), "good", "10 to harm (20 to benefit, through no effect, to 4.0 to harm)"),
        (
            (-0.25, -0.1, 0.05),
            None,
            "10 for one fewer event (20 for one more, through no effect, to 4.0 for one fewer)",
        ),
        ((0.0, 0.1, 0.25), "good", "10 to benefit (4.0 to no effect)"),
        ((-0.1, 0.0, 0.25), "good", "no effect (10 to harm, through no effect, to 4.0 to benefit)"),
        (
            (-1e-9, 0.1, 0.25),
            "good",
            "10 to benefit (over 1,000,000 to harm, through no effect, to 4.0 to benefit)",
        ),
        ((0.0001, 0.0002, 0.001), "good", "5,000 to benefit (1,000 to 10,000)"),
    ],
)
def test_numbers_needed_as_altman_words_them(difference, event, said: str) -> None:
    assert natural.number_needed(needed(*difference), event) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"), (0.001, "< 0.01"), (0.012, "0.01"), (0.5, "0.50"), (3.54, "3.5"), (9.96, "10"),
        (476.9, "477"), (994.9, "995"), (999.8, "999.80"), (999.999, "> 999.99"), (1000, "1000"),
    ],
)  # fmt: skip
def test_events_per_1000(value: float, said: str) -> None:
    assert natural.events(value) == said


def test_differences_have_signs() -> None:
    assert [natural.more(x) for x in (144.2, -75.1, 0.001, -0.3)] == [
        "+144",
        f"{MINUS}75",
        "0",
        f"{MINUS}0.30",
    ]


def test_one_control_arm_is_one_row() -> None:
    found = benefit(fit(Dataset((Study("a", 5, 10, 3, 9),)), Model()))
    rows = natural.distinct({name: found.row(name) for name in found.effects})
    assert list(rows) == ["the one control arm's risk", "a typical study", "a new study"]


def test_the_drawing_has_the_numbers_of_the_table() -> None:
    found = benefit(fit(load_dataset("ivig", "live_birth"), Model()))
    records = [r for records in plot_absolute(found).to_dict()["datasets"].values() for r in records]
    texts = {r["text"] for r in records if "text" in r}
    assert {
        "333",
        "473 (255 to 726)",
        f"+140 ({MINUS}78 to +393)",
        "low control risk",
        "IVIG, 95% credible interval",
    } <= texts
    squares = [r["x"] for r in records if r.get("shape") == "square" and "size" in r]
    assert squares == pytest.approx(found.absolute["control_per_1000"].tolist(), rel=1e-3)
    ends = [(r["x"], r["x2"]) for r in records if "x2" in r and "width" in r]
    assert (255.2, 726.4) in ends
    told = absolute_alternative(found)
    assert "low control risk 333 against 473 (255 to 726)" in told
    assert plot_absolute(found).to_dict()["datasets"]


def test_the_axis_holds_rare_events_and_long_names_are_cut() -> None:
    rare = fit(Dataset((Study("a", 1, 5000, 3, 5000), Study("b", 2, 4000, 2, 4000))), Model())
    chart = plot_absolute(
        {"<b>" + "z" * 200: benefit(rare, baseline={"y" * 200: 0.0005, "low": 0.0002})}
    ).to_dict(validate=True)
    texts = [r["text"] for records in chart["datasets"].values() for r in records if "text" in r]
    assert max(map(len, texts)) <= 80
    found = benefit(rare, baseline=0.0005)
    limits = plot_absolute(found).to_dict()["layer"][0]["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert limits == [0, 2.0] and found.absolute["treated_upper"].iloc[0] < 2
