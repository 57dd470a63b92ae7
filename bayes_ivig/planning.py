"""What the next trial may find, make of an answer, and be worth, before anybody runs it."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
