"""The tables of docs/disagreements.md, computed; ``python tests/frequentist/disagreement_tables.py`` prints
them.
"""

from collections.abc import Iterator
from functools import cache

from frequentist_reference import number, rows, tables

from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.results.pooled import PooledEstimate

COLUMNS = {
    "estimate": "estimate", "se": "standard_error", "ci_lb": "ci_lower", "ci_ub": "ci_upper",
    "pval": "p_value", "tau2": "tau2", "Q": "q", "Qp": "q_p_value", "I2": "i2", "pi_lb": "prediction_lower",
    "pi_ub": "prediction_upper",
}  # fmt: skip
NAMES = {"MH": "mh", "Peto": "peto", "IV-FE": "fixed"}
ITERATIVE = ("IV-REML", "IV-ML", "IV-PM", "IV-EB", "IV-REML-HKSJ")


def our_name(method: str) -> str:
    return NAMES.get(method, method.removeprefix("IV-").removesuffix("-HKSJ").lower().replace(".", "-"))


@cache
def compared() -> list[tuple[dict[str, str], PooledEstimate]]:
    found = []
    for row in rows("frequentist"):
        knapp = row["method"].endswith("HKSJ")
        result = pool(
            tables()[row["dataset"]],
            method=our_name(row["method"]),
            measure=row["measure"],
            hartung_knapp=knapp,
        )
        found.append((row, result))
    return found


def difference(row: dict[str, str], ours: PooledEstimate, column: str) -> float:
    """Relative difference; absolute where theirs is smaller than 1e-10."""
    theirs, own = number(row, column), getattr(ours, COLUMNS[column])
    if theirs is None:
        return 0.0
    return abs(own - theirs) / max(abs(theirs), 1e-10) if own is not None else float("inf")


def differs(row: dict[str, str], ours: PooledEstimate) -> bool:
    """Whether any number of the row is further off than the goal:
    1e-6 closed form, 1e-5 iterative, 1e-3 mixed models.
    """
    method = row["method"]
    goal = 1e-3 if method.startswith("GLMM") else 1e-5 if method in ITERATIVE else 1e-6
    return any(difference(row, ours, column) > goal for column in COLUMNS)


def summary() -> Iterator[str]:
    yield (
        "| metafor | ours | rows | beyond the goal | worst estimate | worst SE | worst tau squared, "
        "absolute |"
    )
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for method in dict.fromkeys(row["method"] for row, _ in compared()):
        mine = [(row, ours) for row, ours in compared() if row["method"] == method]
        worst = [max(difference(row, ours, column) for row, ours in mine) for column in ("estimate", "se")]
        tau2 = max(abs((ours.tau2 or 0) - (number(row, "tau2") or 0)) for row, ours in mine)
        shown = " | ".join("below 1e-6" if x < 1e-6 else f"{x:.0e}" for x in (*worst, tau2))
        label = our_name(method) + (" --hartung-knapp" if method.endswith("HKSJ") else "")
        yield f"| {method} | `{label}` | {len(mine)} | {sum(differs(*item) for item in mine)} | {shown} |"


def listing(prefix: str) -> Iterator[str]:
    yield (
        "| table | measure | method | tau squared: theirs | ours | estimate: "
        "theirs | ours | SE: theirs | ours |"
    )
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row, ours in compared():
        if not row["method"].startswith(prefix) or not differs(row, ours):
            continue
        pairs = (("tau2", ours.tau2), ("estimate", ours.estimate), ("se", ours.standard_error))
        shown = " | ".join(
            f"{float(row[name]):.5g} | {'0' if abs(own) < 1e-12 else f'{own:.5g}'}" for name, own in pairs
        )
        yield f"| {row['dataset']} | {row['measure']} | {row['method']} | {shown} |"


if __name__ == "__main__":
    for part in (summary(), listing("GLMM"), listing("IV-")):
        print("\n".join(part), end="\n\n")
