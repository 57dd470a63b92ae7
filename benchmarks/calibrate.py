"""Run every calibration and store the results beside this file:
benchmarks/calibration/NAME.json and one drawing per design.

    python benchmarks/calibrate.py --simulations 10000 --work build/calibration

Finished batches stay in --work, so that a run that was stopped goes on where it was.
"""

import argparse
import json
import re
import time
from pathlib import Path

from bayes_ivig.analyses.calibration.calibrate import calibrate
from bayes_ivig.reporting.calibration.chart import calibration_alternative, plot_calibration
from bayes_ivig.reporting.calibration.text import calibration_document, calibration_text
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.results.calibration import DESIGNS, Calibration, Setup

FITTED = (("binomial", False), ("hypergeometric", False), ("normal", False), ("normal", True))
STORED = Path(__file__).parent / "calibration"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--simulations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20241)
    parser.add_argument("--work", type=Path, default=Path("build") / "calibration")
    parser.add_argument("--store", type=Path, default=STORED)
    asked = parser.parse_args()
    asked.store.mkdir(parents=True, exist_ok=True)
    for design in DESIGNS:
        found = [
            run(Setup(likelihood, design, asked.simulations, asked.seed, counts), asked.work)
            for likelihood, counts in FITTED
        ]
        for one in found:
            text = json.dumps(calibration_document(one), indent=1, allow_nan=False)
            (asked.store / f"{one.setup.name}.json").write_text(
                compact(text) + "\n", encoding="utf-8", newline="\n"
            )
        drawn = svg_file(plot_calibration(found), calibration_alternative(found))
        short = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", drawn)  # of pixels
        (asked.store / f"{design}.svg").write_text(short, encoding="utf-8", newline="\n")


def run(setup: Setup, work: Path) -> Calibration:
    started = time.perf_counter()
    found = calibrate(setup, folder=work)
    print(calibration_text(found))
    print(
        f"- {time.perf_counter() - started:.1f} s in this run, batches found from earlier runs not counted\n",
        flush=True,
    )
    return found


def compact(text: str) -> str:
    """Put every list of numbers on one line."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if inside:
            lines[-1] += line.strip() if line.strip().startswith("]") else f"{line.strip()} "
            lines[-1] = lines[-1].replace(" ]", "]")
        else:
            lines.append(line)
        inside = (inside and not line.strip().startswith("]")) or line.rstrip().endswith("[")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
