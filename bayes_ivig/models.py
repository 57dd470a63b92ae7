"""Families of models beside ``bi.Model``, sampled with ``bi.NUTS``, and the answers that only they give."""

from bayes_ivig.public_names import hand_on

__getattr__, __dir__ = hand_on(__name__)
