"""Believe: priors that know their density, quantiles, draws and text;
by name, from beliefs and from other evidence.
"""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
