"""The numbers that stand for a sampled model, by PyMC: log densities at two points, and what draws answer."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bayes_ivig.engines.nuts.canaries import COLUMNS, COUNTS, Canary
from bayes_ivig.engines.nuts.plan import Plan
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.files import KINDS, AnyModel

POINTS = (0.3, -0.7)  # sizes of the unbounded values that densities are taken at


def dataset() -> Dataset:
    """Return the table that every canary is of."""
    return Dataset(tuple(Study(f"Study {i}", *row) for i, row in enumerate(COUNTS, 1)), columns=COLUMNS)


def model_of(canary: Canary) -> AnyModel:
    """Return the model of a canary."""
    return KINDS[canary.kind](**canary.settings)


def numbers_of(plan: Plan) -> tuple[float, ...]:
    """Return what a plan's PyMC model computes, in the order of ``Canary.numbers``:
    needs PyMC, takes seconds.
    """
    from pytensor.compile.mode import Mode

    model = plan.build()
    names = [variable.name for variable in model.unobserved_value_vars]
    outputs = [model.logp(), *model.unobserved_value_vars]
    compute = model.compile_fn(outputs, mode=Mode("py", "None"), on_unused_input="ignore")
    shapes = {name: np.shape(value) for name, value in model.initial_point(random_seed=0).items()}
    densities, answered = [], {}
    for size in POINTS:
        density, *values = compute(_point(shapes, size))
        densities.append(float(density))
        draws = {name: np.asarray(value)[None, None] for name, value in zip(names, values, strict=True)}
        answered = plan.answer(draws, np.random.default_rng(1)).values
    scalars = [
        float(value.sum()) for name, value in answered.items() if value.ndim == 2 and name != "theta_new"
    ]
    return (*densities, sum(scalars))


def _point(shapes: Mapping[str, tuple[int, ...]], size: float) -> dict[str, Any]:
    """Return values of every variable that differ from place to place, of about a size."""
    point, start = {}, 1
    for name, shape in sorted(shapes.items()):
        count = int(np.prod(shape))
        point[name] = size * np.sin(np.arange(start, start + count)).reshape(shape)
        start += count
    return point
