"""A log of conclusions: one JSON object a line, an entry for each time that the data changed."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bayes_ivig.errors import DataError, named, quoted
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import MOST_TABLE, read_bytes
from bayes_ivig.files.text import decoded
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint_of
from bayes_ivig.inputs.counts.dataset import Dataset

CALLED = "a log of conclusions, or of a file that is not there as yet"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TEXTS = ("date", "dataset", "outcome", "measure", "conclusion", "data_sha256")
NESTED = ("model", "studies", "changed")


@dataclass(frozen=True)
class Log:
    """What a log holds: its ``content`` as it is, and its ``entries``, oldest first."""

    path: Path
    content: bytes
    entries: tuple[dict[str, Any], ...]

    @property
    def last(self) -> dict[str, Any] | None:
        """The newest entry."""
        return self.entries[-1] if self.entries else None

    def require(self, dataset: Dataset, day: str) -> None:
        """Raise ``DataError`` for a log of another outcome, or one with an entry after this day."""
        last = self.last
        if last is None:
            return
        own, theirs = subject_of(dataset), (last["dataset"], last["outcome"], last["measure"])
        if theirs[1:] != own[1:] or (not own[1] and theirs[0] != own[0]):
            raise DataError(
                f"{named(self.path)}: is a log of {_subject(theirs)}; found {_subject(own)}: keep a log for "
                "each, give another file"
            )
        if day < last["date"]:
            raise DataError(
                f"{named(self.path)}: its last entry is of {last['date']}; found the date {day}: an entry "
                "comes after those that are there, give a later date"
            )


def subject_of(dataset: Dataset) -> tuple[str, str, str]:
    """Return what a log is of: the name of the table, the outcome and the measure."""
    return dataset.name, dataset.outcome, dataset.measure


def _subject(parts: tuple[str, str, str]) -> str:
    return quoted(" ".join(part for part in parts if part))


def stated_day(text: str) -> str:
    """Return a day as ``2026-12-01``; raises ``DataError`` for what is none."""
    try:
        if DAY.fullmatch(text) is None:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise DataError(f"date: found {quoted(text)}; give a day such as 2026-12-01") from None


def read_log(path: Path) -> Log:
    """Return a log, an empty one where there is no file; raises ``DataError`` for one that is damaged, and
    for what is no log.
    """
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = True  # whoever reads it says what is wrong
    content = read_bytes(path, CALLED, MOST_TABLE) if there else b""
    try:
        lines = decoded(content).split("\n")
    except ValueError as error:
        raise DataError(f"{named(path)}: {error}; give the path of {CALLED}") from None
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            entry, wrong = _entry(line)
            if not wrong and entries and entry["date"] < entries[-1]["date"]:
                wrong = f"{entry['date']} comes after {entries[-1]['date']}"
            if wrong:
                raise DataError(
                    f"{named(path)}: line {number}: {wrong}; it is damaged, or no log of conclusions: mend "
                    f"the line, or give the path of {CALLED}"
                )
            entries.append(entry)
    return Log(path, content, tuple(entries))


def _entry(line: str) -> tuple[dict[str, Any], str]:
    """Return the entry of a line, and what is wrong with it."""
    try:
        entry = parse_json(line)
    except ValueError as error:
        return {}, f"is no JSON ({error})"
    if not isinstance(entry, dict):
        return {}, "is no JSON object"
    missing = [key for key in TEXTS if not isinstance(entry.get(key), str)]
    missing += [key for key in NESTED if not isinstance(entry.get(key), dict)]
    if missing:
        return {}, f"has no {missing[0]} as an entry has it"
    try:
        stated_day(entry["date"])
    except DataError as error:
        return {}, str(error)
    told = entry["studies"]
    if (
        not all(isinstance(each, str) for each in told.values())
        or fingerprint_of(told) != entry["data_sha256"]
    ):
        return {}, "its studies are not those of its data_sha256"
    return entry, ""
