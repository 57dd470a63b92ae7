"""Published numbers: whether they agree with the counts, and the tables of counts that would print them."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
