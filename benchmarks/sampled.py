"""Every answer in the report of the case that takes sampling: written again to data/ivig/sampled/.

Run: python benchmarks/sampled.py. It keeps finished answers in build/sampled and goes on there after a kill;
remove that folder to sample everything anew.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bayes_ivig.analyses.other_models.side_by_side import ask, codes, compared_sets, model_of, request
from bayes_ivig.analyses.other_models.stored_answers import (
    Request,
    Store,
    file_name,
    stored_answer,
    write_answer,
)
from bayes_ivig.engines.fitting import fit
from bayes_ivig.inputs.counts.dataset import descriptions, load_dataset
from bayes_ivig.inputs.model.files import load_two_arm

CASE = "ivig"
HERE = Path(__file__).parent
FOLDER = HERE.parent / "data" / CASE / "sampled"
STORE = Store(cache=HERE.parent / "build")


def main() -> None:
    wanted = set()
    for label, asked in requests():
        start, used = time.perf_counter(), time.process_time()
        found = stored_answer(asked, ask, sampled=True, store=STORE)
        path = FOLDER / file_name(label, asked)
        write_answer(path, asked, found)
        wanted.add(path)
        state = "ok" if found.diagnostics.ok else f"PROBLEMS: {'; '.join(found.diagnostics.problems)}"
        spent = f"{time.perf_counter() - start:.0f} s, CPU {time.process_time() - used:.0f} s"
        print(f"{path.name}: {path.stat().st_size} bytes, {spent}, {state}", flush=True)
    for path in set(FOLDER.glob("*.json")) - wanted:
        print(f"{path.name}: no longer asked for, removed")
        path.unlink()


def requests() -> Iterator[tuple[str, Request]]:
    """Label and request of every sampled answer in the report, as the report makes them."""
    reference = load_two_arm("binomial_normal")
    for outcome, about in descriptions(CASE).items():
        if about.partial or about.complement_of:
            continue
        dataset = load_dataset(CASE, outcome)
        for trials in compared_sets(dataset):
            posterior = fit(dataset.trials(trials), reference)
            for code, why in codes(posterior):
                if not why:
                    yield f"{outcome}-{trials}-{code}", request(posterior.dataset, model_of(code, reference))


if __name__ == "__main__":
    main()
