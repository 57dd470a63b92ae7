"""Every preterm table that agrees with what was printed:
counts, timings, and the feasible tables under data/ again.

Run: python benchmarks/reconstruct.py. It writes reconstruct.json beside itself and
data/ivig/preterm_feasible/*.csv.
"""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bayes_ivig.analyses.reconstruction.search import Search, reconstruct
from bayes_ivig.inputs.counts.feasible_tables import feasible_csv
from bayes_ivig.inputs.paper.claims import Printed, load_claims
from bayes_ivig.version import __version__

HERE = Path(__file__).parent
FEASIBLE = HERE.parent / "data" / "ivig" / "preterm_feasible"
CASES = {
    "random-effects 2.05 with limits 0.80 and 5.24": ("0.80", "estimate,ci_lower,ci_upper,i2", ""),
    "random-effects 2.05 with lower limit 0.58": ("0.58", "estimate,ci_lower,i2", "estimate_and_lower"),
    "the same, and heterogeneity p 0.07": ("0.58", "estimate,ci_lower,i2,heterogeneity_p", ""),
    "random-effects limits 0.58 and 5.24": ("0.58", "ci_lower,ci_upper,i2", "interval"),
    "the same, heterogeneity p 0.07 and fixed-effect 2.05": (
        "0.58", "estimate:revman-fixed,ci_lower,ci_upper,i2,heterogeneity_p", ""
    ),
    "all as printed, random effects": ("0.58", "estimate,ci_lower,ci_upper,i2,heterogeneity_p", ""),
}  # fmt: skip


def main() -> None:
    (claim,) = [each for each in load_claims("ivig") if each.outcome == "preterm_birth"]
    rows = []
    for name, (lower, require, file) in CASES.items():
        own = replace(claim, ci_lower=Printed(lower))
        start, used = time.perf_counter(), time.process_time()
        found = reconstruct(
            "ivig", own, outcome="preterm_birth", rule="revman-random", require=require, search=Search()
        )
        seconds = time.perf_counter() - start
        row = {"case": name, "require": require, "tables_in_the_box": found.searched, "count": found.count}
        row |= {
            "complete": found.complete,
            "wall_seconds": round(seconds, 1),
            "cpu_seconds": round(time.process_time() - used, 1),
        }
        print(row, flush=True)
        rows.append(row)
        if file:
            FEASIBLE.mkdir(exist_ok=True)
            (FEASIBLE / f"{file}.csv").write_text(
                feasible_csv(found.partial, found.events), encoding="utf-8", newline="\n"
            )
    document = {
        "version": __version__,
        "rule": "revman-random unless a field names its own",
        "searches": rows,
    }
    (HERE / "reconstruct.json").write_text(
        json.dumps(document, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
