"""Classical meta-analysis beside ``bi.pool``: rules of other programs, series of trials,
small-study effects.
"""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
