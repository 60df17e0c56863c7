"""Training logs for exercise 07.5: one of each disease, well clear of every threshold, and mixed ones."""

import math

import numpy as np


def _rounded(values, digits=4):
    return [round(float(v), digits) for v in values]


def falling(rng, epochs, start=2.3, end=0.4):
    """A loss that falls all the way."""
    return _rounded(end + (start - end) * np.exp(-4 * np.arange(epochs) / epochs) * (1 + 0.02 * rng.random()))


def flat(rng, epochs, start=2.3, fall=0.03):
    """A loss that falls by a few percent in all."""
    return _rounded(start * (1 - fall * (0.5 + 0.5 * rng.random()) * np.linspace(0, 1, epochs)))


def zigzag(rng, epochs, start=2.3, end=0.5):
    """A loss that rises in about half of the steps, but not in the last, and ends below where it began."""
    trend = np.linspace(start, end, epochs)
    return _rounded(trend + 0.4 * (-1.0) ** np.arange(epochs, 0, -1) * (1 + 0.2 * rng.random()))


def ending_higher(rng, epochs, start=2.3, least=0.9, end=1.8):
    """A validation loss that turns up after a third of the run."""
    turn = epochs // 3
    return _rounded([*np.linspace(start, least, turn), *np.linspace(least, end, epochs - turn + 1)[1:]])


def norms(rng, layers, factor=0.8):
    """δ-norms, input side first, multiplied by about `factor` from each layer to the one before it."""
    steps = np.cumprod([1.0, *(factor * rng.uniform(0.9, 1.1, layers - 1))])[::-1]
    return [float(f"{v:.2g}") for v in 0.3 * steps]


def healthy_log(rng, **changes):
    """A healthy log with these entries in place of its own: functions (rng, epochs) for curves, or values."""
    epochs = int(rng.integers(12, 25))
    log = {
        "train_loss": falling,
        "val_loss": lambda rng, n: falling(rng, n, end=0.6),
        "delta_norms": norms(rng, int(rng.integers(4, 8))),
        "unit_spread": round(float(rng.uniform(0.5, 3)), 2),
        "active_fraction": round(float(rng.uniform(0.2, 0.6)), 2),
        "rate": float(rng.choice([0.001, 0.01, 0.1, 0.5])),
    } | changes
    return {name: value(rng, epochs) if callable(value) else value for name, value in log.items()}


def broken_off(curve, value, at=-1):
    """A curve with one entry that is not finite."""

    def changed(rng, epochs):
        values = curve(rng, epochs)
        values[at] = value
        return values

    return changed


def fading(rng):
    return norms(rng, 8, factor=0.2)


def growing(rng):
    return norms(rng, 8, factor=5.0)


# Each a function rng → log.
PATIENTS = {
    "vanishing": lambda rng: healthy_log(rng, delta_norms=fading(rng)),
    "vanishing and slow": lambda rng: healthy_log(
        rng, delta_norms=fading(rng), train_loss=flat, val_loss=flat
    ),
    "vanishing, oscillating": lambda rng: healthy_log(rng, delta_norms=fading(rng), train_loss=zigzag),
    "fading, but not vanishing": lambda rng: healthy_log(rng, delta_norms=norms(rng, 4, factor=0.35)),
    "small all over": lambda rng: healthy_log(rng, delta_norms=[n / 1e5 for n in norms(rng, 5)]),
    "exploding": lambda rng: healthy_log(rng, delta_norms=growing(rng)),
    "exploding and slow": lambda rng: healthy_log(rng, delta_norms=growing(rng), train_loss=flat),
    "growing, but not exploding": lambda rng: healthy_log(rng, delta_norms=norms(rng, 4, factor=2.5)),
    "large all over": lambda rng: healthy_log(rng, delta_norms=[n * 1e5 for n in norms(rng, 5)]),
    "train loss inf": lambda rng: healthy_log(rng, train_loss=broken_off(zigzag, math.inf)),
    "train loss nan": lambda rng: healthy_log(rng, train_loss=broken_off(falling, math.nan)),
    "validation loss nan": lambda rng: healthy_log(rng, val_loss=broken_off(falling, math.nan)),
    "validation loss inf, once": lambda rng: healthy_log(rng, val_loss=broken_off(falling, math.inf, at=3)),
    "symmetric": lambda rng: healthy_log(rng, unit_spread=0.0, train_loss=flat, val_loss=flat),
    "symmetric, learning": lambda rng: healthy_log(rng, unit_spread=3e-16),
    "symmetric and vanishing": lambda rng: healthy_log(rng, unit_spread=0.0, delta_norms=fading(rng)),
    "symmetric and dead": lambda rng: healthy_log(rng, unit_spread=0.0, active_fraction=0.0),
    "symmetric, diverged": lambda rng: healthy_log(
        rng, unit_spread=0.0, train_loss=broken_off(falling, math.inf)
    ),
    "nearly symmetric": lambda rng: healthy_log(rng, unit_spread=1e-3),
    "dead": lambda rng: healthy_log(rng, active_fraction=0.0, train_loss=flat, val_loss=flat),
    "dead and vanishing": lambda rng: healthy_log(rng, active_fraction=0.01, delta_norms=fading(rng)),
    "nearly dead, learning": lambda rng: healthy_log(rng, active_fraction=0.02),
    "sparse": lambda rng: healthy_log(rng, active_fraction=0.12),
    "oscillating": lambda rng: healthy_log(rng, train_loss=zigzag),
    "oscillating, no progress": lambda rng: healthy_log(
        rng, train_loss=lambda r, n: zigzag(r, n, end=3.4), val_loss=flat
    ),
    "oscillating, and validation turns": lambda rng: healthy_log(
        rng, train_loss=zigzag, val_loss=ending_higher
    ),
    "one spike": lambda rng: healthy_log(rng, train_loss=broken_off(falling, 3.1, at=5)),
    "noisy validation": lambda rng: healthy_log(rng, val_loss=noisy),
    "overfitting": lambda rng: healthy_log(rng, val_loss=ending_higher),
    "overfitting, below the start": lambda rng: healthy_log(
        rng, val_loss=lambda r, n: ending_higher(r, n, end=1.3)
    ),
    "a gap, but none that grows": lambda rng: healthy_log(
        rng, train_loss=lambda r, n: falling(r, n, end=0.01), val_loss=lambda r, n: falling(r, n, end=1.2)
    ),
    "validation below training": lambda rng: healthy_log(rng, val_loss=lambda r, n: falling(r, n, end=0.2)),
    "both rise at the end": lambda rng: healthy_log(rng, train_loss=rising_late, val_loss=ending_higher),
    "slow": lambda rng: healthy_log(rng, train_loss=flat, val_loss=flat),
    "slow, from a high start": lambda rng: healthy_log(
        rng, train_loss=lambda r, n: flat(r, n, start=40.0), val_loss=lambda r, n: flat(r, n, start=41.0)
    ),
    "small, but halved": lambda rng: healthy_log(
        rng,
        train_loss=lambda r, n: falling(r, n, start=0.08, end=0.03),
        val_loss=lambda r, n: falling(r, n, start=0.09, end=0.04),
    ),
    "halved, from a high start": lambda rng: healthy_log(
        rng,
        train_loss=lambda r, n: falling(r, n, start=40.0, end=12.0),
        val_loss=lambda r, n: falling(r, n, start=41.0, end=15.0),
    ),
    "slow, from a low start": lambda rng: healthy_log(
        rng, train_loss=lambda r, n: flat(r, n, start=0.05), val_loss=lambda r, n: flat(r, n, start=0.06)
    ),
    "slow, validation falls": lambda rng: healthy_log(rng, train_loss=flat),
    "healthy": lambda rng: healthy_log(rng),
    "healthy at a large rate": lambda rng: healthy_log(rng, rate=10.0),
    "healthy at a small rate": lambda rng: healthy_log(rng, rate=1e-5),
}


def noisy(rng, epochs):
    """A validation loss that rises in half of the steps, and ends at its lowest."""
    up = 0.02 * (-1.0) ** np.arange(epochs, 0, -1)
    return _rounded(np.array(falling(rng, epochs, end=0.6)) + up * np.linspace(1, 3, epochs))


def rising_late(rng, epochs):
    """A training loss that rises in the last quarter of the run, after a fall."""
    turn = epochs - epochs // 4
    return _rounded([*np.linspace(2.3, 0.5, turn), *np.linspace(0.5, 0.9, epochs - turn + 1)[1:]])
