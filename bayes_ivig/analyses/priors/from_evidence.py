"""Priors from tables of other meta-analyses: one by its label, or all that speak of a dataset's outcome."""

import math
import re
from dataclasses import replace
from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.errors import DataError, ModelError, listed, suggestion
from bayes_ivig.inputs.characteristics.classes import classes
from bayes_ivig.inputs.characteristics.covariates import number_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.table import read_csv, report
from bayes_ivig.kinds.checked import checked
from bayes_ivig.priors.composite import LibraryPrior
from bayes_ivig.priors.evidence import TABLE, evidence, printed_of, ratio_of
from bayes_ivig.priors.ratios.printed import MEASURES
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.reanalysis.prior_families import Overlap

OF_A_RESULT = re.compile(r'evidence\("(?P<label>[^"]+)"')
NEEDED = ("label", "outcome", "measure", "estimate", "ci_lower", "ci_upper")
type Row = dict[str, str]


@checked
def evidence_prior(
    label: str,
    *,
    table: str | Path | None = None,
    baseline_risk: float | str | Marginal = 0.0,
    discount: float = 1.0,
    robust: float = 0.0,
    overlap: str = "",
) -> LibraryPrior:
    """Return the prior on mu that one result of another meta-analysis makes,
    by its label or citation key (``source``).

    ``table`` is a CSV with the columns of ``data/ivig/external_evidence.csv``, the bundled one unless given;
    the text of a prior from a table of yours holds the printed numbers, so that it reads back without the
    file. Risk ratios need the ``baseline_risk`` of the outcome: a number, a 95% range such as ``"0.4 to
    0.6"``, the events of control arms such as ``"119 of 216"``, or the posterior of a risk, which is taken by
    its 95% interval; ``discount`` is the power a0 of a power prior, ``robust`` the weight of a vague part.
    The prior is about the outcome of the row, or the one of which that is the complement. A row that
    ``shares`` trials with the data is refused unless ``overlap="allowed"``.

    Raises ``DataError`` for a table that cannot be read and ``ModelError`` for a result
    that cannot be a prior.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.evidence_prior("Kofod 2025", baseline_risk=0.5, discount=0.5)
    >>> prior.quantile([0.025, 0.975]).round(2).tolist()
    [-0.41, 0.63]
    """
    risk = _risk_text(baseline_risk)
    if table is None:
        return evidence(label, risk, discount, robust, overlap=overlap)
    return _stated(_found(label, read_evidence(table), str(table)), (risk, discount, robust), False, overlap)


@checked
def evidence_priors(
    dataset: Dataset,
    *,
    table: str | Path | None = None,
    baseline_risk: float | str | Marginal = 0.0,
    discount: float = 1.0,
    robust: float = 0.0,
) -> tuple[LibraryPrior, ...]:
    """Return a prior for every result in a table that is about the dataset's outcome,
    or its complement, to compare.

    Left out are results that share trials with the dataset, later rows of the same ``source`` (subgroups),
    and risk ratios whose limits, as discounted, are impossible at the baseline risk. Without ``table``, the
    one bundled with the dataset. Raises ``DataError``, and ``ModelError`` where no result is left or a risk
    ratio lacks its baseline risk.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> len(bi.priors.evidence_priors(live, baseline_risk=0.5))
    9
    """
    priors, left_out = usable_evidence(dataset, table, (_risk_text(baseline_risk), discount, robust))
    if not priors:
        reasons = (
            "; ".join(f"{label}: {reason}" for label, reason in left_out) or "the table has no row about it"
        )
        raise ModelError(f"{dataset.label}: no external evidence can be a prior: {reasons}")
    return priors


def _risk_text(stated: float | str | Marginal) -> float | str:
    """Return a risk as a prior's text states it; a posterior's 95% interval as a range."""
    if isinstance(stated, float | int | str):
        return stated
    low, high = stated.interval(0.95)
    return f"{low:.4g} to {high:.4g}"


def usable_evidence(
    dataset: Dataset, table: str | Path | None, stated: tuple[float | str, float, float]
) -> tuple[tuple[LibraryPrior, ...], tuple[tuple[str, str], ...]]:
    """Return the priors about a dataset's outcome, and the label and reason of each result that was left out.

    ``stated`` are baseline risk, discount and weight of a vague part.
    """
    path = table or bundled_evidence(dataset)
    if path is None:
        return (), ()
    priors: list[LibraryPrior] = []
    left_out: list[tuple[str, str]] = []
    seen: set[str] = set()
    names = {name.casefold() for name in dataset.study_names}
    for row in read_evidence(path):
        opposite = _opposite(row, dataset)
        if opposite is None or row.get("source", row["label"]) in seen:
            continue
        seen.add(row.get("source", row["label"]))
        both = [name.strip() for name in row.get("shares", "").split(";") if name.strip().casefold() in names]
        if both:
            left_out.append((row["label"], f"shares {', '.join(both)} with the data"))
            continue
        try:
            priors.append(
                _stated(
                    row, stated if row["measure"].upper() == "RR" else (0.0, *stated[1:]), opposite, "allowed"
                )
            )
        except ModelError as error:
            if stated[0] == 0.0:
                raise
            left_out.append((row["label"], str(error).rpartition(": ")[2]))
    return tuple(priors), tuple(left_out)


def bundled_evidence(dataset: Dataset) -> Path | None:
    """Return the table of other meta-analyses bundled with a dataset; None where there is none."""
    path = resources.folder("data") / dataset.name / f"{TABLE}.csv"
    return path if dataset.name and path.is_file() else None


def overlap(dataset: Dataset, prior: str) -> Overlap | None:
    """Return which trials a prior's meta-analysis shares with a dataset, or could;
    None for a prior from no bundled result.

    It cannot have pooled a trial that was published after it, nor, being one of randomised trials, one that
    was not randomised. Where year or design of a trial is not known, it could.
    """
    path, match = bundled_evidence(dataset), OF_A_RESULT.match(prior)
    row = (
        next((row for row in read_evidence(path) if row["label"] == match["label"]), None)
        if path and match
        else None
    )
    if row is None:
        return None
    shared = tuple(
        name.strip() for name in row.get("shares", "").split(";") if name.strip() in dataset.study_names
    )
    year = number_of(row.get("year", ""))
    years = zip(dataset.study_names, map(number_of, dict(dataset.columns).get("year", ())), strict=False)
    excluded = {name for name, own in years if own is not None and year is not None and own > year}
    if row.get("design") == "randomised":
        excluded |= set(_not_randomised(dataset))
    possible = tuple(name for name in dataset.study_names if name not in (*shared, *excluded))
    return Overlap(row["label"], shared, possible)


def _not_randomised(dataset: Dataset) -> tuple[str, ...]:
    """Return the trials that are known not to be randomised."""
    try:
        return classes(dataset, "randomised").get("no", ())
    except DataError:
        return ()


def read_evidence(path: str | Path) -> tuple[Row, ...]:
    """Read a table of evidence; raises one ``DataError`` with every problem."""
    table = read_csv(path)
    missing = [name for name in NEEDED if name not in table.columns]
    report(
        [
            f"{path}: column {name!r} is missing; a table of evidence needs {', '.join(NEEDED)}"
            for name in missing
        ],
        str(path),
    )
    problems = [
        f"{table.place(i)}: {problem}" for i, row in enumerate(table.records()) for problem in _problems(row)
    ]
    report(problems, str(path))
    return table.records()


def _problems(row: Row) -> list[str]:
    problems = [] if row["label"] else ["column 'label' is empty; give every result a name"]
    if row["measure"].upper() not in MEASURES:
        problems.append(f"measure is {row['measure']!r}; must be {' or '.join(MEASURES)}")
    numbers = [(key, row[key]) for key in ("estimate", "ci_lower", "ci_upper")] + [
        ("level", row.get("level", "") or "0.95")
    ]
    problems += [
        f"{key} is {text!r}; must be a number above 0" for key, text in numbers if not _above_zero(text)
    ]
    if not problems:
        try:
            ratio_of(row)
        except ModelError as error:
            problems.append(str(error).removeprefix("evidence: "))
    return problems


def _above_zero(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return 0 < value < math.inf


def _found(label: str, rows: tuple[Row, ...], path: str) -> Row:
    """Return the row of this label, or the first of this citation key."""
    for key in ("label", "source"):
        for row in rows:
            if row.get(key, "").casefold() == label.strip().casefold():
                return row
    known = [row["label"] for row in rows]
    raise DataError(f"{path}: no result {label!r}{suggestion(label, known)}; there are {listed(known)}")


def _opposite(row: Row, dataset: Dataset) -> bool | None:
    """Whether the prior must be turned round to be about the dataset's outcome;
    None where it is about another.
    """
    about = row.get("complement_of") or row["outcome"]
    if about == dataset.outcome:
        return False
    if dataset.outcome and dataset.outcome in (row["outcome"], row.get("complement_of")):
        return True
    return True if dataset.about.complement_of and about == dataset.about.complement_of else None


def _stated(row: Row, stated: tuple[float | str, float, float], opposite: bool, overlap: str) -> LibraryPrior:
    """Return the prior of a row by its printed numbers, which need no file to be read back."""
    printed = printed_of(row)
    if printed.shares and overlap != "allowed":
        raise ModelError(
            f"{printed.label} shares {', '.join(printed.shares)} with the trials at hand, "
            "so the same people would count twice; "
            'overlap="allowed" uses it all the same, and says so'
        )
    event = "opposite" if opposite != bool(printed.complement_of) else ""
    text = str(replace(printed, label=""))
    prior = evidence(text, *stated, event=event, overlap="; ".join(printed.shares))
    return replace(prior, source=f"{printed.label}: {prior.source}")
