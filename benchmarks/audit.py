"""Whether an audit accuses the honest, and how often it finds an error:
simulated papers, stored as benchmarks/audit.json.

nice .venv/bin/python benchmarks/audit.py                # 20,000 honest papers, 20,000 with one planted error
nice .venv/bin/python benchmarks/audit.py --papers 1000  # quicker, prints only
"""

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from simulated_papers import ERRORS, KINDS, Paper, batch, honest_claim, mirrored_pair, plant, with_wrong_digit

from bayes_ivig.analyses.audit.arithmetic import percentage, total
from bayes_ivig.analyses.audit.complement import complement
from bayes_ivig.analyses.audit.one_result import check_pooled
from bayes_ivig.analyses.audit.pooled_again import recomputed
from bayes_ivig.analyses.audit.study_effect import study_effect
from bayes_ivig.analyses.audit.which_trials import counted
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Finding
from bayes_ivig.version import __version__

STORED = Path(__file__).with_suffix(".json")
SEED = 20241
# papers of one batch; a batch has its own seed, so the result does not depend on the number of workers
SIZE = 250
CHECK = {"percentage": percentage, "sum": total, "study_effect": study_effect}


def findings(paper: Paper, claim: Claim) -> tuple[list[Finding], list[Finding]]:
    """Return what is found from the printed numbers alone, and what the counts add."""
    return check_pooled(claim), [
        *counted(claim, paper.arms, "the trials"),
        recomputed(claim, paper.trials)[0],
    ]


def worst(found: list[Finding]) -> str:
    """Return the verdict that matters most among findings."""
    verdicts = {finding.verdict for finding in found}
    return next((v for v in ("inconsistent", "consistent if", "consistent") if v in verdicts), "cannot tell")


def restores(found: list[Finding], honest: Claim, planted: Claim) -> bool:
    """Whether the mend of some finding says what the honest paper printed."""
    fields = [name for name in Claim.__dataclass_fields__ if getattr(honest, name) != getattr(planted, name)]
    wanted = [f"{name} {getattr(honest, name)} instead of {getattr(planted, name)}" for name in fields]
    return any(text in finding.mend for finding in found for text in wanted) or any(
        "exchanged" in f.mend for f in found
    )


def pooled(papers: int, workers: int) -> dict[str, Any]:
    """Audit honest papers, then the same papers each with one error, the kinds in turn;
    batches are shared among workers.
    """
    honest: Counter[str] = Counter()
    accused: list[str] = []
    table = {error: Counter[str]() for error in ERRORS}
    sizes = [min(SIZE, papers - start) for start in range(0, papers, SIZE)]
    with ProcessPoolExecutor(workers) as pool:
        for found, wrong, detected in pool.map(audited, range(len(sizes)), sizes):
            honest.update(found)
            accused += wrong
            for error in ERRORS:
                table[error].update(detected[error])
            print(
                f"{sum(count['papers'] for count in table.values())} papers with an error",
                file=sys.stderr,
                flush=True,
            )
    return {
        "honest": {
            "papers": papers,
            "called_inconsistent": len(accused),
            "findings": dict(sorted(honest.items())),
        },
        "planted": {error: _rates(count) for error, count in table.items()},
        "accused": accused,
    }


def audited(number: int, size: int) -> tuple[Counter[str], list[str], dict[str, Counter[str]]]:
    """Audit one batch: how often each check gave each verdict, honest papers accused,
    and what was found of errors.
    """
    honest: Counter[str] = Counter()
    accused: list[str] = []
    table = {error: Counter[str]() for error in ERRORS}
    rng, papers = batch(SEED, number, size)
    for position, paper in enumerate(papers):
        alone, with_counts = findings(paper, paper.claim)
        honest.update(f"{finding.check}: {finding.verdict}" for finding in (*alone, *with_counts))
        accused += [repr((paper.claim, f)) for f in (*alone, *with_counts) if f.verdict == "inconsistent"]
        for step in range(len(ERRORS)):
            error = ERRORS[(position + step) % len(ERRORS)]
            planted = plant(rng, paper, error)
            if planted is not None:
                table[error].update(_detected(paper, planted, worst(alone)))
                break
    return honest, accused, table


def _detected(paper: Paper, planted: Claim, before: str) -> list[str]:
    alone, with_counts = findings(paper, planted)
    both = [*alone, *with_counts]
    names = ["papers"]
    names += ["inconsistent, printed numbers alone"] if worst(alone) == "inconsistent" else []
    flagged = worst(alone) == "inconsistent" or (
        worst(alone) == "consistent if" and before != "consistent if"
    )
    names += ["inconsistent or newly conditional, printed numbers alone"] if flagged else []
    names += ["inconsistent, with counts"] if worst(both) == "inconsistent" else []
    return [
        *names,
        *(["mend is the true number, with counts"] if restores(both, paper.claim, planted) else []),
    ]


def _rates(count: Counter[str]) -> dict[str, float]:
    papers = count["papers"]
    return {"papers": papers} | {
        name: round(times / max(papers, 1), 4) for name, times in count.items() if name != "papers"
    }


def others(papers: int) -> dict[str, Any]:
    """Audit honest claims of other kinds, then the same claims with one wrong digit."""
    result: dict[str, Any] = {}
    for position, kind in enumerate(KINDS):
        rng = np.random.default_rng([SEED, 10_000 + position])
        count: Counter[str] = Counter()
        for _ in range(papers // (5 if kind == "study_effect without counts" else 1)):
            claim = honest_claim(rng, kind)
            if claim is None:
                continue
            count.update(
                ["papers", *(["honest called inconsistent"] if _verdict(claim) == "inconsistent" else [])]
            )
            wrong = with_wrong_digit(rng, claim)
            if wrong is not None:
                count.update(
                    ["wrong digit", *(["wrong digit found"] if _verdict(wrong) == "inconsistent" else [])]
                )
        result[kind] = {
            "papers": count["papers"],
            "honest_called_inconsistent": count["honest called inconsistent"],
            "wrong_digit_found": round(count["wrong digit found"] / max(count["wrong digit"], 1), 4),
        }
    return result | {"mirror images": mirrors(papers // 10)}


def _verdict(claim: OtherClaim) -> str:
    return CHECK[claim.kind](claim).verdict


def mirrors(pairs: int) -> dict[str, Any]:
    """Audit honest pairs of mirror images, then the same pairs with one wrong digit in one of them."""
    rng = np.random.default_rng([SEED, 20_000])
    row = OtherClaim("complement", "alive against dead")
    accused = found = planted = 0
    for _ in range(pairs):
        first, second = mirrored_pair(rng, int(rng.integers(1, 9)))
        accused += worst(complement(row, (first, second))) == "inconsistent"
        wrong = plant(rng, Paper(second, None, None, None, {}), "digit")  # type: ignore[arg-type]
        if wrong is not None:
            planted += 1
            found += worst(complement(row, (first, wrong))) == "inconsistent"
    return {
        "papers": pairs,
        "honest_called_inconsistent": accused,
        "wrong_digit_found": round(found / max(planted, 1), 4),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Simulate papers and audit them.")
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    started = time.perf_counter()
    result = pooled(arguments.papers, arguments.workers) | {"other_claims": others(arguments.papers // 10)}
    accused = result.pop("accused")
    result |= {"seed": SEED, "version": __version__}
    print(json.dumps(result, indent=1))
    print(*accused[:5], sep="\n\n", file=sys.stderr)
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)
    if arguments.papers >= 20_000 and not accused:
        STORED.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 1 if accused else 0


if __name__ == "__main__":
    sys.exit(main())
