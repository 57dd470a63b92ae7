"""What the next trial is worth: its value against its cost, before anybody runs it."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
