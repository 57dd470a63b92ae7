"""Benefit and harm as text for a terminal: effects, zones, events per 1000, numbers needed,
and every choice in words.
"""

from collections.abc import Mapping

from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.benefit import control_words
from bayes_ivig.reporting.wording import effects, information, numbers, outcomes, per_thousand, phrases
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.benefit.benefit import OF, Benefit
from bayes_ivig.results.benefit.zones import Zone, masses_of, sided
from bayes_ivig.results.marginals.marginal import Marginal

type Lines = list[tuple[str, ...]]

NO_RISKS = {  # by whether the measure gives a risk
    True: "they need a control risk that is stated (--baseline, in Python baseline=)",
    False: "a control risk and this measure do not give the risk with treatment",
}
STATE_EVENT = (
    'to state it: event = "bad" (or "good") in a TOML of the same name beside the CSV; in Python event="bad" '
    "of Dataset.from_dataframe"
)
QUANTITIES = {"mu": "pooled (mu)", "theta_new": "a new study (theta_new)"}


def benefit_text(benefits: Benefit | Mapping[str, Benefit], *, width: int = WIDTH) -> str:
    """Return what ``benefit`` found as tables with all choices below; of several posteriors one row each."""
    named = {"": benefits} if isinstance(benefits, Benefit) else dict(benefits)
    first = next(iter(named.values()))
    dataset = first.posterior.dataset
    about = dataset.about
    title = about.outcome_title or dataset.label
    k = information.counted(first.posterior) if len(named) == 1 else f"{len(named)} posteriors"
    tables = _alone(first) if len(named) == 1 else _together(named)
    posteriors = {label: each.posterior for label, each in named.items()}
    details = _details(named) + information.remarks_of(posteriors)
    absolute = [label for label, each in named.items() if each.main is not None]
    nothing = information.nothing_learnt_at_all(posteriors, absolute)
    lines = [*paragraph(f"{title}: {about.treatment} against {about.control}, {k}", width)]
    lines += ["", *paragraph(nothing, width)] if nothing else []
    for table in tables:
        lines += ["", *figures(table, width)]
    return "\n".join([*lines, "", "Details", *dashes(details, width)])


def _alone(benefit: Benefit) -> list[Lines]:
    """One posterior: the pooled effect and that of a new study, every zone, every control risk."""
    marginals = {QUANTITIES[name]: benefit.posterior[name] for name in OF}
    rows = {label: benefit.row(name) for name in benefit.effects for label in [name]}
    shown = per_thousand.distinct(rows)
    tables = [_ratios(marginals, benefit), *_zones(marginals, benefit)]
    if not shown:
        return tables
    tables.append(_per_thousand(shown, benefit))
    if benefit.important_difference is not None:
        tables.append(_important(shown, benefit))
    needed: Lines = [("number needed to treat", "")]
    for label, row in shown.items():
        middle, limits = per_thousand.needed_parts(row, benefit.event)
        needed += (
            [(label, middle), ("", f"({limits})")]
            if row["through_infinity"]
            else [(label, f"{middle} ({limits})")]
        )
    return [*tables, needed]


def _together(named: Mapping[str, Benefit]) -> list[Lines]:
    """Several posteriors: one row each, absolute effects at the main control risk."""
    first = next(iter(named.values()))
    marginals = {label: each.posterior["mu"] for label, each in named.items()}
    rows = {label: each.row(each.main) for label, each in named.items() if each.main is not None}
    tables = [_ratios(marginals, first), *_zones(marginals, first)]
    if not rows:
        return tables
    tables.append(_per_thousand(rows, first))
    return [*tables, _important(rows, first)] if first.important_difference is not None else tables


def _ratios(marginals: Mapping[str, Marginal], benefit: Benefit) -> Lines:
    measure = benefit.measure
    heads = (measure.name, "", f"{numbers.level(benefit.level)} credible", f"P({measure.above})")
    rows: Lines = [heads + (("P(benefit)",) if benefit.event else ())]
    for label, marginal in marginals.items():
        lower, upper = marginal.interval(benefit.level)
        good = sided(masses_of(marginal, (1.0, 1.0)), benefit.event)[0]
        middle = effects.of(measure, float(marginal.quantile(0.5)))
        row = (
            label,
            middle,
            effects.interval(measure, lower, upper),
            numbers.probability(float(marginal.prob_above(0.0))),
        )
        rows.append(row + (() if good is None else (numbers.probability(good),)))
    return rows


def _zones(marginals: Mapping[str, Marginal], benefit: Benefit) -> list[Lines]:
    """Return a table for each zone; none where there is no zone."""
    if not benefit.has_zone:
        return []
    return [_zone(marginals, zone, benefit.measure) for zone in benefit.limits]


def _zone(marginals: Mapping[str, Marginal], zone: Zone, measure: Measure) -> Lines:
    low, high = (numbers.threshold(limit) for limit in zone)
    rows: Lines = [(f"probability of {measure.one}", f"below {low}", f"{low} to {high}", f"above {high}")]
    for label, marginal in marginals.items():
        mass = masses_of(marginal, zone, measure)
        rows.append(
            (
                label,
                numbers.probability(mass.below),
                numbers.probability(mass.inside),
                numbers.probability(mass.above),
            )
        )
    return rows


def _per_thousand(shown: Mapping[str, per_thousand.AbsoluteRow], benefit: Benefit) -> Lines:
    about = benefit.posterior.dataset.about
    rows: Lines = [("per 1000 people", _cut(about.control), _cut(about.treatment), "difference")]
    for label, row in shown.items():
        (middle, limits), (change, between) = per_thousand.treated(row), per_thousand.difference(row)
        rows.append(
            (
                label,
                per_thousand.events(row["control_per_1000"]),
                f"{middle} ({limits})",
                f"{change} ({between})",
            )
        )
    return rows


def _important(shown: Mapping[str, per_thousand.AbsoluteRow], benefit: Benefit) -> Lines:
    stated = numbers.threshold(benefit.important_difference or 0)
    rows: Lines = [
        ("probability per 1000 people", f"at least {stated} fewer", "neither", f"at least {stated} more")
    ]
    keys = ("prob_important_fewer", "prob_no_important", "prob_important_more")
    return rows + [(label, *(numbers.probability(row[key]) for key in keys)) for label, row in shown.items()]


def _details(named: Mapping[str, Benefit]) -> list[str]:
    first = next(iter(named.values()))
    about, level = first.posterior.dataset.about, numbers.level(first.level)
    several = len(named) > 1
    absolute = (
        f"; of {_quantity(first)} in the absolute effects"
        if any(each.main for each in named.values())
        else ""
    )
    lines = _shared(named) if several else _choices(first)
    lines += [
        f"{first.measure.plural}: medians with central {level} credible intervals, "
        f"{effects.arms(first.measure, about)}{absolute}",
        outcomes.direction(about, first.measure),
        *([] if about.event else [STATE_EVENT]),
        *_zone_note(first),
        *_refusals(named),
        *(control_notes(first, several=several) if first.main else []),
        *([] if several or first.main is None else [per_thousand.number_needed_note(first.event)]),
    ]
    if any(problems_of(each) for each in named.values()):
        return [*lines, "checks: FAILED"]
    return [
        *lines,
        "checks: passed",
        f"the curve P({first.measure.symbol} > x), and all of this unrounded: --json, --csv, "
        "--curve-csv, --plot",
    ]


def problems_of(benefit: Benefit) -> list[str]:
    """Return what the checks of the posterior and of the pooled control arms found."""
    control = benefit.control.diagnostics.problems if benefit.control else ()
    return [*benefit.posterior.diagnostics.problems, *(f"control arms: {problem}" for problem in control)]


def control_notes(benefit: Benefit, *, several: bool = False) -> list[str]:
    """Return where control risks come from and what stands beside them."""
    independent = f"control risk and {benefit.measure.name} are taken as independent"
    if benefit.control is None:
        which = (
            f"; here {per_thousand.risk_label(benefit.main or '')}"
            if several and len(benefit.effects) > 1
            else ""
        )
        return [f"control risks: as stated, taken as known{which}; {independent}"]
    own = "; each row's are of its own trials, and the median one is shown" if several else ""
    lines = [
        "low, median and high control risk: the 10%, 50% and 90% quantiles over control arms of each arm's "
        f"posterior median, taken as known{own}; {independent}",
        f"control arms pooled by random effects: {control_words.prior_of_risks(benefit.control)}; the median "
        f"control risk is {control_words.range_of_risks(benefit.control) or 'what these make it'}",
        control_words.criterion(),
    ]
    if several:
        return lines
    meanings = {
        "typical study": "a typical study: its pooled control risk with its uncertainty",
        "new study": f"a new study: its own {benefit.measure.name} at its own control risk",
    }
    shown = [text for name, text in meanings.items() if name in benefit.effects]
    left = [per_thousand.risk_label(name) for name in benefit.control.moved if name not in benefit.effects]
    return [
        *lines,
        *(["; ".join(shown)] if shown else []),
        *([f"left out for that: {', '.join(left)}"] if left else []),
    ]


def _refusals(named: Mapping[str, Benefit]) -> list[str]:
    """Return why there are no absolute effects, posterior by posterior."""
    lines = []
    first = next(iter(named.values()))
    if all(each.main is None and each.control is None for each in named.values()):
        return [f"no absolute effects: {NO_RISKS[first.measure.gives_risks]}"]
    for label, each in named.items():
        refused = each.control.not_carried if each.control and each.main is None else None
        if refused is not None:
            lines.append(
                f"{f'{label}: ' if label else ''}no absolute effects: "
                f"{per_thousand.no_absolute_effect(refused)}"
            )
    return lines


def _choices(benefit: Benefit) -> list[str]:
    posterior, dataset = benefit.posterior, benefit.posterior.dataset
    settings = ", ".join(f"{key} {value}" for key, value in posterior.settings)
    return [
        information.trial_set(dataset),
        *families.assumed(
            posterior.model,
            posterior.dataset.about.words.people,
            counted=len(posterior.dataset.estimated) < len(posterior.dataset),
        ),
        f"engine: {posterior.engine} ({settings})",
    ]


def _shared(named: Mapping[str, Benefit]) -> list[str]:
    """Return the choices that all posteriors share; the others stand in the labels."""
    every = [
        {
            "trials": each.posterior.dataset.selection,
            **model_dict(each.posterior.model),
            "engine": each.posterior.engine,
        }
        for each in named.values()
    ]
    same = [
        f"{key} {value}" for key, value in every[0].items() if all(one.get(key) == value for one in every)
    ]
    return [f"the same in every row: {', '.join(same)}"]


def _quantity(benefit: Benefit) -> str:
    return "the pooled effect (mu)" if benefit.quantity == "mu" else "a new setting (theta_new)"


def _zone_note(benefit: Benefit) -> list[str]:
    judgements = benefit.posterior.dataset.about.judgements
    entered = judgements.important_difference if judgements else None
    whose = f"as entered for the outcome{phrases.whose(entered.by, entered.reason)}" if entered else ""
    usual = "else 0.8 to 1.25" if benefit.measure.log else "else none"
    own = f"{whose}, " if entered and entered.relative is not None else ""
    lines = [
        f"zone of practical equivalence: as asked, else {own}by the threshold that the data state, {usual}"
    ]
    size = benefit.important_difference
    if size is None:
        return lines
    source = whose if entered and entered.per_1000 == size else "as asked"
    return [*lines, f"important difference: {numbers.threshold(size)} events per 1000 people, {source}"]


def _cut(name: str) -> str:
    return name if len(name) <= 12 else name[:11].rstrip() + "…"
