"""Ranges of numbers that arguments have, as annotations: ``level: Level``. A type checker sees a number."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.kinds.kind import Between

if TYPE_CHECKING:
    import pandas as pd

# one number, and several: a type checker tells them apart to say whether an answer is a number or an array
type Scalar = float | np.floating[Any] | np.integer[Any]
type Several = Sequence[float] | Sequence[Sequence[float]] | NDArray[Any] | pd.Series[Any]
if TYPE_CHECKING:
    type Numbers = Scalar | Several
    type Listed[Item] = Sequence[Item] | NDArray[Any] | pd.Series[Any]
else:  # what is checked when a function is called, which takes columns and arrays of one dimension as lists
    type Numbers = ArrayLike
    type Listed[Item] = Sequence[Item]

LARGEST_SEED = 2**32 - 1
MOST_DRAWS = 10**8

type Level = Annotated[float, Between(0, 1, "between 0 and 1", "0.95")]
type Probability = Annotated[Numbers, Between(0, 1, "from 0 to 1", "0.5", closed=True)]
type Share = Annotated[float, Between(0, 1, "from 0 to 1", "0.5", closed=True)]
type Values = Annotated[
    Numbers, Between(-math.inf, math.inf, "from -inf to inf, not NaN", "0.5", closed=True)
]
type StudyName = Annotated[str, "the name of a study, as in without('A', 'B') or without(*names)"]
type Seed = Annotated[int, Between(0, LARGEST_SEED, f"from 0 to {LARGEST_SEED}", "1", closed=True)]
type Count = Annotated[int, Between(0, MOST_DRAWS, f"from 0 to {MOST_DRAWS}", "1000", closed=True)]
type Centre = Annotated[float, Between(-20, 20, "from -20 to 20, as a log odds ratio does", "0", closed=True)]
type Threshold = Annotated[
    float, Between(-math.inf, math.inf, "a finite number, above 0 where the effect is a ratio", "1.25")
]
type Tolerance = Annotated[float, Between(0, 1, "between 0 and 1", "0.0001")]
type Refinements = Annotated[int, Between(0, 12, "from 0 to 12", "4", closed=True)]
type Dpi = Annotated[float, Between(20, 2400, "from 20 to 2400", "300", closed=True)]
type Width = Annotated[int, Between(20, 10**6, "from 20 to 1000000", "80", closed=True)]
