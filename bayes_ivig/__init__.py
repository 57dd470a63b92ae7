"""Bayesian reanalysis of published two-arm meta-analyses.

What is public stands in ``__init__.pyi`` and is loaded when first touched,
so that ``import bayes_ivig`` stays instant.
"""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
