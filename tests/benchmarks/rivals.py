"""Contenders of the training benchmark that write a training step as a function: torch.func and JAX, and bare products.

Each does the whole training of a `Workload`. In SWEEP all folds have the length of the shortest here: one example in
1,438 is left out, where coursekit trains on all.
"""

import functools
import itertools

import numpy as np
from workloads import FOLDS, RATE, SEEDS, STRENGTHS, bare_products

from coursekit.data.splits import kfold


def torch_products(w):
    """The matrix products of `bare_products`, in torch."""
    import torch

    with torch.no_grad():
        bare_products(w, matrix=torch.from_numpy)


def torch_vmap(w):
    """SWEEP as one ensemble: vmap over grad of a functional step, with momentum and decay by hand."""
    import torch

    net = torch.nn.Sequential(torch.nn.Linear(*w.sizes[:2]), torch.nn.ReLU(), torch.nn.Linear(*w.sizes[1:]))
    E = FOLDS * len(STRENGTHS) * SEEDS
    torch.manual_seed(0)
    params = {k: p.detach() + 0.1 * torch.randn(E, *p.shape) for k, p in net.named_parameters()}
    velocity = {k: torch.zeros_like(p) for k, p in params.items()}
    decay = torch.from_numpy(_decays())

    def cost(params, x, y):
        return torch.nn.functional.cross_entropy(torch.func.functional_call(net, params, (x,)), y)

    grads = torch.func.vmap(torch.func.grad(cost))
    x, label = torch.from_numpy(w.x), torch.from_numpy(w.label)
    rng = np.random.default_rng(0)
    for _ in range(w.epochs):
        for rows in _batches(w, rng):
            rows = torch.from_numpy(np.repeat(rows, E // FOLDS, axis=0))  # (E, B)
            for key, g in grads(params, x[rows], label[rows]).items():
                p, v = params[key], velocity[key]
                v.mul_(w.momentum).add_(g + decay.view(-1, *(1,) * (p.ndim - 1)) * p)
                p.sub_(v, alpha=RATE)


def jax(w):
    """jit of a scan over the batches of an epoch; in SWEEP vmap over the members of a fold, and over folds."""
    import jax as _jax
    import jax.numpy as jnp

    rng, sweep = np.random.default_rng(0), w.name == "SWEEP"
    lead = (FOLDS, len(STRENGTHS) * SEEDS) if sweep else ()
    params = [
        (jnp.asarray(rng.normal(0, np.sqrt(2 / m), (*lead, m, n)), jnp.float32), jnp.zeros((*lead, n)))
        for m, n in itertools.pairwise(w.sizes)
    ]
    velocity = _jax.tree.map(jnp.zeros_like, params)
    decay = jnp.asarray(_decays()).reshape(lead) if sweep else jnp.float32(0)
    x, y = jnp.asarray(w.x), jnp.asarray(w.y)
    epoch = _jax_epoch(w.momentum, sweep)
    for _ in range(w.epochs):
        batches = _batches(w, rng)
        whole = np.stack([rows for rows in batches if rows.shape == batches[0].shape], axis=-2)
        parts = [whole] if batches[-1].shape == batches[0].shape else [whole, batches[-1][..., None, :]]
        for rows in parts:  # (…, batches, B): the short last batch is a program of its own
            params, velocity = epoch(params, velocity, decay, x, y, jnp.asarray(rows))
    _jax.block_until_ready(params)


@functools.cache
def _jax_epoch(momentum, sweep):
    import jax as _jax
    import jax.numpy as jnp

    def cost(params, x, y):
        for W, b in params[:-1]:
            x = _jax.nn.relu(x @ W + b)
        W, b = params[-1]
        return -jnp.mean(jnp.sum(y * _jax.nn.log_softmax(x @ W + b), axis=-1))

    def epoch(params, velocity, decay, x, y, order):
        def step(state, rows):
            params, velocity = state
            grads = _jax.grad(cost)(params, x[rows], y[rows])
            velocity = _jax.tree.map(lambda v, g, p: momentum * v + g + decay * p, velocity, grads, params)
            return (_jax.tree.map(lambda p, v: p - RATE * v, params, velocity), velocity), None

        return _jax.lax.scan(step, (params, velocity), order)[0]

    if sweep:
        epoch = _jax.vmap(epoch, in_axes=(0, 0, 0, None, None, None))  # members share their fold's batches
        epoch = _jax.vmap(epoch, in_axes=(0, 0, 0, None, None, 0))
    return _jax.jit(epoch)


def _decays():
    return np.broadcast_to(STRENGTHS[:, None], (FOLDS, len(STRENGTHS), SEEDS)).reshape(-1).astype(np.float32)


def _batches(w, rng):
    """Row numbers of the batches of an epoch: (B,), in SWEEP (folds, B)."""
    if w.name != "SWEEP":
        order = rng.permutation(len(w.x))
    else:
        folds = [train for train, _ in kfold(len(w.x), FOLDS, np.random.default_rng(0))]
        shortest = min(map(len, folds))
        order = np.stack([rng.permutation(train)[:shortest] for train in folds])
    return np.split(order, range(w.batch_size, order.shape[-1], w.batch_size), axis=-1)
