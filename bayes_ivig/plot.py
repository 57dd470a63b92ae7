"""Charts: each takes a result and returns a ``Figure`` or a ``Chart``, to show in a notebook or to save."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
