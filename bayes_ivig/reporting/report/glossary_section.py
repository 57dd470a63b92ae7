"""Terms that a report uses and does not explain where they stand:
one sentence each, only those that occur.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bayes_ivig.inputs.counts.case_words import Named
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.document.blocks import Block, Column, Figure, Items, Prose, Section, Table, Text
from bayes_ivig.reporting.document.inline import plain

KEY, TITLE = "glossary", "Terms"
ALPHA = "\N{GREEK SMALL LETTER ALPHA}"


@dataclass(frozen=True)
class Term:
    """A term with the pattern of its forms in running text, and what it means."""

    name: str
    pattern: str
    meaning: str


TERMS = (
    Term("μ (mu)", r"μ|\bmu\b", "The pooled effect: the mean, over trials, of the {scale}."),
    Term(
        "τ (tau)",
        r"τ|\btau\b",
        "The between-study standard deviation of the {scale}: 0 if all trials have the same effect, "
        "and {spread}.",
    ),
    Term(
        f"{ALPHA} (alpha)",
        rf"{ALPHA}|\balpha\b",
        "The baseline: the log odds of the event in the control arm of a trial, or midway between arms.",
    ),
    Term(
        "Baseline integrated out",
        r"baseline integrated out",
        "The likelihood of a trial is averaged over its unknown baseline, "
        "weighted by the prior of the baseline.",
    ),
    Term(
        "Credible interval",
        r"credible interval",
        "Limits between which the quantity lies with the stated probability, given model, prior and data; "
        "half of the rest is on each side.",
    ),
    Term(
        "Confidence interval",
        r"confidence interval",
        "Limits from a procedure that covers the true value in the stated share of repetitions; "
        "no prior takes part.",
    ),
    Term(
        "Pooled again",
        r"[Pp]ooled again",
        "The counts combined once more by the rules of Review Manager 5, without a prior, "
        "as a check of what was published.",
    ),
    Term(
        "Posterior, shrunken",
        r"[Ss]hrunken",
        "The effect of one trial as the model sees it: drawn from what was observed towards the pooled "
        "effect, the more so the smaller the trial.",
    ),
    Term(
        "Prediction, a new trial",
        r"new study|new trial",
        "The effect that another trial of the same kind would have, τ taken into account; "
        "wider than that of the pooled effect.",
    ),
    Term("I²", r"I²", "The share of the variation between estimates that chance alone would not give."),
    Term(
        "k = 8 of 9 listed",
        r"\bk = \d+ of \d+ listed",
        "Of the trials in the set, so many have information under the method named.",
    ),
    Term(
        "Altered",
        r"\baltered\b",
        "The trials to which 0.5 was added in every cell because one of their cells was zero.",
    ),
    Term(
        "Flat prior",
        r"\bflat\(\)|flat prior",
        "A prior that gives all values the same weight, so that the data alone decide.",
    ),
    Term(
        "Half-normal, half_normal(s)",
        r"half[-_]normal",
        "A normal distribution folded at zero: values near zero are likeliest, "
        "and 95% lie below 1.96 times s.",
    ),
    Term(
        "Robust prior",
        r"\brobust\b",
        "An informed prior mixed with a wide one, which takes over where the data disagree.",
    ),
    Term(
        "Sceptical prior",
        r"[Ss]ceptical",
        "A prior centred on no effect that thinks large effects unlikely.",
    ),
    Term(
        "Analysis of credibility",
        r"[Aa]nalysis of credibility",
        "Asks which prior would just turn a conclusion, and whether anybody would hold it (Matthews 2018).",
    ),
    Term(
        "Intrinsic credibility",
        r"[Ii]ntrinsic(ally)? credib",
        "An effect is so called where even the sceptical prior that just turns it would disagree "
        "with its estimate (Held 2019).",
    ),
    Term(
        "Power-scaling",
        r"[Pp]ower-scaling|[Pp]ower-scaled",
        "The prior, or the likelihood, is raised to a power a little above or below 1, and "
        "what then moves depends on it.",
    ),
    Term(
        "Marginal likelihood",
        r"[Mm]arginal likelihood",
        "How well model and prior together predict the data; it depends strongly on the prior.",
    ),
    Term(
        "LKJ prior",
        r"\bLKJ\b",
        "A prior on a correlation matrix; with one correlation and parameter 1 it is flat, "
        "with larger ones it prefers 0.",
    ),
    Term(
        "Beta-binomial",
        r"[Bb]eta-binomial",
        "Counts whose risk itself varies from trial to trial, by a beta distribution.",
    ),
    Term(
        "Meta-regression",
        r"[Mm]eta-regression",
        "A model in which the effect of a trial may depend on a characteristic of the trial.",
    ),
    Term(
        "Selection by p-value",
        r"[Ss]election by p-value",
        "A model in which trials are published more or less often by their p-value; the weight of an "
        "interval is how often such a trial is published, for one among the most significant.",
    ),
    Term(
        "PET, PEESE",
        r"\bPEESE\b",
        "Regressions of the effect on the standard error of a trial, or on its square; what they leave is "
        "the effect in an infinitely large trial.",
    ),
    Term(
        "Monte Carlo standard error, MCSE",
        r"MCSE|Monte Carlo standard error",
        "How far a sampled number would move with another seed.",
    ),
    Term("R-hat", r"R-hat", "Compares chains of a sampler with each other: 1 where they agree."),
    Term(
        "ESS",
        r"\bESS\b|effective sample size",
        "Effective sample size: as many independent draws would be as exact as those sampled.",
    ),
    Term(
        "E-BFMI",
        r"E-BFMI",
        "Energy, Bayesian fraction of missing information: "
        "how well the sampler moves between likely and unlikely regions.",
    ),
    Term(
        "Divergence",
        r"[Dd]ivergences?\b",
        "A step at which the sampler lost its way, so that its draws may miss a part of the posterior.",
    ),
    Term(
        "Number needed to treat",
        r"[Nn]umbers? needed|\bNNT[BH]?\b",
        "How many people are treated for one more of them to benefit, or to be harmed.",
    ),
    Term(
        "Reconstructed counts",
        r"[Rr]econstructed counts",
        "Counts that nobody has read: those that agree with what was printed, found by a search, each table "
        "of them with its posterior probability under the model.",
    ),
)


def glossary_section(sections: Sequence[Section], own: Named = (), measure: Measure = OR) -> Section | None:
    """Return the terms that the sections use, in alphabetical order; None where they use none of them.

    ``own`` are terms of the case with their meanings, beside those of the method.
    """
    everything = "\n".join(text for section in sections if section.key != KEY for text in _texts(section))
    terms = (
        *every_term(),
        *(Term(name, rf"(?<!\w){re.escape(name)}(?!\w)", meaning) for name, meaning in own),
    )
    needed = [term for term in terms if re.search(term.pattern, everything)]
    if not needed:
        return None
    ordered = sorted(needed, key=lambda term: term.name.lower())
    rows = tuple((term.name, _meant(term, measure)) for term in ordered)
    columns = (Column("Term", "text"), Column("Meaning", "long"))
    return Section(KEY, TITLE, (Table("Terms that this report uses.", columns, rows),), appendix=True)


def every_term() -> tuple[Term, ...]:
    """Return the terms of this list and those that likelihoods bring along."""
    return (*TERMS, *(Term(*term) for one in every() for term in one.words.terms))


def _meant(term: Term, measure: Measure) -> str:
    """Return what a term means, in words of the measure."""
    factor = f"at 0.5 the {measure.plural} of 95% of trials lie within a factor of 2.7 of the middle one"
    spread = factor if measure.log else "95% of trials lie within about two of it around the middle one"
    return term.meaning.replace("{scale}", measure.scale).replace("{spread}", spread)


def with_glossary(
    sections: tuple[Section, ...], own: Named = (), measure: Measure = OR
) -> tuple[Section, ...]:
    """Return sections with the glossary before the last one, the references."""
    glossary = glossary_section(sections, own, measure)
    return (*sections[:-1], glossary, *sections[-1:]) if glossary else sections


def cut_down(sections: tuple[Section, ...], own: Named = (), measure: Measure = OR) -> tuple[Section, ...]:
    """Return sections some of which may have been left out,
    the glossary with the terms of those that are there.
    """
    glossary = glossary_section(sections, own, measure)
    return tuple(
        glossary if section.key == KEY and glossary else section
        for section in sections
        if section.key != KEY or glossary
    )


def _texts(section: Section) -> Iterator[str]:
    for each in section.every_section():
        yield each.title
        for block in each.blocks:
            yield from _said(block)


def _said(block: Block) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield text
        case Prose(parts=parts):
            yield plain(parts, {})
        case Items(items=items):
            yield from (item if isinstance(item, str) else plain(item, {}) for item in items)
        case Table():
            yield block.caption
            yield from (column.title for column in block.columns)
            yield from block.details
            yield from (cell.text for row in block.cells for cell in row)
        case Figure(caption=caption):
            yield caption
        case _:
            return
