"""Checks of a model: what it foresees of its own trials, other models,
how far a prior moves the answer, numerical error.
"""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
