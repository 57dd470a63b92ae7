"""Which of the known trials a claim pooled: their number and their participants against what is printed."""

from itertools import combinations
from math import comb
from typing import NamedTuple, get_args

import numpy as np

from bayes_ivig.analyses.audit.candidates import EFFECT_FIELDS, HETEROGENEITY_FIELDS, candidates
from bayes_ivig.analyses.audit.pooled_again import Trials, recomputed, stated_recipes, usual_first
from bayes_ivig.analyses.audit.printed import change_of
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas.effect_sizes import Array, Cells, Mask, Measure
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.results.audit import Finding, Match, Verdict
from bayes_ivig.results.coded import Coded, coded

MEASURES: tuple[Measure, ...] = get_args(Measure)
# the best set of trials is kept
ORDER: tuple[Verdict, ...] = ("consistent", "consistent if", "cannot tell", "inconsistent")
MOST_SUBSETS = 2000  # sets of trials tried where the printed number of trials is no named set


class Arms(NamedTuple):
    """Sizes of the two arms of every trial, shape (2, K); where the events are known,
    which trials carry information.

    ``eventful`` marks trials with an event, ``estimable`` those with an odds ratio, 0.5 added where a cell is
    0, ``complete`` those without a zero cell.
    """

    sizes: Array
    eventful: Mask | None = None
    estimable: Mask | None = None
    complete: Mask | None = None

    @property
    def listed(self) -> int:
        """How many trials there are."""
        return int(self.sizes.shape[1])

    @property
    def fewest(self) -> int:
        """How many trials have an odds ratio; where events are unknown, those with two arms."""
        return int((self.filled if self.estimable is None else self.estimable).sum())

    @property
    def least(self) -> int:
        """How many trials have an odds ratio without anything added to a zero cell."""
        return self.fewest if self.complete is None else int(self.complete.sum())

    @property
    def filled(self) -> Mask:
        """Trials with people in both arms."""
        return np.asarray((self.sizes > 0).all(axis=0))

    def participants(self) -> tuple[int, ...]:
        """Return the numbers of participants a paper may print:
        all, without trials of one arm, of trials that count.
        """
        total = self.sizes.sum(axis=0)
        masks = (np.ones(self.listed, dtype=bool), self.filled, self.eventful, self.estimable, self.complete)
        return tuple(dict.fromkeys(int(total[mask].sum()) for mask in masks if mask is not None))


def arms_of(dataset: Dataset) -> Arms:
    """Return the arm sizes of a table of counts."""
    return arms_of_cells(cells_of(dataset))


def arms_of_cells(cells: Cells) -> Arms:
    """Return the arm sizes of a table given by its cells, each of shape (K,)."""
    eventful = ~(es.has_empty_arm(cells) | es.has_no_events(cells))
    sizes = np.stack([cells[0] + cells[1], cells[2] + cells[3]])
    return Arms(sizes, eventful, eventful & ~es.has_only_events(cells), ~es.has_zero_cell(cells))


def cells_of(dataset: Dataset) -> Cells:
    """Return the four cells of every study, arrays of shape (K,)."""
    counts = np.array([study.counts for study in dataset.studies], dtype=np.float64).reshape(-1, 4).T
    return es.to_cells(counts[0], counts[1], counts[2], counts[3])


def chosen_sets(claim: Claim, dataset: Dataset) -> list[tuple[str, Dataset]]:
    """Return the named sets of trials whose number the claim prints,
    those whose participants it prints first.
    """
    names = sorted(dataset.trial_sets, key=lambda name: {"published": 0, "all": 1}.get(name, 2))
    sets = [(name, dataset.trials(name)) for name in names]
    arms = {name: arms_of(each) for name, each in sets}
    fitting = [
        (name, each)
        for name, each in sets
        if claim.k is None or arms[name].least <= claim.k <= arms[name].listed
    ]
    return sorted(
        fitting, key=lambda item: claim.n is not None and claim.n not in arms[item[0]].participants()
    )


def counted(claim: Claim, arms: Arms, label: Coded) -> list[Finding]:
    """Check the printed numbers of trials and participants against the trials of one set."""
    findings = []
    if claim.k is not None:
        possible, usual = arms.least <= claim.k <= arms.listed, arms.fewest <= claim.k
        verdict: Verdict = "inconsistent" if not possible else "consistent" if usual else "consistent if"
        mend = "" if possible else f"k {arms.listed} instead of {claim.k}"
        reason = coded("trials", claim.k, arms.listed, arms.fewest, label)
        findings.append(_finding(claim, "trials", verdict, reason, mend, ("k", arms.listed)))
    if claim.n is not None:
        options = arms.participants()
        right = claim.n in options
        closest = min(options, key=lambda option: abs(option - (claim.n or 0)))
        reason = coded("participants", claim.n, options, label)
        mend = "" if right else f"n {closest} instead of {claim.n}"
        verdict = "consistent" if right else "inconsistent"
        findings.append(_finding(claim, "participants", verdict, reason, mend, ("n", closest)))
    return findings


def against_counts(claim: Claim, dataset: Dataset) -> tuple[list[Finding], tuple[Match, ...]]:
    """Return the findings about one pooled result whose trials are known,
    by the set of trials that fits it best.
    """
    sets = chosen_sets(claim, dataset)
    if not sets and claim.k is not None and claim.k > len(dataset):
        return counted(claim, arms_of(dataset), coded("listed", len(dataset))), ()
    best: tuple[int, list[Finding], tuple[Match, ...]] | None = None
    for name, trials in sets:
        label = coded("label", name, len(trials))
        finding, matches = recomputed(claim, _pooled_again(claim, label, trials))
        rank = ORDER.index(finding.verdict)
        if best is None or rank < best[0]:
            best = rank, [*counted(claim, arms_of(trials), label), finding], matches
        if rank == 0:
            break
    if best is None or (ORDER[best[0]] == "inconsistent" and claim.k is not None and claim.k < len(dataset)):
        subset = _some_subset(claim, dataset)
        return ([subset], ()) if best is None or subset.verdict == "consistent if" else best[1:]
    return best[1:]


def _pooled_again(claim: Claim, label: Coded, trials: Dataset) -> Trials:
    """Return what the trials give by the measure of the claim, and on request by the others."""
    cells = cells_of(trials)
    own = tuple(measure for measure in MEASURES if measure == claim.measure)
    others = tuple(measure for measure in MEASURES if measure != claim.measure)
    return Trials(
        label, candidates(cells, claim.level, own), lambda: candidates(cells, claim.level, others), trials
    )


def _some_subset(claim: Claim, dataset: Dataset) -> Finding:
    """Look for trials of the printed number, any of them, whose pooled result is printed."""
    k, listed = claim.k or 1, len(dataset)
    if claim.measure not in MEASURES or comb(listed, k) > MOST_SUBSETS:
        return _finding(claim, "trials", "cannot tell", coded("too_many_subsets", k, listed))
    kept = np.zeros((comb(listed, k), listed), dtype=bool)
    for line, members in zip(kept, combinations(range(listed), k), strict=True):
        line[list(members)] = True
    cells = cells_of(dataset)
    if claim.n is not None:
        kept = kept[kept @ (cells[0] + cells[1] + cells[2] + cells[3]) == claim.n]
    fitting = _fitting_subset(claim, es.keep_studies(cells, kept), kept) if len(kept) else None
    if fitting is None:
        mend = f"k {listed} instead of {k}"
        return _finding(claim, "trials", "inconsistent", coded("no_subset", claim, listed), mend)
    recipe, row = fitting
    names = [name for name, wanted in zip(dataset.study_names, kept[row], strict=True) if wanted]
    return _finding(claim, "trials", "consistent if", coded("subset", k, listed, names, recipe))


def _fitting_subset(claim: Claim, cells: Cells, kept: Mask) -> tuple[object, int] | None:
    """Return the most usual recipe with the first set of trials that gives all printed numbers."""
    pools = candidates(cells, claim.level, (claim.measure,))  # type: ignore[arg-type]
    shape = (len(pools.recipes), len(kept))
    for cut in (False, True):
        stated = np.broadcast_to(stated_recipes(claim, pools)[:, None], shape)
        effect = np.logical_and.reduce([stated, *pools.met(claim, EFFECT_FIELDS, cut).values()])
        spread = np.logical_and.reduce(
            [np.ones(shape, dtype=bool), *pools.met(claim, HETEROGENEITY_FIELDS, cut).values()]
        )
        hits = sorted(
            np.argwhere(effect & spread.any(axis=0)).tolist(),
            key=lambda hit: usual_first(pools.recipes[hit[0]]),
        )
        if hits:
            return pools.recipes[hits[0][0]], hits[0][1]
    return None


def _finding(
    claim: Claim,
    check: str,
    verdict: Verdict,
    reason: Coded,
    mend: str = "",
    to: tuple[str, int] | None = None,
) -> Finding:
    """Return a finding; ``to`` is the field that would mend it with its value."""
    looked_at = coded("size", claim)
    changes = (change_of(claim, to[0], (to[1], to[1])),) if mend and to else ()
    return Finding(claim.outcome, check, verdict, reason, mend, looked_at, claim.where, changes=changes)
