"""Published tables of priors, each entry with its source: Turner et al.
2012 and 2015, and the Cochrane-informed ones.
"""

from collections.abc import Sequence
from functools import cache

from bayes_ivig import resources
from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.files import reading
from bayes_ivig.files.rows import records
from bayes_ivig.kinds.checked import checked
from bayes_ivig.priors.composite import LibraryPrior, OnTau2, Prior
from bayes_ivig.priors.families import HalfNormal, StudentT
from bayes_ivig.priors.skewed import InverseGamma, LogNormal

TURNER_SOURCES = {
    "turner2012": "Turner et al. 2012, Int J Epidemiol 41:818",
    "turner2015": "Turner et al. 2015, Stat Med 34:984, Table IV",
}
MEASURES = ("log OR", "log RR", "log HR", "RD", "SMD")


@checked
def turner2015(outcome: str, comparison: str) -> LibraryPrior:
    """Return the log-normal prior on tau squared (log odds ratio scale) for an outcome type and a comparison.

    Raises ``ModelError`` with a suggestion for a name that is not in the table.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.turner2015("obstetric outcomes", "pharmacological vs. placebo / control")
    >>> prior.quantile([0.5, 0.95]).round(2).tolist()
    [0.17, 0.72]
    """
    return _turner("turner2015", outcome, comparison)


@checked
def turner2012(outcome: str, comparison: str) -> LibraryPrior:
    """Return the coarser log-normal prior on tau squared (log odds ratio scale):
    three outcome classes by three comparisons.

    Raises ``ModelError`` with a suggestion for a name that is not in the table.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.turner2012("all-cause mortality", "pharmacological vs. placebo / control")
    >>> prior.quantile([0.5, 0.95]).round(2).tolist()
    [0.13, 0.43]
    """
    return _turner("turner2012", outcome, comparison)


@checked
def cochrane(area: str, parameter: str, measure: str = "log OR") -> LibraryPrior:
    """Return the Cochrane-informed prior of a topic for ``parameter`` ``"mu"`` or ``"tau"`` of a measure:
    ``"log OR"``, ``"log RR"``, ``"log HR"``, ``"RD"`` or ``"SMD"``.

    Source: Bartos et al. 2021, 2023. Raises ``ModelError`` for an unknown topic, and for one that lacks this
    prior. A model on another measure refuses it.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.cochrane("Pregnancy and Childbirth", "tau", "log OR")
    >>> str(prior), prior.quantile([0.5, 0.95]).round(2).tolist()
    ('cochrane("Pregnancy and Childbirth", "tau", "log OR")', [0.33, 1.86])
    """
    table = _cochrane()
    measure = {m.replace(" ", "").lower(): m for m in MEASURES}.get(measure.replace(" ", "").lower(), measure)
    measure = choose("cochrane", "measure", measure, list(MEASURES))
    parameter = choose("cochrane", "parameter", parameter, ["mu", "tau"])
    area = choose("cochrane", "topic", area, list(dict.fromkeys(a for a, _, m in table if m == measure)))
    if (area, parameter, measure) not in table:
        raise ModelError(
            f"cochrane: the topic {quoted(area)} has no prior for {parameter} on {measure} in the "
            "published table"
        )
    prior, source = table[area, parameter, measure]
    return LibraryPrior(f'cochrane("{area}", "{parameter}", "{measure}")', prior, source)


def _turner(library: str, outcome: str, comparison: str) -> LibraryPrior:
    table = _log_normals(library)
    key = (
        choose(library, "outcome type", outcome, list(dict.fromkeys(o for o, _ in table))),
        choose(library, "comparison", comparison, list(dict.fromkeys(c for _, c in table))),
    )
    prior = OnTau2(LogNormal(table[key]["mu"], table[key]["sigma"]))
    return LibraryPrior(f'{library}("{key[0]}", "{key[1]}")', prior, TURNER_SOURCES[library])


@cache
def _log_normals(library: str) -> dict[tuple[str, str], dict[str, float]]:
    table: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows(library):
        table.setdefault((row["outcome"], row["comparison"]), {})[row["parameter"]] = float(row["value"])
    return table


@cache
def _cochrane() -> dict[tuple[str, str, str], tuple[Prior, str]]:
    table: dict[tuple[str, str, str], tuple[Prior, str]] = {}
    for row in rows("cochrane"):
        args = numbers(row["args"])
        prior: Prior
        match row["family"]:
            case "student_t":
                prior = StudentT(args["df"], args["location"], args["scale"])
            case "inverse_gamma":
                prior = InverseGamma(args["shape"], args["scale"])
            case "half_normal":
                prior = HalfNormal(args["scale"])
            case family:
                raise ModelError(f"cochrane: the bundled table has an unknown family {quoted(family)}")
        table[row["area"], row["parameter"], row["measure"]] = (prior, row["source"])
    return table


def rows(name: str) -> Sequence[dict[str, str]]:
    """Return the rows of a bundled table of priors."""
    return records(reading.bundled_bytes(resources.folder("data") / "priors" / f"{name}.csv"))


def numbers(args: str) -> dict[str, float]:
    """Read ``name=value`` pairs separated by semicolons, as the bundled tables hold the parameters
    of a family.
    """
    return {key: float(value) for key, value in (item.split("=") for item in args.split(";"))}


def choose(library: str, what: str, given: str, allowed: list[str]) -> str:
    """Return the allowed name equal to ``given`` but for case, or raise with a suggestion."""
    names = {name.lower(): name for name in allowed}
    if given.lower() in names:
        return names[given.lower()]
    within = [name for name in allowed if given and given.lower() in name.lower()]
    close = suggestion(given, allowed) or (
        f" (did you mean {' or '.join(map(repr, within[:3]))}?)" if within else ""
    )
    raise ModelError(
        f"{library}: no {what} {quoted(given)}{close or f'; there are {", ".join(map(repr, allowed))}'}"
    )
