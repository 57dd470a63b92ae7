"""Every public function, constructor and method with arguments that work: what a walk changes one by one."""

import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import matplotlib.figure
import numpy as np
import reference_page

import bayes_ivig as bi
from bayes_ivig.results.marginals.marginal import PointMarginal

OF_REGRESSIONS = ("at", "bubble", "regression_table")  # methods of a posterior that others refuse
CALLED_TOO = ("__getitem__",)  # methods with underscores that users call all the same


@dataclass(frozen=True)
class Call:
    """A public callable by its name, and arguments by name with which it works."""

    name: str
    function: Callable[..., Any]
    arguments: dict[str, Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, those of options that it takes by ``**`` as well."""
        found = list(self.arguments)
        for name, parameter in inspect.signature(self.function).parameters.items():
            options = typing.get_args(parameter.annotation)
            if parameter.kind is not parameter.VAR_KEYWORD:
                found.append(name)
            elif options and typing.is_typeddict(options[0]):
                found += options[0].__annotations__
        return tuple(dict.fromkeys(found))

    def with_one(self, name: str, value: Any) -> Any:
        """Call it with another value for one argument."""
        positional, named = [], self.arguments | {name: value}
        parameters = inspect.signature(self.function).parameters
        many = any(each.kind is each.VAR_POSITIONAL and each.name in named for each in parameters.values())
        for each, parameter in parameters.items():
            by_position = parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL)
            if each in named and (by_position or (many and parameter.kind is not parameter.KEYWORD_ONLY)):
                positional.append(named.pop(each))
        return self.function(*positional, **named)


def functions() -> Iterator[Call]:
    """The public functions."""
    for place, name, thing in public():
        if inspect.isfunction(thing):
            full = f"{place}.{name}".strip(".")
            yield Call(full, thing, needed().get(full, needed().get(name, {})))


def constructors() -> Iterator[Call]:
    """The public classes, each with the fields of an object of it."""
    for place, name, thing in public():
        if inspect.isclass(thing) and name in instances() and not getattr(thing, "_is_protocol", False):
            example = instances()[name]
            made = [field.name for field in fields(example) if field.init] if is_dataclass(example) else []
            own = {field: getattr(example, field) for field in made if not field.startswith("_")}
            own |= {"found": dict(example)} if name == "Benefits" else {}
            yield Call(f"{place}.{name}".strip("."), type(example), own)


def methods() -> Iterator[Call]:
    """The public methods of public classes, and those of other results and of every kind of marginal."""
    import result_examples as examples

    base = needed_by_methods()
    for name, example in instances().items():
        for method in dir(type(example)):
            member = getattr(type(example), method, None)
            called = not method.startswith("_") or method in CALLED_TOO
            own = str(getattr(member, "__module__", "")).startswith("bayes_ivig")
            if own and called and (inspect.isfunction(member) or inspect.ismethod(member)):
                of = examples.regressed() if name == "Posterior" and method in OF_REGRESSIONS else example
                bound = getattr(of, method)
                arguments = base.get(f"{name}.{method}", base.get(method, {}))
                if inspect.signature(bound).parameters:
                    yield Call(f"{name}.{method}", bound, arguments)


def public() -> Iterator[tuple[str, str, Any]]:
    """Every public name but the errors: its group, the name and what stands there."""
    for place, module in {"": bi, **reference_page.groups()}.items():
        for name in reference_page.names(module):
            if place != "errors" and name != "__version__":
                yield place, name, getattr(module, name)


@cache
def needed() -> dict[str, dict[str, Any]]:
    """Arguments with which each public function works, all that are needed and few more."""
    import result_examples as examples

    data, model, posterior = examples.data(), examples.model(), examples.posterior()
    frame = bi.trials.subsets(data, model)
    reanalysis = examples.example("Reanalysis")
    outcome = reanalysis.outcomes[0]
    of_data = {"dataset": data}
    of_posterior, of_posteriors = {"posterior": posterior}, {"posteriors": {"mine": posterior}}
    beside = examples.folder()
    (beside / "options.toml").write_text('title = "Mine"\n', encoding="utf-8")
    delta, expected = {"delta": 0.7}, {"strength": "moderate", "expected": 0.4}
    return {
        "Effects": {"y": [0.1, 0.2], "sigma": [0.3, 0.4], "measure": "SMD"},
        "average_models": of_data,
        "cite": {},
        "export_code": of_posterior | {"program": "stan"},
        "pymc_model": of_data,
        "benefit": of_posterior,
        "benefit_harm": {"benefit": examples.harms().benefit, "harm": examples.harms().harm},
        "compare_alternatives": {"dataset": bi.load_dataset("ivig", "live_birth")},
        "control_risk": of_data,
        "export": of_data | {"path": beside / "theirs.xlsx", "form": "xlsx"},
        "fit": of_data | {"model": model},
        "fit_many": {"datasets": [data, data], "model": model},
        "load_dataset": {"source": examples.path()},
        "load_joint_dataset": {"source": "ivig"},
        "load_model": {"source": "binomial_normal"},
        "pool": of_data | {"method": "dl"},
        "provenance": of_data,
        "read": {"file": examples.path("theirs.csv")},
        "read_report_options": {"path": beside / "options.toml"},
        "reanalyze": {"source": examples.path()},
        "render_brief": {"reanalysis": reanalysis, "form": "markdown"},
        "render_html": {"reanalysis": reanalysis},
        "render_markdown": {"reanalysis": reanalysis},
        "results_schema": {},
        "split_shared_controls": {
            "dataset": bi.Dataset(
                (bi.Study("A 2000a", 5, 20, 10, 40), bi.Study("A 2000b", 7, 25, 10, 40)),
            ),
            "rule": "split",
        },
        "missing_outcomes": {
            "dataset": bi.Dataset(
                (
                    bi.Study("A", 5, 40, 10, 40, treatment_missing=4),
                    bi.Study("B", 7, 35, 9, 40, control_missing=2),
                ),
            ),
        },
        "paper_table": {"result": posterior},
        "table": {"result": posterior},
        "text": {"result": posterior},
        "with_alternative": {
            "dataset": bi.load_dataset("ivig", "live_birth"),
            "alternative": bi.load_dataset("ivig", "live_birth").about.alternatives[0],
        },
        "write_report": {"reanalysis": reanalysis, "folder": beside / "report"},
        "check_model": of_posterior,
        "compare_measures": of_data,
        "compare_models": {"posteriors": {"one": posterior, "other": posterior.under(mu="normal(0, 1)")}},
        "loo": of_posterior,
        "monte_carlo_errors": of_posterior,
        "posterior_predictive_check": of_posterior,
        "power_scaling": of_posterior,
        "prior_and_posterior": of_posterior,
        "prior_predictive_check": of_data | {"model": model},
        "classical.baujat": of_data,
        "cumulative": of_data | {"method": "dl"},
        "fragility": of_data | {"method": "dl"},
        "classical.funnel": of_data,
        "leave_one_out": of_data | {"method": "dl"},
        "small_study_test": of_data,
        "selection_model": of_data,
        "effect_at": {"posterior": examples.regressed(), "values": {}},
        "models.regression": {"posterior": examples.regressed()},
        "bubble": {"posterior": examples.regressed(), "by": "design"},
        "bubble_table": {"posterior": examples.regressed(), "by": "design"},
        "term_live_birth": of_posterior,
        "plot.absolute": {"found": examples.example("Benefit")},
        "classes": {"found": examples.example("ByClass")},
        "plot.baujat": {"result": examples.example("Baujat")},
        "benefit_table": of_posteriors,
        "density": of_posteriors,
        "density_table": of_posteriors,
        "plot.funnel": {"result": examples.example("Funnel")},
        "labbe": {"found": data},
        "labbe_table": {"found": data},
        "prior_posterior": of_posterior,
        "prior_posterior_table": of_posterior,
        "prior_sensitivity": {"frame": examples.compared().frame},
        "forest": {"result": posterior, "pooled": bi.pool(data, method="dl")},
        "forest_table": {"result": posterior, "pooled": bi.pool(data, method="dl")},
        "net_benefit": {"found": examples.example("BenefitHarm")},
        "one_by_one": {"without": bi.trials.without_each(data, model)},
        "people": {"found": examples.example("BenefitHarm")},
        "prior_width": {"frame": bi.priors.prior_width_curve(data, widths=(0.5, 1.0))},
        "priors": {"outcome": outcome},
        "readings": {"outcome": outcome},
        "specifications": {"curve": examples.example("SpecificationCurve")},
        "specification_curve": of_data,
        "bias.selection": of_data,
        "small_studies": of_data,
        "plot.assurance": {"plan": examples.example("NextTrial")},
        "plot.value": {"value": examples.example("ValueOfInformation")},
        "plot.extended_funnel": {"funnel": examples.example("ExtendedFunnel")},
        "plot.selection": {"found": examples.example("SelectionAnalysis")},
        "standing": {"frame": frame, "trials": ("A", "B")},
        "plot.benefit": of_posteriors,
        "plot.subsets": {"frame": frame},
        "trials.subsets": of_data,
        "tipping": {"grid": examples.example("TippingGrid")},
        "trial_sets": {"outcome": outcome},
        "cochrane": {"area": "Pregnancy and Childbirth", "parameter": "tau"},
        "compare": of_data | {"mu": "normal(0, 1)", "tau": "half_normal(0.5)"},
        "elicit": {"statements": "P(0.5 < OR < 4) = 0.95"},
        "enthusiastic": delta,
        "sceptical": delta,
        "spiegelhalter": delta,
        "evidence_prior": {"label": "Kofod 2025", "baseline_risk": 0.5},
        "evidence_priors": {"dataset": bi.load_dataset("ivig", "live_birth"), "baseline_risk": 0.5},
        "mixture_weights": of_data | {"model": bi.Model(mu="mixture(0.5: normal(0, 1), 0.5: normal(0, 2))")},
        "named": {"name": "sceptical_spiegelhalter"},
        "optimistic": expected,
        "pessimistic": expected,
        "parse_prior": {"text": "normal(0, 1)"},
        "prior_width_curve": of_data | {"widths": (0.5, 1.0)},
        "statements_met": {"prior": bi.priors.elicit("P(0.5 < OR < 4) = 0.95")},
        "turner2012": {"outcome": "all-cause mortality", "comparison": "x"},
        "turner2015": {
            "outcome": "obstetric outcomes",
            "comparison": "pharmacological vs. placebo / control",
        },
        "unit_information": {},
        "zampieri": {"expected": 0.4},
        "audit": {"claims": "ivig"},
        "load_partial": {"source": examples.path("box.csv")},
        "reconstruct": {"table": examples.path("box.csv"), "claims": examples.path("claims.csv")},
        "reconstruction_posterior": {"found": examples.boxed()},
        "bayesian_fragility": of_posterior,
        "credibility": {"estimate": 1.0, "standard_error": 0.4},
        "how_much_prior": of_posterior,
        "tipping_grid": of_posterior | {"mu_scales": (0.5, 1.0), "tau_scales": (0.5, 1.0)},
        "tipping_point": of_posterior,
        "accumulated": of_data,
        "by_class": of_data | {"column": "design"},
        "by_comparison": {"dataset": examples.compared_with()},
        "carrying_trials": {"frame": frame},
        "contrast": of_data | {"by": "design"},
        "extended_funnel": of_posterior,
        "history": of_data | {"by": None},
        "next_trial": of_posterior | {"per_arm": 20, "control_risk": 0.2},
        "value_of_information": of_posterior | {"per_arm": 20, "control_risk": 0.2},
        "leave_k_out": {"frame": frame, "k": 1},
        "without_each": {"source": data},
    }


def needed_by_methods() -> dict[str, dict[str, Any]]:
    """Arguments with which each method works, whichever class it is of."""
    import result_examples as examples

    data = examples.data()
    one = {"x": 0.5}
    return {
        "__getitem__": {},
        "absolute": {"baseline": 0.3},
        "about": {"outcome": "", "about": data.about},
        "bayes_factor": {"other": examples.posterior().under(mu="normal(0, 1)")},
        "cdf": one,
        "chance": {"posterior": examples.posterior()},
        "chosen": {"offered": ("a", "b")},
        "counting": dict.fromkeys(
            ("treatment_events", "treatment_total", "control_events", "control_total"), 4
        ),
        "dataset": {"dataset": data},
        "density": one,
        "filled": {"standard_errors": (0.2, 0.4)},
        "fit": {"dataset": data, "model": examples.model()},
        "from_columns": {"table": data},
        "from_grid": {"x": (0.0, 1.0, 2.0), "density": (1.0, 2.0)},
        "from_dataframe": {"df": data.to_dataframe()},
        "from_outcomes": {"live": data},
        "difference": {"a": "a", "b": "b"},
        "Contrast.effect": {"name": "a"},
        "ratio": {"a": "a", "b": "b"},
        "at": {"benefit_risk": 0.4, "harm_risk": 0.2},
        "at_weight": {"weight": 0.5},
        "load": {"path": examples.posterior().save(examples.folder() / "fit.nc")},
        "LKJ.logpdf": {"rho": 0.5},
        "Posterior.at": {},
        "Posterior.bubble": {"by": "design"},
        "Posterior.density": {},
        "Reconstruction.dataset": {"number": 1},
        "logpdf": one,
        "of": {"verdict": "consistent"},
        "over_tables": {"quantity": "median", "p": 0.5},
        "prob_above": one,
        "prob_below": one,
        "prob_between": {"a": 0.2, "b": 0.6},
        "quantile": {"p": 0.5},
        "rationale": {"parameter": "mu"},
        "reached": {"chances": 0.5},
        "row": {"name": "median"},
        "SelectionAnalysis.chance": {"mu": examples.posterior()["mu"]},
        "SmallStudies.row": {"adjustment": "pet"},
        "SpecificationCurve.found": {"trials": "all"},
        "SpecificationCurve.moved": {"choice": "mu"},
        "of_question": {"question": ""},
        "sample": {"rng": np.random.default_rng(1), "size": 3},
        "Imported.save": {"path": examples.folder() / "imported.csv"},
        "Chart.save": {"path": examples.folder() / "saved.svg"},
        "Figure.save": {"path": examples.folder() / "saved.pdf"},
        "save": {"path": examples.folder() / "saved.nc"},
        "save_all": {"folder": examples.folder() / "all"},
        "subset": {"kept": np.ones(1, bool)},
        "trials": {"selection": ("A", "B")},
        "updated": {"trials": bi.Study("New", 3, 20, 5, 20)},
        "weighted": {"weights": {"A": 0.5}},
        "with_design_effects": {"effects": {"A": 1.5}},
    }


@cache
def instances() -> dict[str, Any]:
    """An object of every public class, and of other kinds of result."""
    import result_examples as examples

    made = {kind: examples.example(kind) for kind in examples.MAKE}
    live = bi.load_dataset("ivig", "live_birth")
    made |= {
        "Dataset": examples.data(),
        "Diagnostics": examples.posterior().diagnostics,
        "Estimate": bi.Estimate("A", 0.1, 0.2),
        "Chart": bi.plot.absolute(examples.example("Benefit")),
        "Figure": bi.plot.Figure(matplotlib.figure.Figure(figsize=(2, 1)).add_subplot()),
        "JointDataset": bi.load_joint_dataset("ivig"),
        "Model": examples.model(),
        "NUTS": bi.NUTS(),
        "Quadrature": bi.Quadrature(),
        "ReportOptions": bi.ReportOptions(),
        "Study": live.studies[0],
        "Rules": bi.classical.Rules(),
        "PartialTable": bi.published.load_partial(examples.path("box.csv")),
        "Search": bi.published.Search(),
        "Conclusion": bi.tipping.Conclusion(),
        "Draws": examples.drawn(),
        "Point": PointMarginal(0.3),
        "Mapped": examples.posterior().heterogeneity_fraction(),
        "OddsRatio": examples.posterior().odds_ratio,
        "RiskOfTwo": examples.posterior().absolute(0.3).risk_difference,
        "Averaged": examples.example("ReconstructionPosterior").averaged(),
        "theta_new": examples.posterior()["theta_new"],
    }
    made["PartialStudy"] = made["PartialTable"].studies[0]
    for name in ("BetaBinomial", "Bivariate", "JointOutcome", "RandomBaselines"):
        made[name] = getattr(bi.models, name)()
    made["PetPeese"] = bi.models.PetPeese(direction="above")
    made["MetaRegression"] = bi.models.MetaRegression(covariates=("year",))
    made["Selection"] = bi.models.Selection(direction="above")
    made["BiasAdjusted"] = bi.models.BiasAdjusted(flagged=("A",))
    texts = (
        "exponential(1)",
        "flat()",
        "half_cauchy(1)",
        "half_normal(1)",
        "half_student_t(4, 1)",
        "inverse_gamma(1, 1)",
        "log_normal(0, 1)",
        "log_student_t(4, 0, 1)",
        "logistic(0, 1)",
        "mixture(0.5: normal(0, 1), 0.5: normal(0, 2))",
        "normal(0, 1)",
        "jeffreys()",
        "uniform_tau2(0, 50)",
        "student_t(4, 0, 1)",
        "uniform(0, 1)",
        "risk_ratio(0, 1, 0.3)",
    )
    for text in texts:
        prior = bi.priors.parse_prior(text)
        made.setdefault(type(prior).__name__, prior)
    made["LKJ"] = bi.priors.LKJ()
    made["Density"] = bi.priors.Density(np.cos, (-1, 1))
    made["Truncated"] = bi.priors.Truncated(bi.priors.Normal(0, 1), -1, 1)
    made["LibraryPrior"] = bi.priors.sceptical(0.7)
    return made
