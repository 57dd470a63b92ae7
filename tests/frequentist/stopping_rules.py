"""Where metafor stops: its iterations redone from their description,
to prove that early stopping is the whole difference.

The reference was made with metafor's control ``stepadj=0.5`` (half steps) and its default threshold of 1e-5
on the change of tau squared; ``method="PM"`` uses R's ``uniroot`` on (0, 100) with tolerance
``.Machine$double.eps^0.25``.
"""

import numpy as np

from bayes_ivig.formulas.tau_squared import generalised_q, hedges


def fisher_scoring(y, v, method: str, *, step: float = 0.5, threshold: float = 1e-5) -> float:
    """Tau squared where Fisher scoring for ``"ml"``, ``"reml"`` or ``"eb"`` stops, from Hedges' estimate."""
    tau2, change, k = float(hedges(y, v)), 1.0, len(y)
    while change > threshold:
        w = 1 / (v + tau2)
        mean = (w * y).sum() / w.sum()
        squares, w2, w3 = (w**2 * (y - mean) ** 2).sum(), (w**2).sum(), (w**3).sum()
        if method == "ml":
            adjustment = (squares - w.sum()) / w2
        elif method == "reml":
            trace, trace2 = w.sum() - w2 / w.sum(), w2 - 2 * w3 / w.sum() + (w2 / w.sum()) ** 2
            adjustment = (squares - trace) / trace2
        else:
            adjustment = ((w * (y - mean) ** 2).sum() * k / (k - 1) - k) / w.sum()
        adjustment *= step
        while tau2 + adjustment < 0:
            adjustment /= 2
        tau2, change = tau2 + adjustment, abs(adjustment)
    return tau2


def paule_mandel_uniroot(y, v) -> float:
    """Tau squared where R's ``uniroot`` (Brent 1973) stops."""
    target = len(y) - 1

    def gap(tau2: float) -> float:
        return float(generalised_q(y, v, tau2)) - target

    return 0.0 if gap(0.0) <= 0 else _brent(gap, 0.0, 100.0, np.finfo(float).eps ** 0.25)


def _brent(f, a: float, b: float, tolerance: float) -> float:
    fa, fb = f(a), f(b)
    c, fc = a, fa
    while True:
        previous = b - a
        if abs(fc) < abs(fb):
            a, b, c, fa, fb, fc = b, c, b, fb, fc, fb
        least, new = 2 * np.finfo(float).eps * abs(b) + tolerance / 2, (c - b) / 2
        if abs(new) <= least or fb == 0:
            return b
        if abs(previous) >= least and abs(fa) > abs(fb):
            new = _interpolated((a, b, c), (fa, fb, fc), (previous, least, new))
        if abs(new) < least:
            new = least if new > 0 else -least
        a, fa = b, fb
        b += new
        fb = f(b)
        if (fb > 0) == (fc > 0):
            c, fc = a, fa


def _interpolated(x, fx, steps) -> float:
    (a, b, c), (fa, fb, fc), (previous, least, halving) = x, fx, steps
    if a == c:
        ratio = fb / fa
        p, q = (c - b) * ratio, 1 - ratio
    else:
        q, t1, t2 = fa / fc, fb / fc, fb / fa
        p, q = t2 * ((c - b) * q * (q - t1) - (b - a) * (t1 - 1)), (q - 1) * (t1 - 1) * (t2 - 1)
    p, q = (p, -q) if p > 0 else (-p, q)
    accepted = p < 0.75 * (c - b) * q - abs(least * q) / 2 and p < abs(previous * q / 2)
    return p / q if accepted else halving
