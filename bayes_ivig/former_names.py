"""Public names of version 0.1 that stood on top: they work there for one release more,
and say where they are now.
"""

_MOVED = {
    "checks": """
        check_model compare_models loo monte_carlo_errors posterior_predictive_check power_scaling
        prior_and_posterior prior_predictive_check
    """,
    "classical": """
        Rules cumulative fragility funnel leave_one_out small_study_test
    """,
    "errors": """
        BayesIvigError DataError ModelError
    """,
    "models": """
        BetaBinomial BiasAdjusted Bivariate JointOutcome MetaRegression RandomBaselines effect_at
        term_live_birth
    """,
    "priors": """
        DataDependent Exponential Flat HalfCauchy HalfNormal HalfStudentT InverseGamma LKJ LogNormal
        LogStudentT Logistic Mixture Normal OnTau2 RiskRatio ScaleFree StudentT Uniform cochrane elicit
        enthusiastic evidence_prior evidence_priors mixture_weights named optimistic parse_prior
        pessimistic prior_width_curve sceptical spiegelhalter statements_met turner2012 turner2015
        unit_information zampieri
    """,
    "published": """
        Audit PartialStudy PartialTable Reconstruction ReconstructionPosterior Search audit load_partial
        reconstruct reconstruction_posterior
    """,
    "tipping": """
        Conclusion bayesian_fragility credibility how_much_prior tipping_grid tipping_point
    """,
    "trials": """
        accumulated by_class carrying_trials contrast leave_k_out standing subsets without_each
    """,
}
_RENAMED = {
    "plot_absolute": "plot.absolute",
    "plot_benefit": "plot.benefit",
    "plot_classes": "plot.classes",
    "plot_comparison": "plot.prior_sensitivity",
    "plot_forest": "plot.forest",
    "plot_net_benefit": "plot.net_benefit",
    "plot_one_by_one": "plot.one_by_one",
    "plot_people": "plot.people",
    "plot_prior_width": "plot.prior_width",
    "plot_priors": "plot.priors",
    "plot_readings": "plot.readings",
    "plot_standing": "plot.standing",
    "plot_subsets": "plot.subsets",
    "plot_tipping": "plot.tipping",
    "plot_trial_sets": "plot.trial_sets",
    "compare_priors": "priors.compare",
}
NOW = {name: f"{group}.{name}" for group, names in _MOVED.items() for name in names.split()} | _RENAMED
