"""What the trials can tell, in words and as keys: those that cannot tell the arms apart,
and where baselines or priors decide.

The one place that says that nothing was learnt, and what the baseline prior does;
every text, document and page asks it.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.selection import UNINFORMATIVE
from bayes_ivig.inputs.estimates.estimate import HOW, Estimate
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.posterior.baseline_check import BaselineCheck, why_unchecked
from bayes_ivig.results.posterior.posterior import Posterior

SILENT = "no trial can tell the arms apart (no events, or only events, in both arms)"
LEARNT_NOTHING = "nothing learnt"
CARRIED = "So are the events per 1000 and the numbers needed to treat that are made of it."
MOST_LISTED = 200  # names of trials in a line of details
MOST_NAMED = 8
MATTERS = 0.02  # share of a standard error from which the rounding in it is told


def nothing(measure: Measure = OR) -> str:
    """Return the sentence that nothing was learnt about the effect, without its full stop."""
    return f"Nothing was learnt about the {measure.name}: {SILENT}"


def counted(posterior: Posterior) -> str:
    """Return how many studies there are, how many the likelihood uses,
    and how many of these can tell the arms apart.
    """
    used = f"{posterior.k} of {len(posterior.dataset)} studies"
    return (
        used
        if posterior.k_informative == posterior.k
        else f"{used}, {posterior.k_informative} of them informative"
    )


def marked(label: str, k_informative: int) -> str:
    """Return the label of a row, with what must be read beside its numbers where no trial
    of it can tell the arms apart.
    """
    return label if k_informative else f"{label} ({LEARNT_NOTHING})"


def nothing_learnt(posterior: Posterior) -> str:
    """Return the sentence that must stand before the numbers where nothing was learnt;
    empty where something was.
    """
    if not posterior.learnt_nothing:
        return ""
    return f"{nothing(posterior.measure)}. What follows is the prior{_but_for(posterior.model)}."


def _but_for(model: Any) -> str:
    """Return what can make the answer differ from the prior of the effect all the same."""
    return (
        ", but for what the baseline prior adds"
        if isinstance(model, Model)
        else ", but for what is assumed of the baselines"
    )


def trial_set(dataset: Dataset) -> str:
    """Return the line of details that names the trials; of very many the first ones."""
    names = dataset.study_names
    more = len(names) - MOST_LISTED
    listed = [*names[:MOST_LISTED], f"and {numbers.count(more)} more"] if more > 0 else names
    return f"trial set: {dataset.selection} ({', '.join(listed)}){shared_controls(dataset)}"


def shared_controls(dataset: Dataset) -> str:
    """Return what became of control arms that stood in several rows, to follow the names of the trials;
    blank where there are none.
    """
    done = dataset.about.shared_control
    return f"; shared control arms: {done}" if done else ""


def estimate_lines(dataset: Dataset) -> list[str]:
    """Return which trials are known by an estimate only, how, and where rounding matters."""
    known = [study for study in dataset.studies if isinstance(study, Estimate)]
    if not known:
        return []
    every = len(known) == len(dataset)
    by_how: dict[str, list[str]] = {}
    for study in known:
        by_how.setdefault(HOW[study.how], []).append(study.name)
    listed = "; ".join(f"{phrases.names(tuple(names))} ({how})" for how, names in by_how.items())
    curve = "Student-t with their degrees of freedom" if any(_of_t(s) for s in known) else "normal"
    which = "every trial is" if every else f"{len(known)} of {len(dataset)} trials are"
    lines = [
        f"{which} known by an estimate only, whose error is {curve}, its standard error known: {listed}"
        + ("; there are no counts, so no cell is altered" if every else "")
    ]
    wide = [(s.name, s.standard_error / math.sqrt(s.standard_error**2 - s.rounding**2) - 1) for s in known]
    much = [f"{phrases.name(name)} {numbers.percent(share)}" for name, share in wide if share >= MATTERS]
    if much:
        lines.append(f"the rounding of what is printed widens standard errors by {', '.join(much)}")
    return lines


def _of_t(study: Estimate) -> bool:
    return math.isfinite(study.df)


def uninformative_lines(posterior: Posterior, *, hint: bool = True) -> list[str]:
    """Return the line that names the trials which cannot tell the arms apart, with their counts;
    none where all can.

    ``hint`` says how to leave them out.
    """
    names = posterior.uninformative
    if not names:
        return []
    adds = "the baseline prior" if isinstance(posterior.model, Model) else "what is assumed of the baselines"
    they, them = ("it adds", "it") if len(names) == 1 else ("they add", "them")
    out = (
        ""
        if posterior.learnt_nothing or not hint
        else f" ({UNINFORMATIVE} among the trials leaves {them} out)"
    )
    return [
        f"cannot tell the arms apart: {with_counts(posterior.dataset, names)}; "
        f"what {they} comes from {adds}{out}"
    ]


def with_counts(dataset: Dataset, names: Iterable[str]) -> str:
    """Return trials with their counts, ``Branch 2000, 7/7 v 9/9``; of many the first ones."""
    wanted = set(names)
    studies = [study for study in dataset.studies if study.name in wanted]
    shown = [
        f"{study.name}, {study.treatment_events}/{study.treatment_total} v "
        f"{study.control_events}/{study.control_total}"
        for study in studies[:MOST_NAMED]
    ]
    more = len(studies) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)


def baseline_lines(check: BaselineCheck | None, label: str = "", measure: Measure = OR) -> list[str]:
    """Return the line that says with both probabilities that the baseline prior decides;
    none where it does not.
    """
    if check is None or not check.decides:
        return []
    one, other = numbers.probability(check.prob_or_gt_1), numbers.probability(check.other_prob_or_gt_1)
    where = f", {label}" if label else ""
    return [
        f"the baseline prior matters{where}: P({measure.above}) is {one} under alpha ~ {check.prior}, "
        f"{other} under {check.other_prior}"
    ]


def remarks(posterior: Posterior) -> list[str]:
    """Return what must be read beside the numbers of a posterior, for its details:
    silent trials, and the baseline prior.
    """
    return [
        *uninformative_lines(posterior),
        *baseline_lines(posterior.baseline_check(), measure=posterior.measure),
    ]


def remarks_of(named: Mapping[str, Posterior]) -> list[str]:
    """Return the same for several posteriors by label, what they share said once."""
    silent = dict.fromkeys(line for each in named.values() for line in uninformative_lines(each))
    checks = [
        line
        for label, each in named.items()
        for line in baseline_lines(each.baseline_check(), label, each.measure)
    ]
    return [*silent, *checks]


def nothing_learnt_of(named: Mapping[str, Posterior]) -> str:
    """Return the sentence for several posteriors by label:
    in all, or in which of them, nothing was learnt.
    """
    empty = [label for label, each in named.items() if each.learnt_nothing]
    if not empty:
        return ""
    if len(empty) == len(named):
        return nothing_learnt(next(iter(named.values())))
    first = named[empty[0]]
    where = f"in {'; '.join(empty)}"
    return f"{nothing(first.measure)}, {where}. What stands there is the prior{_but_for(first.model)}."


def nothing_learnt_at_all(named: Mapping[str, Posterior], absolute: Collection[str]) -> str:
    """Return the same, and of the absolute effects where one of those has any;
    ``absolute`` are the labels that have them.
    """
    carried = any(each.learnt_nothing for label, each in named.items() if label in absolute)
    return f"{nothing_learnt_of(named)} {CARRIED}" if carried else nothing_learnt_of(named)


def information_keys(posterior: Posterior) -> dict[str, Any]:
    """Return the same as JSON values; ``baseline_check`` is None where there is none,
    for which see ``baseline_note``.
    """
    return {
        "k": posterior.k,
        "k_informative": posterior.k_informative,
        "k_listed": len(posterior.dataset),
        "uninformative": list(posterior.uninformative),
        "learnt_nothing": posterior.learnt_nothing,
        "baseline_check": check_keys(posterior.baseline_check(), posterior.measure),
    }


def check_keys(check: BaselineCheck | None, measure: Measure = OR) -> dict[str, Any] | None:
    """Return a check of the baseline prior as JSON values, the probabilities named after the measure."""
    if check is None:
        return None
    above = measure.columns.above
    named = {key.replace("prob_or_gt_1", above): value for key, value in asdict(check).items()}
    return named | {"decides": check.decides}


def baseline_note(posterior: Posterior) -> list[str]:
    """Return why there is no check of the baseline prior; empty where there is one."""
    why = why_unchecked(posterior)
    return [f"baseline_check null: {why}"] if why else []
