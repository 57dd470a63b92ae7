"""The same bytes on every machine: reports and numeric tests under shaken last bits
and under other kernels, beside plain ones.

    python .ci/sameness.py shaken [SEEDS] last bits of every curve and surface value moved by chance; 5 seeds
    python .ci/sameness.py kernels         NumPy and OpenBLAS as other processors have them, 1 and 2 threads
    python .ci/sameness.py together        both at once, as CI does, and the committed report: each run has a
                                           seed of its own, and kernels of its own as long as there are some

Neither hides the other: what kernels move they move under a seed as well; where bytes differ with both, each
of the first two says which it was. Each writes the report of the bundled data, one of trials chosen for their
ties and one of trials whose likelihoods are extreme, plain and moved, and compares bytes; then the numeric
tests must pass as they are, their tolerances untouched. The settings are of the processes started here and of
no other. What is active is asked of NumPy and OpenBLAS in such a process, so that a switch that does nothing
fails; a processor that lacks what would be switched off is said to, and left out.
"""

import filecmp
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
# one trial far from the others: logs, predictive probabilities and tipping points
# that numerical error reaches first
FAR = """\
study,treatment_events,treatment_total,control_events,control_total
A,12,50,20,52
B,30,101,33,99
C,8,40,15,41
D,22,80,30,78
E,4990,5000,5,5000
"""
SEEDS = range(5)  # reports under each; numeric tests under the first
PLAIN = {"OPENBLAS_NUM_THREADS": "1"}
# equal trials, mirrored ones and one without events: numbers that are equal or 0 in mathematics,
# not in their last bits
TIES = """\
study,treatment_events,treatment_total,control_events,control_total
Adams 2001,3,50,7,50
Baker 2003,7,50,3,50
Clark 2005,0,40,0,40
Davis 2007,5,60,5,60
Evans 2009,5,60,5,60
Frank 2011,3,50,7,50
Grant 2013,7,50,3,50
"""
NUMERIC = (  # what computes, without what samples, draws pages, starts processes or takes minutes
    "tests/formulas",
    "tests/results/test_grid_marginal.py",
    "tests/results/test_bilinear.py",
    "tests/results/test_joint.py",
    "tests/agreement/test_published_posteriors.py",
    "tests/agreement/test_quadrature_reference.py",
    "tests/engines/test_quadrature.py",
    "tests/engines/test_smoothing.py",
    "tests/engines/test_contrast.py",
    "tests/engines/test_follow_ups.py",
    "tests/analyses/test_tipping.py",
    "tests/analyses/test_subsets.py",
    "tests/analyses/test_choices.py",
    "tests/analyses/test_calibration.py",
    "tests/priors/test_elicited.py",
)
V4 = ("X86_V4", "AVX512_ICL")
KERNELS = (  # features of NumPy switched off, kernels of OpenBLAS, threads; Zen has those of Haswell
    (V4, "Haswell", 1),
    (V4, "Haswell", 2),
    (V4, "Sandybridge", 1),
    (V4, "Sandybridge", 2),
    ((*V4, "X86_V3"), "Nehalem", 1),
    ((*V4, "X86_V3"), "Nehalem", 2),
)
# what a processor must have (AVX is not named alone)
NEEDS = {"Haswell": ("X86_V3",), "Sandybridge": ("X86_V3",), "Nehalem": ()}
ACTIVE = """
import json, numpy, scipy.linalg, threadpoolctl
from numpy._core import _multiarray_umath as core
numpy.ones((64, 4000)) @ numpy.ones((4000, 64))
blas = [each for each in threadpoolctl.threadpool_info() if each["internal_api"] == "openblas"]
print(json.dumps({
    "has": [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]],
    "blas": [[each["architecture"], each["num_threads"]] for each in blas],
}))
"""


def main() -> None:
    """Check one of the three; exit status 1 where something differs."""
    kind, *rest = sys.argv[1:] or [""]
    if kind not in ("shaken", "kernels", "together"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "ties.csv").write_text(TIES, encoding="utf-8")
        (here / "far.csv").write_text(FAR, encoding="utf-8")
        runs = settings(kind, range(int(rest[0])) if rest else SEEDS)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            written = [
                pool.submit(reports, here, name, run) for name, run in ({"plain": PLAIN} | runs).items()
            ]
            plain, *moved = [each.result() for each in written]
        differing = list(
            chain.from_iterable(compared(name, plain, out) for name, out in zip(runs, moved, strict=True))
        )
        if kind == "together":
            differing += compared("as committed", plain / "ivig", ROOT / "reports" / "ivig")
        for problem in differing:
            print(problem)
        if differing:
            sys.exit(1)
        for name in tested(kind, runs):
            numeric_tests(name, runs[name])


def settings(kind: str, seeds: Sequence[int]) -> dict[str, dict[str, str]]:
    """Return the environments to write reports in: seeds, kernels, or kernels with a seed each and the seeds
    that are left, those on one thread and on two by turns.
    """
    others = {} if kind == "shaken" else kernels()
    if kind == "kernels":
        return others
    seeds = (*seeds, *range(len(seeds), len(others)))
    runs = {}
    for seed, (name, run) in zip_longest(seeds, others.items(), fillvalue=("", PLAIN)):
        threads = {"OPENBLAS_NUM_THREADS": str(1 + seed % 2)} if kind == "together" and not name else {}
        runs[f"seed {seed}{name and ', '}{name}"] = run | threads | {"BAYES_IVIG_SHAKE": str(seed)}
    return runs


def tested(kind: str, runs: dict[str, dict[str, str]]) -> list[str]:
    """Return in which of them the numeric tests run: the first with each set of features switched off,
    and under a seed.
    """
    first = {run.get("NPY_DISABLE_CPU_FEATURES", ""): name for name, run in reversed(runs.items())}
    if kind == "together" and len(first) > 1:
        first.pop("", None)  # the others have seeds as well
    return list(first.values())


def kernels() -> dict[str, dict[str, str]]:
    """Return the environments of other processors, each asked what is active in it;
    those that this one cannot be are said.
    """
    own = active({})
    runs = {}
    for off, core, threads in KERNELS:
        name = f"NumPy without {' '.join(off)}, OpenBLAS {core}, {threads} thread{'s' * (threads > 1)}"
        lacking = [feature for feature in NEEDS[core] if feature not in own["has"]]
        gone = [feature for feature in off if feature in own["has"]]
        if lacking or not gone:
            print(f"left out: {name}: this processor has {' '.join(own['has']) or 'none of them'} only")
            continue
        run = {
            "NPY_DISABLE_CPU_FEATURES": " ".join(gone),
            "OPENBLAS_CORETYPE": core,
            "OPENBLAS_NUM_THREADS": str(threads),
        }
        try:
            active(run | {"OPENBLAS_NUM_THREADS": "1"})  # where it dies on one thread it may on two
            seen = active(run)
        # OpenBLAS 0.3.34 on Zen 4 and 5: OpenMathLib/OpenBLAS, issues 6013, 6021
        except subprocess.CalledProcessError as error:
            if error.returncode >= 0:
                raise
            print(
                f"left out: {name}: there OpenBLAS dies of a matrix product on this processor, "
                f"by signal {-error.returncode}"
            )
            continue
        wanted = {
            "has": [feature for feature in own["has"] if feature not in off],
            "blas": [[core, threads]] * len(own["blas"]),
        }
        if seen != wanted or not own["blas"]:
            sys.exit(f"{name}: active is {seen}, not {wanted}; the check would check nothing")
        runs[name] = run
    print(f"as it is: NumPy with {' '.join(own['has'])}, OpenBLAS {own['blas']}", flush=True)
    return runs


def active(run: dict[str, str]) -> dict[str, Any]:
    """Return which features of NumPy and which kernels of OpenBLAS a process with these settings uses."""
    seen = subprocess.run(
        [PYTHON, "-c", ACTIVE], env=environment(run), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(seen.stdout)
    return found


def environment(run: dict[str, str]) -> dict[str, str]:
    """Return the environment of this process with some settings in the place of what it says of them."""
    ours = (
        "BAYES_IVIG_SHAKE",
        "NPY_DISABLE_CPU_FEATURES",
        "OPENBLAS_CORETYPE",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
    )
    return {name: value for name, value in os.environ.items() if name not in ours} | run


def reports(here: Path, name: str, run: dict[str, str]) -> Path:
    """Write the three reports into a folder of that name and return it."""
    out = here / name.replace(" ", "-")
    command = [PYTHON, "-c", "from bayes_ivig.cli import main; main()"]
    for data in ("ivig", "ties.csv", "far.csv"):
        done = subprocess.run(
            [*command, "report", data, "--out", str(out / Path(data).stem)],
            env=environment(run), cwd=here, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(f"{name}: report {data}: status {done.returncode}\n{done.stderr}")
    return out


def compared(name: str, plain: Path, out: Path) -> list[str]:
    """Return which files of the reports differ from the plain ones."""
    files = sorted(
        {path.relative_to(root) for root in (out, plain) for path in root.rglob("*") if path.is_file()}
    )
    _, differing, missing = filecmp.cmpfiles(plain, out, map(str, files), shallow=False)
    print(
        f"{name}: {len(files) - len(differing) - len(missing)} of {len(files)} files are the same bytes",
        flush=True,
    )
    return [f"{name}: {file} differs" for file in (*differing, *missing)]


def numeric_tests(name: str, run: dict[str, str]) -> None:
    """Run the numeric tests; leave with their status where one fails."""
    print(f"{name}: numeric tests", flush=True)
    command = [
        PYTHON,
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "--dist",
        "loadfile",
        "-m",
        "not mcmc",
        "-k",
        "not stored and not processes",
        *NUMERIC,
    ]
    done = subprocess.run(command, env=environment(run), cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"{name}: numeric tests failed")


if __name__ == "__main__":
    main()
