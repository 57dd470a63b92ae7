"""A switch for tests only: every curve and surface value is moved by its last bits,
as another machine would move it.

With ``BAYES_IVIG_SHAKE`` set to a whole number of 0 or more when Python starts, whatever passes through
``shaken`` is multiplied by 1 + 1e-14 times a sign of chance. Signs depend on that number and on the shape of
the values alone, so that one number gives the same answers every time. 1e-14 is about fifty units in the last
place: more than kernels of linear algebra, instructions and numbers of threads make one value differ by, far
less than any digit that is shown. Nothing that is printed, stored or drawn, no order, no count and no branch
may depend on it.
"""

import os

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

SWITCH = "BAYES_IVIG_SHAKE"
SIZE = 1e-14
SEED = int(os.environ[SWITCH]) if os.environ.get(SWITCH) else None


def shaken(values: Array) -> Array:
    """Return the values as they are; with the switch on, of shape (...),
    each times 1 + 1e-14 or 1 - 1e-14.
    """
    return values if SEED is None else np.asarray(values * (1 + SIZE * _signs(values.shape, SEED)))


def _signs(shape: tuple[int, ...], seed: int) -> Array:
    """Return 1 or -1 for every place, by a generator that counts (Philox),
    so that a seed and a shape always give the same.
    """
    bits = np.random.Philox(np.random.SeedSequence([seed, *shape]))
    size = int(np.prod(shape))
    drawn = np.unpackbits(
        np.frombuffer(bits.random_raw(size // 64 + 1).astype("<u8").tobytes(), np.uint8), count=size
    )
    return np.asarray(2.0 * drawn.reshape(shape) - 1.0, np.float64)
