"""Every answer of the joint model in the report of the case: written again to data/ivig/sampled/joint/.

Run: python benchmarks/sampled_joint.py. It keeps finished answers in build/sampled and goes on there after a
kill; remove that folder to sample everything anew.
"""

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bayes_ivig.analyses.other_models.stored_answers import Store, file_name, stored_answer, write_answer
from bayes_ivig.analyses.weighing.joint import ask_of, joint_requests
from bayes_ivig.analyses.weighing.readings import harm_readings, harm_source
from bayes_ivig.engines.fitting import fit
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.inputs.model.files import load_two_arm

HERE = Path(__file__).parent
FOLDER = HERE.parent / "data" / "ivig" / "sampled" / "joint"
STORE = Store(cache=HERE.parent / "build")


def main() -> None:
    model = load_two_arm("binomial_normal")
    live, preterm = (
        fit(load_dataset("ivig", "live_birth"), model),
        harm_source("ivig", "preterm_birth", model),
    )
    wanted = set()
    for each in joint_requests(live, preterm, harm_readings(live, preterm)[0].weighed.setting):
        found = stored_answer(each.request, ask_of(each.setting), sampled=True, store=STORE)
        assert found is not None
        path = FOLDER / file_name(f"preterm birth {each.code}", each.request)
        write_answer(path, each.request, found)
        wanted.add(path)
        state = "ok" if found.diagnostics.ok else f"PROBLEMS: {'; '.join(found.diagnostics.problems)}"
        print(f"{path.name}: {path.stat().st_size} bytes, {state}", flush=True)
    for path in set(FOLDER.glob("*.json")) - wanted:
        print(f"{path.name}: no longer asked for, removed")
        path.unlink()


if __name__ == "__main__":
    main()
