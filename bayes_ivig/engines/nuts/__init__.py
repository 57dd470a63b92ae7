"""Sample: the second engine, PyMC models drawn from by NUTS; one readable builder file per model family."""

from bayes_ivig.engines.nuts.engine import NUTS

__all__ = ["NUTS"]
