"""Training with a budget of multiplications: what settings reach, with the price of every update counted.

loss_within_budget("Adam", 20, 0.03, "cosine", budget=6e6)    # mean training loss of five networks
"""

import functools

import numpy as np

from coursekit import checks, data
from coursekit import numpy_backend as ck

SIZES = (64, 16, 10)
WEIGHTS = 64 * 16 + 16 * 10
PER_EXAMPLE = WEIGHTS + WEIGHTS + 16 * 10  # forward, weights backward, error signals backward
PARAMETERS = WEIGHTS + 16 + 10
UPDATES = {"SGD": 1, "momentum": 2, "RMSprop": 2, "Adam": 3}  # multiplications per parameter, about
SCHEDULES = ("constant", "cosine")
IMAGES, NETWORKS = 300, 5


def updates_within(budget: float, optimizer: str, batch_size: int) -> int:
    """The number of updates with batches of this size that the budget pays for."""
    return int(budget // (PER_EXAMPLE * batch_size + UPDATES[optimizer] * PARAMETERS))


@functools.lru_cache(maxsize=512)
def loss_within_budget(optimizer: str, batch_size: int, lr: float, schedule: str, budget: float) -> float:
    """The training loss on 300 digits when the budget is used up: the mean of five networks 64-16-10 with ReLU.

    optimizer: a name in UPDATES; batch_size: 1 to 300; lr: the rate of the first step; schedule: "constant", or
    "cosine", which ends at 0 with the budget; budget: multiplications. The loss is computed on all 300 images.
    """
    where = "loss_within_budget"
    checks.one_of(where, "optimizer", optimizer, tuple(UPDATES))
    checks.one_of(where, "schedule", schedule, SCHEDULES)
    checks.positive_integer(where, "batch_size", batch_size)
    steps = updates_within(budget, optimizer, batch_size)
    digits, rng = data.digits(), np.random.default_rng(0)
    order = np.stack([np.random.default_rng(seed).permutation(1797)[:IMAGES] for seed in range(NETWORKS)])
    x, y = digits.x[order], digits.y[order]
    net = ck.mlp(list(SIZES), ck.relu, rng=rng, ensemble=(NETWORKS,))
    rate = ck.cosine(lr, max(steps, 1)) if schedule == "cosine" else lr
    make = {
        "SGD": ck.SGD,
        "momentum": functools.partial(ck.SGD, momentum=0.9),
        "RMSprop": ck.RMSprop,
        "Adam": ck.Adam,
    }
    update, per_epoch = make[optimizer](net.parameters(), lr=rate), -(-IMAGES // batch_size)
    settings = {"loss": ck.softmax_cross_entropy, "optimizer": update, "rng": rng}
    whole, rest = divmod(steps, per_epoch)
    if whole:
        ck.fit(net, x, y, epochs=whole, batch_size=batch_size, **settings)
    if rest:  # the last epoch ends where the budget does
        part = rest * batch_size
        ck.fit(net, x[:, :part], y[:, :part], epochs=1, batch_size=batch_size, **settings)
    loss = float(np.mean(ck.softmax_cross_entropy(ck.predict(net, x), y)))
    return loss if np.isfinite(loss) else np.inf
