"""Joint draws of a posterior as a data frame."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.draws import draws as drawing

if TYPE_CHECKING:
    import pandas as pd


def draws_frame(posterior: Fitted, size: int, seed: int) -> "pd.DataFrame":
    """Return ``size`` joint draws, a column for each quantity; those by study are called ``theta[STUDY]``."""
    import pandas as pd

    values, _ = drawing.posterior_draws(posterior, (1, size), seed)
    chains, each = values["mu"].shape[:2]
    if chains * each < size:
        raise ModelError(
            f"draws: size is {size:,}; this posterior was sampled and has {chains * each:,} draws; "
            "ask for as many at most, or sample more with NUTS(draws=...)"
        )
    kept = np.linspace(0, chains * each - 1, size).round().astype(np.intp)
    drawn = posterior.answers.drawn or posterior.answers.exact_draws
    labels = {} if drawn is None else drawn.labels
    columns: dict[str, NDArray[np.float64]] = {}
    plain = sorted(values, key=lambda name: values[name].ndim)  # those by study last, in their own order
    for name in plain:
        flat = values[name].reshape(chains * each, -1)[kept]
        if values[name].ndim == 2:
            columns[name] = flat[:, 0]
            continue
        named = labels.get(name, posterior.studies)
        columns |= {f"{name}[{label}]": flat[:, i] for i, label in enumerate(named)}
    return pd.DataFrame(columns)
