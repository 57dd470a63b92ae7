"""Which models the trials bear beside the reference one: those to sample, and those of designs."""

from collections.abc import Iterator

from bayes_ivig.engines.fitting import default_engine
from bayes_ivig.engines.quadrature import Quadrature
from bayes_ivig.errors import BayesIvigError, DataError
from bayes_ivig.inputs.characteristics.covariates import NONE_FLAGGED, cells_of, design_of, flags_of
from bayes_ivig.inputs.characteristics.fingerprint import columns_read
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.files import AnyModel, load_model
from bayes_ivig.results.posterior.posterior import Posterior

REFERENCE = "reference"
# bundled model files
SAMPLED = ("random_baselines", "bivariate", "beta_binomial", "beta_binomial_by_treatment")
BY_DESIGN = ("meta_regression", "bias_adjusted")  # those that need a column of the table
FEWEST = 3  # studies: the models that need sampling describe how studies differ, which fewer do not show
FEWEST_BY_DESIGN = 5  # the same within and between designs


def codes(posterior: Posterior) -> Iterator[tuple[str, str]]:
    """Yield the codes of the models to sample beside an exact posterior,
    each with the reason why these data do not bear it.
    """
    yield from ((code, _few(posterior, FEWEST)) for code in (REFERENCE, *SAMPLED))
    yield from of_designs(posterior, exact=False)


def of_designs(posterior: Posterior, *, exact: bool) -> Iterator[tuple[str, str]]:
    """Yield the codes of the models of designs that are computed exactly, or those to sample, each with the
    reason why these data do not bear it.
    """
    for code in BY_DESIGN:
        model = load_model(code)
        if _has_columns(posterior.dataset, model) and _exactly(posterior.dataset, model) == exact:
            yield code, _few(posterior, FEWEST_BY_DESIGN) or _unfit(posterior, model)


def _few(posterior: Posterior, fewest: int) -> str:
    """Say that there are too few studies for a model of how studies differ, or return an empty text."""
    return f"it takes {fewest} studies or more that carry information" if posterior.k < fewest else ""


def _exactly(dataset: Dataset, model: AnyModel) -> bool:
    """Whether the exact engine is the one of a model on these data, or would be if they bore it."""
    try:
        return isinstance(default_engine(dataset, model), Quadrature)
    except BayesIvigError:
        return True


def _has_columns(dataset: Dataset, model: AnyModel) -> bool:
    """Whether the table, or its table of characteristics, has the columns that the model reads."""
    try:
        for name in columns_read(model):
            cells_of(dataset, name)
    except DataError:
        return False
    return True


def _unfit(posterior: Posterior, model: AnyModel) -> str:
    """Say why a model of designs has nothing to tell apart here:
    one design throughout, or cells left empty.
    """
    try:
        match model:
            case MetaRegression():
                design_of(posterior.dataset, posterior.studies, model)
            case BiasAdjusted():
                return _flagged_alike(flags_of(posterior.dataset, posterior.studies, model), model)
            case _:
                return ""
    except BayesIvigError as error:
        return str(error)
    return ""


def _flagged_alike(flags: tuple[bool, ...], model: BiasAdjusted) -> str:
    """Say that a model of bias flags every study or none, or return an empty text."""
    allowed = " or ".join(model.unflagged_values)
    if all(flags):
        return (
            f"column {model.flag_column} says {allowed} of no study, so every study would be taken as biased"
        )
    return "" if any(flags) else NONE_FLAGGED
