"""Readers under fire: many inputs from a strategy, what became of each, and the faults kept as cases."""

import json
import tempfile
import time
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from registry import Reader
from rule import Case, Fault, judge

type Judge = Callable[[Case], str]


@dataclass
class Tally:
    """How many inputs were tried, taken, refused, and which broke the rule, by the kind of fault."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, tuple[Case, str]] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        return self.counts.total()

    @property
    def accepted(self) -> float:
        """The share of inputs that were taken."""
        return self.counts["accepted"] / max(1, self.tried)


def judge_of(reader: Reader) -> Judge:
    """Return what judges one case of a reader, in a new folder."""

    def judged(case: Case) -> str:
        with tempfile.TemporaryDirectory() as folder:
            return judge(case, reader.read, reader.holds, Path(folder), reader.writes(case))

    return judged


def fire(
    cases: object, judged: Judge, examples: int, chance: int | None = None, tally: Tally | None = None
) -> Tally:
    """Try ``examples`` inputs, the same ones at every run unless ``chance`` seeds others.

    Goes on after a fault: one of each kind is kept, the smallest that was found.
    """
    tally = Tally() if tally is None else tally

    def one(case: Case) -> None:
        try:
            tally.counts[judged(case)] += 1
        except Fault as fault:
            tally.counts["fault"] += 1
            kept = tally.faults.get(fault.kind)
            if kept is None or size(case) < size(kept[0]):
                tally.faults[fault.kind] = (case, str(fault))

    usual = settings(
        max_examples=examples,
        derandomize=chance is None,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    test = given(st.composite(lambda draw: draw(cases))())(one)
    if chance is not None:
        test = seed(chance)(test)
    usual(test)()
    return tally


def size(case: Case) -> int:
    return sum(map(len, case.files.values())) + sum(map(len, case.arguments))


def smaller(case: Case, kind: str, judged: Judge, tries: int = 400, seconds: float = 60) -> Case:
    """Return a smaller case with a fault of the same kind: parts of its files and arguments left out.

    Looks for it no longer than ``seconds``: a fault of time takes its whole time at every try.
    """
    end = time.monotonic() + seconds
    for _ in range(8):
        before = size(case)
        for name in case.files:
            case = _cut(case, name, kind, judged, tries, end)
        if size(case) == before:
            break
    return case


def _cut(case: Case, name: str, kind: str, judged: Judge, tries: int, end: float) -> Case:
    step = max(1, len(case.files[name]) // 2)
    while step and tries > 0:
        at = 0
        while at < len(case.files[name]) and tries > 0 and time.monotonic() < end:
            content = case.files[name]
            shorter = Case({**case.files, name: content[:at] + content[at + step :]}, case.arguments)
            tries -= 1
            if breaks(shorter, kind, judged):
                case = shorter
            else:
                at += step
        step //= 2
    return case


def breaks(case: Case, kind: str, judged: Judge) -> bool:
    """Whether a case has a fault of this kind."""
    try:
        judged(case)
    except Fault as fault:
        return fault.kind == kind
    return False


# Cases as files


def written_case(reader: str, why: str, case: Case) -> str:
    """Return a case as JSON: files as text where they are text, else compressed."""
    files = {name: _packed(content) for name, content in case.files.items()}
    document = {"reader": reader, "why": why, "files": files, "arguments": list(case.arguments)}
    return json.dumps(document, indent=1) + "\n"


def read_case(text: str) -> tuple[str, Case]:
    """Return the reader's name, and the case that a JSON holds."""
    document = json.loads(text)
    files = {name: _unpacked(content) for name, content in document["files"].items()}
    return document["reader"], Case(files, tuple(document["arguments"]))


def keep(reader: str, tally: Tally, folder: Path) -> list[Path]:
    """Write every fault of a tally as a case; return the files."""
    paths = []
    for kind, (case, why) in tally.faults.items():
        name = f"{reader.replace(' ', '_')}-{sha256(kind.encode()).hexdigest()[:8]}.json"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(written_case(reader, f"{kind}: {why}"[:1000], case), encoding="utf-8")
        paths.append(folder / name)
    return paths


def _packed(content: bytes) -> str | dict[str, str]:
    """Return bytes as text with lone bytes as Python escapes them, or packed where that is long."""
    text = content.decode("utf-8", "surrogateescape")
    if len(text) <= 4000:
        return text
    return {"zlib": b64encode(zlib.compress(content, 9)).decode("ascii")}


def _unpacked(content: str | dict[str, str]) -> bytes:
    if isinstance(content, str):
        return content.encode("utf-8", "surrogateescape")
    return zlib.decompress(b64decode(content["zlib"]))
