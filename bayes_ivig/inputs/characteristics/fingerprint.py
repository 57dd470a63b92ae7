"""A checksum that identifies what a model reads of a dataset, whatever file or DataFrame it came from."""

import json
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import assert_never

from bayes_ivig.inputs.characteristics.covariates import cells_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.joint_dataset import COLUMNS
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model


def fingerprint(dataset: Dataset, model: AnyModel | None = None) -> str:
    """Return the SHA-256 of the studies' names, counts and design effects, sorted by name:
    study order does not matter.

    With a ``model`` that reads more of a study than its counts (covariates, flags, preterm births), its cells
    of those columns count as well. Raises ``DataError`` where the table has no such column.
    """
    return fingerprint_of(told_by_study(dataset, model))


def fingerprint_of(told: Mapping[str, str]) -> str:
    """Return the same from what each study tells, by name."""
    return sha256("\n".join(sorted(f"{name}\t{line}" for name, line in told.items())).encode()).hexdigest()


def told_by_study(dataset: Dataset, model: AnyModel | None = None) -> dict[str, str]:
    """Return what a model reads of each study, as one text by its name; raises ``DataError`` as
    ``fingerprint`` does.
    """
    cells = {name: dict(cells_of(dataset, name)) for name in columns_read(model)}
    told = {}
    for study in dataset.studies:
        line = "\t".join(_told(study, dataset.measure))
        if study.missing:
            line += f"\tmissing {study.treatment_missing!r} {study.control_missing!r}"
        if study.of_people and study.of_rates:
            line += f"\ttime {study.treatment_time!r} {study.control_time!r}"
        if study.design_effect != 1:
            line += f"\tdesign effect {study.design_effect!r}"
        if study.design_effect_sd:
            line += f"\tSD of its log {study.design_effect_sd!r}"
        if cells:
            line += "\t" + json.dumps(
                [[name, by_study.get(study.name, "").strip()] for name, by_study in cells.items()]
            )
        told[study.name] = line
    return told


def _told(study: AnyStudy, measure: str) -> tuple[str, ...]:
    """Return what a study states of its effect: counts, rates, or an estimate of a measure."""
    if isinstance(study, Estimate):
        told = ("estimate", measure, repr(study.y), repr(study.standard_error))
        return told if math.isinf(study.df) else (*told, repr(study.df))
    return tuple(map(str, study.counts if study.of_people else study.rates))


def columns_read(model: AnyModel | None) -> tuple[str, ...]:
    """Return the columns besides the counts that a model reads, sorted."""
    match model:
        case None | Model() | PetPeese() | Selection() | RandomBaselines() | Bivariate() | BetaBinomial():
            return ()
        case MetaRegression():
            return tuple(sorted(model.columns))
        case BiasAdjusted():
            return (model.flag_column,) if model.flag_column else ()
        case JointOutcome():
            return COLUMNS
        case _:
            assert_never(model)
