"""The option ``--engine`` of commands that fit one model, and what it stands for."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bayes_ivig.cli.output import warn

if TYPE_CHECKING:
    from bayes_ivig.engines.engine import Engine
    from bayes_ivig.inputs.counts.dataset import Dataset
    from bayes_ivig.inputs.model.files import AnyModel

ENGINES = ("quadrature", "nuts")
SEED = 1  # unless another is given
EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        help="quadrature (exact, the default where it holds the model) or nuts (sampling with PyMC).",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the sampler.")]


def engine_named(name: str | None, dataset: "Dataset", model: "AnyModel", seed: int) -> "Engine":
    """Return the engine of that name, without one that of ``fit``; sampling that nobody asked for is said,
    and so is a seed of no use. Raises ``DataError`` and ``ModelError``.
    """
    from bayes_ivig.engines.fitting import default_engine
    from bayes_ivig.engines.nuts import NUTS
    from bayes_ivig.engines.quadrature import HELD, Quadrature
    from bayes_ivig.errors import ModelError, quoted, suggestion

    if name not in (None, *ENGINES):
        raise ModelError(
            f"--engine: found {quoted(name)}{suggestion(name or '', ENGINES)}; there are {', '.join(ENGINES)}"
        )
    usual = default_engine(dataset, model) if name is None else NUTS() if name == "nuts" else Quadrature()
    if isinstance(usual, Quadrature):
        if seed != SEED:
            warn("note: --seed is not used: the exact engine draws nothing at random")
        return usual
    if name is None:
        what = "so many coefficients" if isinstance(model, HELD) else f"the family {model.KIND}"
        warn(f"note: the exact engine cannot hold {what}; sampling with NUTS, seed {seed}")
    return replace(cast("NUTS", usual), seed=seed, progress=True)
