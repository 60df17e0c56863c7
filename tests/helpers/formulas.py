"""Valid arguments for any formula of the backends, drawn by the domains of its parameters."""

import itertools

import numpy as np

from coursekit import numpy_backend

FORMULAS = [
    f for name, f in vars(numpy_backend).items() if hasattr(f, "domains") and not name.endswith("_grad")
]
_REAL = (0.0, 1.0, -1.0, 1e4, -1e4)
EDGES = {
    "any": _REAL,
    "real": _REAL,
    "weights": _REAL,
    "threshold": (0.0, 1.0, 1e4),
    "probability": (0.0, 1.0, 0.5, 1e-12, 1 - 1e-12),
}
SCALARS = ("number", "positive", "count")


def drawn(f, rng, ensemble=()):
    """Random arguments (…, 5, 3): no entry is at a kink or at the border of its domain."""
    shape = (*ensemble, 5, 3)
    draw = {
        "any": lambda: rng.normal(0, 2, shape),
        "real": lambda: rng.normal(0, 2, shape),
        "probability": lambda: rng.uniform(0.05, 0.95, shape),
        "distribution": lambda: rng.dirichlet(np.ones(3), shape[:-1]),
        "weights": lambda: rng.normal(0, 2, shape),
        "threshold": lambda: rng.uniform(0.1, 1, shape),
        "count": lambda: int(rng.integers(1, 100)),
        "number": lambda: float(rng.uniform(0.2, 2)),
        "positive": lambda: float(rng.uniform(0.2, 2)),
    }
    return [draw[kind]() for kind in f.domains.values()]


def at_the_edges(f):
    """Arguments at kinks, at the borders of their domains, at extremes; scalars keep their defaults."""
    kinds = {name: kind for name, kind in f.domains.items() if kind not in SCALARS}
    if "distribution" not in kinds.values():
        values = np.array(list(itertools.product(*(EDGES[kind] for kind in kinds.values()))))
        arguments = [column[:, None] for column in values.T]  # one sample for each combination
    else:
        one_hot = np.eye(3)
        rows = itertools.product(EDGES[next(iter(kinds.values()))], repeat=3)
        pairs = np.array(list(itertools.product(rows, one_hot)))  # (samples, 2, 3)
        arguments = [pairs[:, 0], pairs[:, 1]]
    return arguments + [7] * ("count" in f.domains.values())
