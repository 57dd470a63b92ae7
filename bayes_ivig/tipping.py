"""Where an answer turns: how strong a prior, how large a tau or how many moved events it takes."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
