"""Whether a printed number that seems to be a wrong sum is another sum over as many trials:
then it accuses nobody.

A number of women, say, may count those of the arms that were pooled instead of all who entered, or another
column of the same table. Before a sum or a number of participants is called inconsistent, every sum over so
many trials that the material offers is tried: other claimed sums that hold, and people, events and
whole-number columns of the counts over every set of trials.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bayes_ivig.analyses.audit.arithmetic import finding, total, whole
from bayes_ivig.analyses.audit.sources import Counts
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.coded import Coded, coded

FEWEST = 3  # terms; of two numbers, some sum or other comes out too easily
# which of treatment events and total, control events and total make a term
COUNTED: dict[str, tuple[int, ...]] = {
    "people": (1, 3),
    "treatment people": (1,),
    "control people": (3,),
    "events": (0, 2),
    "treatment events": (0,),
    "control events": (2,),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that the material offers, with the code of what it counts."""

    counts: Coded
    terms: tuple[int, ...]


def other_sums(known: Counts, rest: Sequence[OtherClaim]) -> tuple[Sum, ...]:
    """Return every sum over three trials or more that claims or counts offer, claims first."""
    claimed = [
        Sum(coded("claimed_elsewhere", claim.subject), parts)
        for claim in rest
        if claim.kind == "sum" and claim.about == "paper" and (parts := _wholes(claim))
    ]
    counted = [each for outcome, dataset in known.tables.items() for each in _of_table(outcome, dataset)]
    return tuple(each for each in (*claimed, *counted) if len(each.terms) >= FEWEST)


def sum_or_another(claim: OtherClaim, sums: Sequence[Sum]) -> Finding:
    """Check a sum; one of the paper that does not hold is consistent under the condition
    that it is another one that does.
    """
    own = total(claim)
    printed = whole(claim.printed or claim.total)
    another = (
        holding(printed, len(claim.parts), sums)
        if own.verdict == "inconsistent" and claim.about == "paper"
        else None
    )
    return (
        own
        if another is None
        else finding(claim, "consistent if", coded("another_sum", claim, another.counts, another.terms))
    )


def participants_or_another(claim: Claim, own: Finding, trials: int, sums: Sequence[Sum]) -> Finding:
    """Return the finding about participants, or that their number is another sum over as many trials."""
    another = holding(claim.n, trials, sums) if own.verdict == "inconsistent" else None
    if another is None:
        return own
    reason = coded("sentences", own.reason, coded("another_number", another.counts, another.terms))
    return replace(own, verdict="consistent if", reason=reason, mend="", changes=())


def holding(printed: int | None, terms: int, sums: Sequence[Sum]) -> Sum | None:
    """Return the first sum of so many terms that is a printed number."""
    return next((each for each in sums if len(each.terms) == terms and sum(each.terms) == printed), None)


def _wholes(claim: OtherClaim) -> tuple[int, ...]:
    """Return the parts of a claimed sum that holds exactly; empty for another."""
    parts = [whole(part) for part in claim.parts]
    totals = [whole(number) for number in (claim.printed, claim.total) if number is not None]
    counts = tuple(part for part in parts if part is not None)
    return (
        counts
        if len(counts) == len(parts) and totals and all(total == sum(counts) for total in totals)
        else ()
    )


def _of_table(outcome: str, dataset: Dataset) -> Iterator[Sum]:
    for name in sorted(dataset.trial_sets, key=lambda name: {"published": 0, "all": 1}.get(name, 2)):
        trials = dataset.trials(name)
        for what, cells in COUNTED.items():
            terms = tuple(sum(study.whole_counts[cell] for cell in cells) for study in trials.studies)
            yield Sum(coded("counted_in_arms", what, outcome, name), terms)
        for column, values in trials.columns:
            if all(value.strip().isdecimal() for value in values):
                yield Sum(coded("column_of", column, outcome, name), tuple(map(int, values)))
