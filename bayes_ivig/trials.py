"""Which trials: every choice of them, each left out, in cumulative order, and classes against each other."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
