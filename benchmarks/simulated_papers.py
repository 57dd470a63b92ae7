"""Simulated papers and claims, honest or with one planted error:
what an audit must let pass, and what it should find.

An honest paper pools random two-arm tables (zero cells and empty arms among them) by some method, prints what
it likes with 0 to 3 decimals, rounding halves up or to even, and states its model, its method, or neither.
Honest claims of other kinds are percentages, sums and one study's effect.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache
from typing import get_args

import numpy as np

from bayes_ivig.analyses.audit.candidates import FIELDS, Candidates, candidates
from bayes_ivig.analyses.audit.pooled_again import Trials, usual
from bayes_ivig.analyses.audit.study_effect import formulas
from bayes_ivig.analyses.audit.which_trials import Arms, arms_of_cells
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas.effect_sizes import Cells, Measure
from bayes_ivig.formulas.every_method import Recipe
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim

MEASURES: tuple[Measure, ...] = get_args(Measure)
LARGEST_PRINTED = 1e15  # nobody prints more digits
METHOD_NAMES = {("mh", "revman"): "revman-fixed", ("reml", "revman"): "revman-2025"}
KINDS = (
    "percentage",
    "percentage without count",
    "sum",
    "sum of percentages",
    "study_effect",
    "study_effect without counts",
)
ERRORS = ("digit", "swapped limits", "OR for RR", "wrong k", "one-sided p")


@dataclass(frozen=True, eq=False)
class Paper:
    """One printed result with the trials behind it; ``exact`` are its numbers before rounding."""

    claim: Claim
    trials: Trials
    arms: Arms
    recipe: Recipe
    exact: dict[str, float]


def honest_papers(rng: np.random.Generator, count: int, trials: int) -> list[Paper]:
    """Return ``count`` honest papers of ``trials`` trials each,
    all of one measure and level drawn from ``rng``.
    """
    measure = MEASURES[rng.integers(3)]
    level = float(rng.choice([0.95, 0.95, 0.95, 0.9, 0.99]))
    cells = random_tables(rng, count, trials)
    found = candidates(cells, level, (measure,))

    @cache
    def others() -> Candidates:
        return candidates(cells, level, tuple(other for other in MEASURES if other != measure))

    default = [i for i, recipe in enumerate(found.recipes) if usual(recipe)]
    papers = []
    for index in range(count):
        table = found.table(index)
        chosen = int(rng.choice(default) if rng.random() < 0.8 else rng.integers(len(found.recipes)))
        arms = arms_of_cells((cells[0][index], cells[1][index], cells[2][index], cells[3][index]))
        known = Trials("the trials", table, _one(others, index))
        claim = _claim(rng, table, chosen, arms)
        claim = replace(claim, level=level)
        papers.append(Paper(claim, known, arms, table.recipes[chosen], table.row(chosen)))
    return papers


def random_tables(rng: np.random.Generator, count: int, trials: int) -> Cells:
    """Return cells of shape (count, trials): small, middling and large arms, rare to certain events,
    an empty arm at times.
    """
    shape = (count, trials)
    most = rng.choice([8, 30, 100, 600], size=(count, 1))
    n1, n0 = (np.where(rng.random(shape) < 0.03, 0, rng.integers(1, most + 1, size=shape)) for _ in range(2))
    base = rng.choice([-5.0, -3.0, -1.5, 0.0, 2.0, 4.0], size=(count, 1)) + rng.normal(0, 0.7, shape)
    effect = rng.normal(0, 0.8, (count, 1)) + rng.choice([0.0, 0.3, 1.0], size=(count, 1)) * rng.normal(
        0, 1, shape
    )
    r0 = rng.binomial(n0, 1 / (1 + np.exp(-base)))
    r1 = rng.binomial(n1, 1 / (1 + np.exp(-base - effect)))
    return es.to_cells(r1, n1, r0, n0)


def _one(others: Callable[[], Candidates], index: int) -> Callable[[], Candidates]:
    return lambda: others().table(index)


def _claim(rng: np.random.Generator, table: Candidates, chosen: int, arms: Arms) -> Claim:
    """Print one result: which numbers, with how many decimals, and what is said about the method."""
    recipe, row = table.recipes[chosen], table.row(chosen)
    decimals, rounding = _style(rng)
    fields: dict[str, Printed] = {}
    for field in FIELDS:
        if field in row and abs(row[field]) < LARGEST_PRINTED and rng.random() < 0.9:
            fields[field] = Printed(_text(rng, field, row[field], decimals[field], rounding))
    used = int(table.k[chosen])
    k = int(rng.choice([arms.listed, max(int(arms.filled.sum()), used), used]))
    model = "random" if recipe.random else str(rng.choice(["fixed", "common"]))
    stated = rng.random()
    method = METHOD_NAMES.get((recipe.method, recipe.convention), recipe.method) if stated < 0.3 else ""
    return Claim(
        outcome="outcome",
        measure=recipe.measure,
        k=k if k and rng.random() < 0.9 else None,
        n=int(rng.choice(arms.participants())),
        model=model if stated < 0.7 else "unstated",
        method=method,
        **fields,  # type: ignore[arg-type]
    )


def _style(rng: np.random.Generator) -> tuple[dict[str, int], str]:
    """Return how many decimals each number has, and how halves are rounded."""
    effect, i2, first, second = (int(rng.integers(0, most)) for most in (4, 3, 4, 4))
    decimals = dict.fromkeys(("estimate", "ci_lower", "ci_upper"), effect)
    rounding = ROUND_HALF_UP if rng.random() < 0.5 else ROUND_HALF_EVEN
    return decimals | {"i2_percent": i2, "heterogeneity_p": first, "effect_p": second}, rounding


def _text(rng: np.random.Generator, field: str, value: float, decimals: int, rounding: str) -> str:
    """Return a number as printed, a p-value sometimes as a bound."""
    if field in ("effect_p", "heterogeneity_p") and rng.random() < 0.2:
        bound = float(rng.choice([0.001, 0.01, 0.05, 0.1]))
        return f"<{bound:g}" if value < bound else f">{bound:g}"
    return rounded(value, decimals, rounding)


def rounded(value: float, decimals: int, rounding: str = ROUND_HALF_EVEN) -> str:
    """Return a number with so many decimals."""
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=rounding):f}"


def plant(rng: np.random.Generator, paper: Paper, error: str) -> Claim | None:
    """Return the paper's claim with one error planted; None where this paper has no place for it."""
    claim = paper.claim
    match error:
        case "digit":
            return _wrong_digit(rng, claim)
        case "swapped limits":
            lower, upper = claim.ci_lower, claim.ci_upper
            return (
                replace(claim, ci_lower=upper, ci_upper=lower)
                if lower and upper and lower.text != upper.text
                else None
            )
        case "OR for RR":
            other = {"OR": "RR", "RR": "OR"}.get(claim.measure)
            return replace(claim, measure=other) if other and claim.estimate else None
        case "wrong k":
            k = (claim.k or 0) + int(rng.choice([-2, -1, 1, 2, 3]))
            return replace(claim, k=k) if claim.k and k > 0 else None
        case _:
            printed = claim.effect_p
            if printed is None or printed.bound:
                return None
            half = rounded(paper.exact["effect_p"] / 2, printed.decimals)
            return replace(claim, effect_p=Printed(half)) if half != printed.text else None


def mirrored_pair(rng: np.random.Generator, trials: int) -> tuple[Claim, Claim]:
    """Return an honest pair of claims about an outcome and its opposite, odds ratios or risk differences."""
    measure: Measure = "OR" if rng.random() < 0.7 else "RD"
    a, b, c, d = random_tables(rng, 1, trials)
    tables = [candidates(cells, 0.95, (measure,)).table(0) for cells in ((a, b, c, d), (b, a, d, c))]
    chosen = int(rng.integers(len(tables[0].recipes)))
    decimals, rounding = _style(rng)
    claims = []
    for name, table in zip(("alive", "dead"), tables, strict=True):
        row = {field: value for field, value in table.row(chosen).items() if abs(value) < LARGEST_PRINTED}
        fields = {field: Printed(rounded(value, decimals[field], rounding)) for field, value in row.items()}
        claims.append(Claim(name, measure, k=trials, **fields))  # type: ignore[arg-type]
    return claims[0], claims[1]


def _wrong_digit(rng: np.random.Generator, claim: Claim) -> Claim | None:
    """Change one digit of one printed number."""
    printed = {field: found for field in FIELDS if isinstance(found := getattr(claim, field), Printed)}
    if not printed:
        return None
    field = str(rng.choice(sorted(printed)))
    text = printed[field].text
    places = [i for i, letter in enumerate(text) if letter.isdigit()]
    place = int(rng.choice(places))
    digit = str(rng.choice([d for d in "0123456789" if d != text[place]]))
    changed = Printed(text[:place] + digit + text[place + 1 :])
    most = {"i2_percent": 100.0, "heterogeneity_p": 1.0, "effect_p": 1.0}.get(field, np.inf)
    return replace(claim, **{field: changed}) if changed.value <= most else None  # type: ignore[arg-type]


def batch(seed: int, number: int, count: int) -> tuple[np.random.Generator, list[Paper]]:
    """Return the honest papers of one batch, of 1 to 12 trials each,
    with the generator to draw errors from.
    """
    rng = np.random.default_rng([seed, number])
    return rng, honest_papers(rng, count, int(rng.integers(1, 13)))


def batches(seed: int, papers: int, size: int = 250) -> Iterator[tuple[np.random.Generator, list[Paper]]]:
    """Yield batches of honest papers, each from its own seed."""
    for number in range(-(-papers // size)):
        yield batch(seed, number, min(size, papers - number * size))


def honest_claim(rng: np.random.Generator, kind: str) -> OtherClaim | None:
    """Return one honest claim of a kind, rounded to 0 to 2 decimals;
    None where the draw gives nothing to print.
    """
    match kind:
        case "percentage" | "percentage without count":
            return _percentage(rng, counted=kind == "percentage")
        case "sum":
            parts = rng.integers(0, 400, size=rng.integers(2, 12))
            return _sum([str(part) for part in parts], str(parts.sum()))
        case "sum of percentages":
            shares = rng.dirichlet(np.ones(rng.integers(2, 8))) * 100
            decimals = int(rng.integers(0, 3))
            return _sum([f"{share:.{decimals}f}" for share in shares], "100", percent=True)
        case _:
            return _study(rng, known=kind == "study_effect")


def with_wrong_digit(rng: np.random.Generator, claim: OtherClaim) -> OtherClaim | None:
    """Return the claim with one digit of what it prints changed."""
    fields = [
        name for name in ("printed", "estimate", "ci_lower", "ci_upper") if getattr(claim, name) is not None
    ]
    name = str(rng.choice(fields))
    text = getattr(claim, name).text
    place = int(rng.choice([i for i, letter in enumerate(text) if letter.isdigit()]))
    digit = str(rng.choice([d for d in "0123456789" if d != text[place]]))
    changed = Printed(text[:place] + digit + text[place + 1 :])
    return replace(claim, **({name: changed, "total": changed} if claim.kind == "sum" else {name: changed}))  # type: ignore[arg-type]


def _percentage(rng: np.random.Generator, counted: bool) -> OtherClaim:
    total = int(rng.integers(1, 300))
    count = int(rng.integers(0, total + 1))
    printed = Printed(rounded(100 * count / total, int(rng.integers(0, 3))))
    parts = (Printed(str(count)),) if counted else ()
    return OtherClaim("percentage", "some", printed, parts, Printed(str(total)))


def _sum(parts: list[str], total: str, percent: bool = False) -> OtherClaim:
    return OtherClaim(
        "sum", "all", Printed(total), tuple(map(Printed, parts)), Printed(total), percent=percent
    )


def _study(rng: np.random.Generator, known: bool) -> OtherClaim | None:
    """Return one study's effect by one of the usual formulas, its events known or not."""
    n1, n0 = (int(n) for n in rng.integers(1, 60, size=2))
    r1, r0 = int(rng.binomial(n1, rng.random())), int(rng.binomial(n0, rng.random()))
    cells = es.to_cells(np.array([r1]), np.array([n1]), np.array([r0]), np.array([n0]))
    measure = MEASURES[rng.integers(3)]
    made = [
        each
        for each in formulas(cells, 0.95)
        if each.measure == measure and np.isfinite(each.values["ci_upper"][0])
    ]
    made = [each for each in made if abs(float(each.values["ci_upper"][0])) < LARGEST_PRINTED]
    if not made:
        return None
    values = made[rng.integers(len(made))].values
    decimals = int(rng.integers(0, 4))
    estimate, lower, upper = (
        Printed(rounded(float(values[name][0]), decimals)) for name in ("estimate", "ci_lower", "ci_upper")
    )
    events = (r1, r0) if known else (None, None)
    return OtherClaim(
        "study_effect",
        "a study",
        None,
        (),
        None,
        measure,
        events[0],
        n1,
        events[1],
        n0,
        estimate,
        lower,
        upper,
    )
