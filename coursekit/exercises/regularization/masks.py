"""Laws of dropout: masks are random, so no single output is right. Each says what is wrong, or None."""

import numpy as np

from coursekit.exercises.engine.values import close
from coursekit.exercises.engine.wording import instead, kind_of

TOLERANCE = 0.2  # of a share; above four standard deviations even for masks that all samples share


def _array(h, output):
    """(output as an array, None), or (None, the complaint)."""
    got = np.asarray(output)
    if got.shape != h.shape or got.dtype.kind not in "fiub":
        return None, f"the output is {kind_of(output)} instead of {kind_of(h)}"
    return got, None


def kept_scaled(args, output):
    """Every entry is 0 or h/(1 − p); of many entries some are kept."""
    h, p, _, _ = args
    got, complaint = _array(h, output)
    if complaint or got is None:
        return complaint
    wrong = (got != 0) & ~close(got, h / (1 - p))
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        place = ", ".join(map(str, at))
        return f"the kept entry at [{place}] is {instead((h / (1 - p))[at].item(), got[at].item())}"
    if h.size > 1000 and not got.any():
        return "no entry is kept"
    return None


def share(args, output):
    """About p of the entries are 0."""
    h, p, _, _ = args
    got, complaint = _array(h, output)
    if complaint:
        return complaint
    dropped = np.mean(got == 0)
    if abs(dropped - p) > TOLERANCE:
        return f"of {h.size} entries {dropped:.0%} are dropped instead of about {p:.0%}"
    return None


def own_masks(args, output):
    """Some entries are dropped; not the same ones in every row, and not whole rows only."""
    got, complaint = _array(args[0], output)
    if complaint:
        return complaint
    zero = got == 0
    if not zero.any() or zero.all():
        return "all entries are dropped" if zero.all() else "no entry is dropped"
    if (zero == zero[0]).all():
        return "every sample has lost the same units"
    if (zero == zero[:, :1]).all():
        return "each sample has lost all of its units or none"
    return None


def identity(args, output):
    """h itself in evaluation and for p = 0; in training some entries are dropped and some kept."""
    h, p, _, train = args
    got, complaint = _array(h, output)
    if complaint or got is None:
        return complaint
    if train and p > 0:
        zero = got == 0
        if zero.all() or not zero.any():
            return f"in training {'every' if zero.all() else 'no'} entry is dropped"
        return None
    wrong = ~close(got, h)
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        mode = "p = 0" if train else "evaluation"
        place = ", ".join(map(str, at))
        return f"with {mode}, the entry at [{place}] is {instead(h[at].item(), got[at].item())}"
    return None
