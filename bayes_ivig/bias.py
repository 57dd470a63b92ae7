"""How far an answer hangs on what was published: selection by p-value, and effects that follow trial size."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
