"""What the package wrote itself and reads again: saved posteriors, and answers kept in the cache."""

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from edits import TreeEdit, byte_edit, edit_bytes, edit_tree, json_value, spoiled_bytes, tree_edit
from hypothesis import strategies as st
from registry import Reader
from rule import Case

import bayes_ivig as bi
from bayes_ivig.analyses.other_models import side_by_side
from bayes_ivig.analyses.other_models.stored_answers import Request, Store, stored_answer
from bayes_ivig.results.draws import arviz
from bayes_ivig.results.other_models.sampled import Agreement, SampledAnswer

ROWS = (("A", 3, 10, 1, 10), ("B", 5, 20, 4, 22), ("C", 0, 7, 2, 9))
DATA = bi.Dataset(tuple(bi.Study(*row) for row in ROWS), "three")
ROOM = " " * 8_000  # in the document of a saved posterior, for edits that make it longer


@cache
def posterior() -> bi.Posterior:
    return bi.fit(DATA, bi.Model(likelihood="normal", title=f"a{ROOM}b"))


@cache
def saved() -> bytes:
    """The file of a posterior."""
    with tempfile.TemporaryDirectory() as folder:
        return posterior().save(Path(folder) / "p.nc").read_bytes()


def forged(edits: Sequence[TreeEdit]) -> bytes:
    """Return a posterior's file whose document was edited and its checksum made to fit."""
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.nc"
        path.write_bytes(saved())
        _, arrays = arviz.read_arrays(path)
        kept = {name.removeprefix("fit/"): array for name, array in arrays.items()}
        text = kept.pop("text").tobytes()
        document = json.loads(text)
        document["fields"]["model"]["fields"]["title"] = ""
        made = json_value(edit_tree(document, edits)).ljust(len(text))
        if len(made) != len(text):
            return saved()
        digest = sha256(made)
        for name, array in sorted(kept.items()):
            digest.update(f"\n{name} {array.dtype.str[1:]} {array.shape}\n".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        with h5py.File(path, "r+") as file:
            file["fit/text"][:] = np.frombuffer(made, np.uint8)
            file.attrs["sha256"] = digest.hexdigest()
        return path.read_bytes()


def read_saved(folder: Path, case: Case) -> bi.Posterior:
    return bi.Posterior.load(folder / "p.nc")


def saved_holds(read: bi.Posterior) -> None:
    assert isinstance(read, bi.Posterior)


# Lazily: a posterior is fitted and saved when the first case is drawn
files = st.one_of(
    st.lists(byte_edit, min_size=1, max_size=2).map(lambda edits: edit_bytes(saved(), edits)),
    st.lists(tree_edit, max_size=1).map(forged),
    st.lists(tree_edit, max_size=2).map(forged),
)


# Answers kept in the cache


@cache
def request() -> Request:
    return side_by_side.request(DATA, bi.Model(), bi.NUTS(seed=3))


@cache
def answer() -> tuple[str, bytes]:
    """The name and the bytes of an answer as the package keeps it."""
    exact = bi.fit(DATA, bi.Model())
    numbers = {f"mcse.{name}.{label}": 0.01 for name in ("mu", "tau") for label in side_by_side.LEVELS}
    numbers |= {"mcse.prob_or_gt_1": 0.01, "rhat.mu": 1.0}
    kept = SampledAnswer(side_by_side.ask(exact), bi.Diagnostics("nuts", (), tuple(numbers.items())), (), ())
    with tempfile.TemporaryDirectory() as folder:
        from dataclasses import replace

        from bayes_ivig.analyses.other_models.stored_answers import made_by

        Store(cache=Path(folder)).keep(request(), replace(kept, made_by=made_by()))
        (path,) = Path(folder).rglob("*.json")
        return path.relative_to(folder).as_posix(), path.read_bytes()


def signed(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON under the checksum that fits it, as far as it can be computed."""
    body = {key: value for key, value in document.items() if key != "sha256"}
    try:
        text = json.dumps(body, sort_keys=True, allow_nan=False, separators=(",", ":"), default=str)
    except (ValueError, RecursionError):
        return json_value(body)
    return json_value(body | {"sha256": sha256(text.encode()).hexdigest()})


@st.composite
def answers(draw: st.DrawFn) -> Case:
    name, content = answer()
    if draw(st.integers(0, 3)) == 0:
        return Case({name: draw(spoiled_bytes(st.just(content), 2))})
    if draw(st.integers(0, 20)) == 0:
        depth = draw(st.integers(1, 200_000))
        return Case({name: b"[" * depth + b"]" * depth})
    document = json.loads(content)
    part = draw(st.sampled_from(("answer", "answer", "diagnostics", "made_by", "request", "")))
    edits = draw(st.lists(tree_edit, max_size=2))
    if part:
        document[part] = edit_tree(document[part], edits)
    else:
        document = edit_tree(document, edits)
    return Case({name: signed(document)})


def read_answer(folder: Path, case: Case) -> tuple[Agreement, ...]:
    """Read a kept answer as reports do; one that is set aside is as good as refused."""
    found = stored_answer(
        request(), side_by_side.ask, form=side_by_side.require_kept, store=Store(cache=folder)
    )
    if found is None:
        raise bi.errors.DataError("set aside")
    return side_by_side.agreement(found, exact())


@cache
def exact() -> bi.Posterior:
    return bi.fit(DATA, bi.Model())


def answer_holds(read: tuple[Agreement, ...]) -> None:
    assert all(math.isfinite(each.sampled) and math.isfinite(each.exact) for each in read)


READERS = (
    Reader(
        "saved posteriors",
        files.map(lambda content: Case({"p.nc": content})),
        read_saved,
        saved_holds,
        share=0.1,
    ),
    Reader("kept answers", answers(), read_answer, answer_holds),
)
