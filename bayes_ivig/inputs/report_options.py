"""What a report is to be like, where it differs from the description of the data:
a TOML of its own, or an object.

Keys at the top level are about the report, or overrule the description of every outcome; a table
``[outcome.NAME]`` overrules it for one. They are the keys of a sidecar, and mean the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from bayes_ivig.errors import DataError, named, quoted, suggestion
from bayes_ivig.files.documents import read_toml
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import SHARED_KEYS, About, key_problems
from bayes_ivig.inputs.counts.table import report
from bayes_ivig.inputs.counts.trial_sets import stated_sets
from bayes_ivig.inputs.model.stated_model import closed
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.one_line import short_repr

Order = Literal["published", "effect", "year", "weight"]
ORDERS: tuple[str, ...] = get_args(Order)

DESCRIBING = (
    "outcome_title", "event", "treatment", "control", "citation", "note", "thresholds",
    "trial_sets", "mu_priors", "tau_priors",
)  # fmt: skip
OF_SETS = ("set_titles", "parts_of")  # come with trial_sets
OUTCOME_KEYS = {key: SHARED_KEYS[key] for key in DESCRIBING}
KEYS = {
    **{key: kind for key, kind in OUTCOME_KEYS.items() if key != "outcome_title"}, "baseline_risks": dict,
    "important_difference": int | float, "title": str, "subtitle": str, "outcomes": list, "leave_out": list,
    "order": str, "outcome": dict,
}  # fmt: skip

type Stated = tuple[tuple[str, Any], ...]  # keys of a description with their values, as ``About`` holds them


@checked
@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Choices for one report; every field has the neutral default.

    ``outcomes`` are those to show, in this order (empty: all, as the table has them); ``leave_out`` names
    sections by their address in the page (``"bias"``, ``"live_birth-priors"``) or its last part
    (``"priors"``: of every outcome); ``order`` is that of the studies in forest plots and their tables: as in
    the table, by observed effect (smallest first), year (earliest first) or weight (heaviest first).
    ``shared`` overrules the description of every outcome, ``by_outcome`` that of one; an outcome counted as
    the complement of another keeps its own direction. ``command`` is how these options were given on a
    command line. ``baseline_risks`` are control risks by outcome for the summary of findings,
    ``important_difference`` the smallest difference that matters there, in events per 1000.

    >>> import bayes_ivig as bi
    >>> options = bi.ReportOptions(title="Mine", outcomes=("live_birth",), order="effect")
    >>> options.order
    'effect'
    """

    title: str = ""
    subtitle: str = ""
    outcomes: Sequence[str] = ()
    leave_out: Sequence[str] = ()
    order: Order = "published"
    shared: Stated = ()
    by_outcome: tuple[tuple[str, Stated], ...] = ()
    command: tuple[str, ...] = ()
    baseline_risks: Sequence[tuple[str, float]] = ()
    important_difference: float | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Validate; raises ``DataError``."""
        twice = [name for name in dict.fromkeys(self.outcomes) if self.outcomes.count(name) > 1]
        problems = [
            closed("order", self.order, ORDERS),
            *(f"outcomes: {quoted(name)} is named more than once" for name in twice),
        ]
        problems += [
            f"baseline_risks.{name}: found {quoted(risk)}; must be a risk between 0 and 1, for example 0.25"
            for name, risk in self.baseline_risks
            if isinstance(risk, bool) or not isinstance(risk, int | float) or not 0 < risk < 1
        ]
        difference = self.important_difference
        if difference is not None and (isinstance(difference, bool) or not 0 < difference < 1000):
            problems.append(
                f"important_difference: found {quoted(difference)}; must be events per 1000, between 0 and "
                "1000"
            )
        problems += [
            f"shared: {key}: cannot be overruled"
            for key, _ in self.shared
            if key not in (*DESCRIBING, *OF_SETS)
        ]
        report([problem for problem in problems if problem], "options")

    def about(self, outcome: str, about: About) -> About:
        """Return the description of an outcome with what is overruled put in its place."""
        keys = dict(self.shared)
        if about.complement_of:
            keys.pop("event", None)
        keys |= dict(dict(self.by_outcome).get(outcome, ()))
        if self.title:
            keys["title"] = self.title
        return replace(about, **keys)

    def dataset(self, dataset: Dataset) -> Dataset:
        """Return a dataset so described; raises ``DataError`` where a trial set names a study
        that it does not have.
        """
        about = self.about(dataset.outcome, dataset.about)
        report(
            [
                f"options: trial_sets.{label}: names "
                f"{quoted(study)}{suggestion(study, dataset.study_names)}, not "
                f"in the table of {dataset.label}; a trial set "
                "of one outcome belongs into [outcome.NAME.trial_sets]"
                for label, members in about.trial_sets
                for study in members
                if study not in dataset.study_names
            ],
            "options",
        )
        return replace(dataset, about=about)

    def chosen(self, offered: tuple[str, ...]) -> tuple[str, ...]:
        """Return the outcomes to show, of those a table offers;
        raises ``DataError`` for names it does not have.
        """
        named = (
            *(("outcomes", name) for name in self.outcomes),
            *(("outcome", name) for name, _ in self.by_outcome),
        )
        named = (*named, *(("baseline_risks", name) for name, _ in self.baseline_risks))
        names = ", ".join(filter(None, offered)) or "none with a name"
        unknown = [(key, name) for key, name in named if name not in offered]
        report(
            [
                f"{key}: no outcome {quoted(name)}{suggestion(name, offered)}; there are {names}"
                for key, name in unknown
            ],
            "options",
        )
        return tuple(self.outcomes) or offered


@checked
def read_report_options(path: str | Path) -> ReportOptions:
    """Read options from a TOML file; raises ``DataError`` that lists every problem with its key path.

    Keys: ``title``, ``subtitle``, ``outcomes``, ``leave_out``, ``order``,
    ``baseline_risks`` (a table by outcome), ``important_difference``; and for every outcome, or in
    ``[outcome.NAME]`` for one the keys of a sidecar that describe an outcome (``event``, ``treatment``,
    ``control``, ``thresholds``, ``trial_sets``, ``mu_priors``, ``tau_priors``, ``citation``, ``note``;
    ``outcome_title`` in ``[outcome.NAME]`` only).

    >>> import bayes_ivig as bi
    >>> bi.read_report_options("report.toml").title
    'Mine'
    """
    document = read_toml(path, "a TOML file of report options")
    source = named(path)
    report([f"{source}: {problem}" for problem in _problems(document)], source)
    outcomes = document.pop("outcome", {})
    own: dict[str, Any] = {
        key: document[key]
        for key in ("title", "subtitle", "order", "important_difference")
        if key in document
    }
    own |= {key: tuple(document[key]) for key in ("outcomes", "leave_out") if key in document}
    own["baseline_risks"] = tuple(document.get("baseline_risks", {}).items())
    by_outcome = tuple((name, _stated(keys)) for name, keys in outcomes.items())
    try:
        return ReportOptions(**own, shared=_stated(document), by_outcome=by_outcome)
    except DataError as error:
        raise DataError("\n".join(f"{source}: {line}" for line in str(error).splitlines())) from None


def _problems(document: dict[str, Any]) -> list[str]:
    problems = key_problems(document, KEYS, "")
    for key in ("outcomes", "leave_out"):
        names = document.get(key, [])
        wrong = [name for name in names if not isinstance(name, str)] if isinstance(names, list) else []
        problems += [f"{key}: found {quoted(name)}; each must be text" for name in wrong]
    if isinstance(document.get("order"), str) and (problem := closed("order", document["order"], ORDERS)):
        problems.append(problem)
    outcomes = document.get("outcome", {})
    for name, keys in outcomes.items() if isinstance(outcomes, dict) else ():
        where = f"outcome.{name}."
        if isinstance(keys, dict):
            problems += key_problems(keys, OUTCOME_KEYS, where)
        else:
            problems.append(f"outcome.{name}: found {quoted(keys)}; must be a table of keys")
    return problems


def _stated(keys: dict[str, Any]) -> Stated:
    """Return the keys of a description, their values as ``About`` holds them."""
    stated = {key: value for key, value in keys.items() if key in DESCRIBING}
    for key in ("thresholds", "mu_priors", "tau_priors"):
        if key in stated:
            stated[key] = tuple(float(value) if key == "thresholds" else value for value in stated[key])
    if "trial_sets" in stated:
        stated |= stated_sets(stated["trial_sets"])
    return tuple(stated.items())
