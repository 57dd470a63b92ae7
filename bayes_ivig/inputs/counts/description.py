"""What a table of counts is about: titles, arms, whether an event is good or bad, named trial sets.

It comes from the TOML sidecar that stands beside a counts CSV under the same stem. Keys at the top level hold
for every outcome of the file; a table ``[outcomes.NAME]`` adds to them, or overrules them, for one outcome.
"""

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from bayes_ivig.errors import ModelError, named, quoted, suggestion
from bayes_ivig.files.documents import read_toml
from bayes_ivig.inputs.comparisons.stated import Comparisons, comparison_problems, stated_comparisons
from bayes_ivig.inputs.counts.alternatives import Alternative, alternative_problems, stated_alternative
from bayes_ivig.inputs.counts.case_words import (
    CaseWords,
    Pair,
    Subgroup,
    pair_problems,
    stated_words,
    subgroup_problems,
    word_problems,
)
from bayes_ivig.inputs.counts.table import report
from bayes_ivig.inputs.counts.trial_sets import stated_sets, trial_set_problems
from bayes_ivig.inputs.judgements.judged import Judgements
from bayes_ivig.inputs.judgements.problems import gaps, judgement_problems
from bayes_ivig.inputs.judgements.stated import stated_judgements
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.priors.parsing import parse_prior

Event = Literal["good", "bad"]

SHARED_KEYS = {
    "title": str, "outcome_title": str, "event": str, "treatment": str, "control": str, "citation": str,
    "licence": str, "note": str, "thresholds": list, "trial_sets": dict, "main_sets": list,
    "classes": list,
    "mu_priors": list, "tau_priors": list, "alternatives": dict, "stated_before": list, "measure": str,
    "shared_control": str, "judgements": dict,
}  # fmt: skip
FILE_KEYS = {
    **SHARED_KEYS, "outcomes": dict, "columns": dict, "claims": str, "evidence": dict, "sha256": str,
    "words": dict, "subgroup": dict, "pair": dict, "comparisons": dict,
    "source": str, "source_sha256": str, "doi": str, "extracted_by": str, "extracted_on": str | date,
}  # fmt: skip
OUTCOME_KEYS = {
    **SHARED_KEYS, "complement_of": str, "partial": str, "denominator": str,
    "feasible": dict, "wider_totals": str,
}  # fmt: skip
TEXTS = {  # lists of texts, and what each text is
    "mu_priors": "the text of a prior",
    "tau_priors": "the text of a prior",
    "stated_before": "the name of a column",
    "main_sets": "the name of a trial set",
    "classes": "the name of a column, or COLUMN >= NUMBER",
}


TABLES = {  # tables with keys of their own, and what finds what is wrong with them
    "trial_sets": trial_set_problems,
    "alternatives": alternative_problems,
    "subgroup": subgroup_problems,
    "pair": pair_problems,
    "words": word_problems,
    "judgements": judgement_problems,
    "comparisons": comparison_problems,
}


@dataclass(frozen=True, slots=True)
class About:
    """Description of one outcome of one table; every field has a neutral default.

    ``event`` says whether an event is ``"good"`` or ``"bad"`` for the person it happens to: the only source
    of the direction of benefit. ``thresholds`` are odds ratios. ``trial_sets`` pairs a name with study names,
    ``set_titles`` with what reports call it, ``parts_of`` with the set of which it leaves some trials out;
    ``main_sets`` are those shown beside the published one and all trials where only main ones are.
    An outcome that is ``complement_of`` another is counted from it; of a ``partial`` one only that file of
    incomplete counts exists. ``feasible`` pairs a reading of what was published with the file of all tables
    that agree with it; ``wider_totals`` names an outcome whose arms count everybody, of which this one's are
    a part. ``alternatives`` are other ways to count. ``stated_before`` names columns whose comparison of
    trials was stated before their results were known; others are post hoc. ``mu_priors`` and ``tau_priors``
    are set side by side in a reanalysis (the last is Turner et al. 2015's for any setting). ``classes`` are
    the columns whose classes of trials are compared, every column fit for it unless stated.
    ``shared_control`` says what became of control arms that stood in several rows. ``judgements`` are what
    a person judged of the outcome, None where nobody did; ``comparisons`` say which trials ask one question.
    """

    title: str = ""
    outcome_title: str = ""
    event: Event | None = None
    treatment: str = "treatment"
    control: str = "control"
    citation: str = ""
    licence: str = ""
    note: str = ""
    thresholds: tuple[float, ...] = ()
    trial_sets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    mu_priors: tuple[str, ...] = ("normal(0, 2.82)", "normal(0, 1)")
    tau_priors: tuple[str, ...] = ("half_normal(0.5)", "half_normal(1)", "log_normal_tau2(-2.56, 1.74)")
    complement_of: str = ""
    partial: str = ""
    denominator: str = ""
    feasible: tuple[tuple[str, str], ...] = ()
    wider_totals: str = ""
    alternatives: tuple[Alternative, ...] = ()
    stated_before: tuple[str, ...] = ()
    set_titles: tuple[tuple[str, str], ...] = ()
    parts_of: tuple[tuple[str, str], ...] = ()
    main_sets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    shared_control: str = ""
    subgroup: Subgroup | None = None
    pair: Pair | None = None
    words: CaseWords = field(default_factory=CaseWords)
    judgements: Judgements | None = None
    comparisons: Comparisons = field(default_factory=Comparisons)

    __repr__ = short_repr

    def part_of(self, trials: str) -> str:
        """Return the set of which this one leaves some trials out; empty for one of its own."""
        return dict(self.parts_of).get(trials, "")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A parsed sidecar: what holds for the whole file, and per outcome what differs.

    ``cells`` has by trial the column of comparisons, where that stands in a table of characteristics.
    """

    shared: dict[str, Any]
    outcomes: dict[str, dict[str, Any]]
    cells: tuple[tuple[str, str], ...] = ()

    def about(self, outcome: str) -> About:
        """Return the description of one outcome (``""`` for a table of a single unnamed one)."""
        keys = {k: v for k, v in self.shared.items() if k in SHARED_KEYS} | self.outcomes.get(outcome, {})
        keys["thresholds"] = tuple(float(value) for value in keys.get("thresholds", ()))
        keys |= {name: tuple(keys[name]) for name in TEXTS if name in keys}
        keys["feasible"] = tuple(keys.get("feasible", {}).items())
        keys["alternatives"] = tuple(
            stated_alternative(name, own) for name, own in keys.get("alternatives", {}).items()
        )
        keys["words"] = stated_words(self.shared.get("words", {}))
        keys["subgroup"] = Subgroup(**self.shared["subgroup"]) if "subgroup" in self.shared else None
        keys["pair"] = Pair(**self.shared["pair"]) if "pair" in self.shared else None
        keys["comparisons"] = stated_comparisons(self.shared.get("comparisons", {}), self.cells)
        keys |= stated_sets(keys.get("trial_sets", {}))
        keys["judgements"] = stated_judgements(
            self.shared.get("judgements", {}), self.outcomes.get(outcome, {}).get("judgements", {})
        )
        keys.pop("measure", None)
        return About(**keys)

    def measure(self, outcome: str) -> str:
        """Return the effect measure stated for one outcome; blank where none is."""
        return str((self.shared | self.outcomes.get(outcome, {})).get("measure", ""))


EMPTY = Sidecar({}, {})


def read_sidecar(path: Path) -> Sidecar:
    """Read the sidecar at ``path``; no file gives an empty one.
    Raises ``DataError`` naming file and key path.
    """
    if not os.path.lexists(path):
        return EMPTY
    document = read_toml(path, "a TOML file, or remove what stands beside the table under its name")
    return checked_sidecar(document, named(path))


def checked_sidecar(document: dict[str, Any], source: str) -> Sidecar:
    """Return what the document of a sidecar says; raises ``DataError`` that names ``source`` and key path."""
    problems = key_problems(document, FILE_KEYS, "")
    outcomes = document.get("outcomes", {}) if isinstance(document.get("outcomes", {}), dict) else {}
    for name, keys in outcomes.items():
        if isinstance(keys, dict):
            problems += key_problems(keys, OUTCOME_KEYS, f"outcomes.{name}.")
        else:
            problems.append(f"outcomes.{name}: found {quoted(keys)}; must be a table of keys")
    problems += [] if problems else _not_there(document, outcomes)
    report([f"{source}: {problem}" for problem in problems], source)
    return Sidecar({k: v for k, v in document.items() if k != "outcomes"}, outcomes)


def _not_there(found: dict[str, Any], outcomes: dict[str, Any]) -> list[str]:
    """Return a line for every main set that is no trial set of the file, and what judgements lack."""
    tables = {"": found, **{f"outcomes.{name}.": keys for name, keys in outcomes.items()}}
    known = tuple(dict.fromkeys(name for keys in tables.values() for name in keys.get("trial_sets", {})))
    listed = ", ".join(known) or "none"
    judged = found.get("judgements", {})
    return [
        f"{where}main_sets: no trial set {quoted(name)}{suggestion(name, known)}; there are {listed}"
        for where, keys in tables.items()
        for name in keys.get("main_sets", ())
        if name not in known
    ] + [
        f"{where}judgements{what}"
        for where, keys in tables.items()
        for what in gaps(judged, keys.get("judgements", {}), known)
    ]


def key_problems(keys: dict[str, Any], allowed: dict[str, Any], where: str) -> list[str]:
    """Return a line for every unknown key, wrong type or impossible value."""
    problems: list[str] = []
    for key, value in keys.items():
        if key not in allowed:
            known = ", ".join(sorted(allowed))
            problems.append(f"{where}{key}: unknown key{suggestion(key, allowed)}; allowed are {known}")
        elif not isinstance(value, allowed[key]):
            problems.append(f"{where}{key}: found {quoted(value)}; must be {_in_words(allowed[key])}")
        else:
            problems += [f"{where}{key}{what}" for what in _value_problems(key, value)]
    return problems


def _value_problems(key: str, value: Any) -> list[str]:
    """Return what is wrong with a value of the right type."""
    if key in TABLES:
        return TABLES[key](value)
    if key == "event" and value not in ("good", "bad"):
        return [f': found {quoted(value)}; must be "good" or "bad"']
    if key == "thresholds":
        return [
            f": found {quoted(x)}; each must be an odds ratio above 0" for x in value if not _odds_ratio(x)
        ]
    if key in TEXTS:
        wrong = [f": found {quoted(text)}; each must be {TEXTS[key]}" for text in value if not _is_text(text)]
        return wrong or (_prior_problems(value) if key.endswith("_priors") else [])
    if key in ("columns", "feasible", "evidence"):
        return [
            f".{name}: found {quoted(text)}; must be text"
            for name, text in value.items()
            if not isinstance(text, str)
        ]
    return []


def _prior_problems(texts: list[str]) -> list[str]:
    """Return a line for every text that is no prior."""
    problems = []
    for text in texts:
        try:
            parse_prior(text)
        except ModelError as error:
            problems.append(f": {error}")
    return problems


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _odds_ratio(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


def _in_words(kind: object) -> str:
    return "a list" if kind is list else "a table" if kind is dict else "text"
