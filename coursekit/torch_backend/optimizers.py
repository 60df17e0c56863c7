"""Optimizers: `optimizer.step()` moves the parameters a little against their gradients.

θ stands for a parameter, g for its gradient, η for the learning rate `lr`: a number, an array (E, 1, 1) with
a rate for each member of an ensemble, or a schedule η(t) of the update step t = 0, 1, … Conventions are
torch's: the rate stands outside the velocity, ε outside the root. These are `torch.optim.Optimizer`s; torch's
own have no rate for each member and are as welcome in `fit`.
"""

import numpy as np
import torch

from coursekit import checks
from coursekit.training.optimizer_settings import fits_parameters, setting


class Optimizer(torch.optim.Optimizer):
    """What all optimizers share; `states` names the tensors remembered for each parameter."""

    states = ()
    changing = ("lr",)

    def __init__(self, params, lr, **settings):
        where = type(self).__name__
        self.schedule = lr if callable(lr) else None
        lr = _number(lr(0)) if callable(lr) else lr
        super().__init__(_parameters(where, params), {"lr": lr, **settings})
        self.state["t"] = 0  # updates made so far: a number, or an array (E, 1, 1) once members differ
        for group in self.param_groups:
            for name in self.defaults:
                if not isinstance(group[name], bool):
                    value = setting(where, name, _host(group[name]))
                    fits_parameters(
                        where, name, value, {f"parameter {i}": p for i, p in enumerate(group["params"])}
                    )
                    group[name] = _beside(group["params"][0], value)
            for p in group["params"]:
                self.state[p] = {state: torch.zeros_like(p) for state in self.states}

    def __getstate__(self):
        """What a copy or a pickle has: torch leaves out what it does not know."""
        return {**super().__getstate__(), "schedule": self.schedule, "states": self.states}

    def rate(self):
        """η at the present step."""
        group = self.param_groups[0]
        if self.schedule is None:
            return group["lr"]
        return _beside(group["params"][0], self.schedule(self.state["t"]))

    @torch.no_grad()
    def step(self, closure=None, active=None):
        """One update. `active` (ensemble shape, bool) lets some members move; the others keep every bit."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if active is not None and not np.any(active):
            return loss
        moves = []
        for group in self.param_groups:
            settings = self.settings(group)
            moves += [(p, p.grad, settings, self.state[p]) for p in group["params"] if p.grad is not None]
        some = active is not None and not np.all(active)
        self.move(moves, mask(active, moves[0][0]) if some else None)
        self.count(active)
        return loss

    def settings(self, group):
        """What `update` needs at the present step; the entries named in `changing` differ from step to step."""
        if self.schedule is not None:
            group["lr"] = self.rate()
        return group

    def move(self, moves, moved=None):
        """Update every (p, g, settings, states) in place; where the mask `moved` is False nothing changes."""
        if moved is not None:
            changed = [x for p, _, _, states in moves for x in (p, *states.values())]
            kept = [x.clone() for x in changed]
        for p, g, settings, states in moves:
            self.update(p, g, settings, **states)
        if moved is not None:
            for x, old in zip(changed, kept, strict=True):
                x.copy_(torch.where(moved, x, old))

    def count(self, active=None):
        """One more update: of all, or of the active members, since each counts its own steps."""
        one = 1 if active is None or np.all(active) else active.reshape(*active.shape, 1, 1).astype(int)
        self.state["t"] = self.state["t"] + one

    def update(self, p, g, settings, **states):
        """Change p and the states in place; g is left as it is."""
        raise NotImplementedError


def _parameters(where, params):
    params = list(params.values() if isinstance(params, dict) else params) if np.iterable(params) else None
    if not params or isinstance(params[0], np.ndarray | str):
        raise TypeError(f"{where}: params holds no tensors; it wants the network's own, net.parameters().")
    return params


def _host(value):
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value


def _number(value):
    return float(value) if np.ndim(value) == 0 else value


def mask(chosen, x):
    """`chosen`, a bool array or tensor of the ensemble's shape, as a mask for x (ensemble, …)."""
    return torch.as_tensor(chosen.reshape(chosen.shape + (1,) * (x.ndim - chosen.ndim)), device=x.device)


def _beside(p, value):
    """A setting as p's arithmetic takes it: a Python number, or a tensor on p's device."""
    return _number(value) if np.ndim(value) == 0 else torch.as_tensor(value, dtype=p.dtype, device=p.device)


class SGD(Optimizer):
    """v ← μ v + g,  θ ← θ − η v;  with Nesterov θ ← θ − η (g + μ v). g includes weight_decay · θ.

    μ is `momentum`; at rate η/(1 − μ) without momentum the small steps are the same. Polyak (1964); Sutskever
    et al. (2013); torch.optim.SGD.
    """

    states = ("v",)

    def __init__(self, params, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.states = ("v",) if np.any(_host(momentum)) else ()
        super().__init__(params, lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        if nesterov and not self.states:
            raise ValueError("SGD: nesterov=True wants a momentum above 0, for example momentum=0.9.")

    def update(self, p, g, settings, v=None):
        g = _with_decay(p, g, settings)
        if v is not None:
            v.mul_(settings["momentum"]).add_(g)
            g = g + settings["momentum"] * v if settings["nesterov"] else v
        _step_along(p, g, settings["lr"])


class AdaGrad(Optimizer):
    """s ← s + g²,  θ ← θ − η g / (√s + ε). Duchi, Hazan & Singer (2011); torch.optim.Adagrad."""

    states = ("s",)

    def __init__(self, params, lr=0.01, eps=1e-10, weight_decay=0.0):
        super().__init__(params, lr, eps=eps, weight_decay=weight_decay)

    def update(self, p, g, settings, s):
        g = _with_decay(p, g, settings)
        s.addcmul_(g, g)
        _divide_step(p, g, settings["lr"], s.sqrt(), settings["eps"])


class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²,  θ ← θ − η g / (√s + ε). Tieleman & Hinton (2012); torch.optim.RMSprop."""

    states = ("s",)

    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, alpha=alpha, eps=eps, weight_decay=weight_decay)

    def update(self, p, g, settings, s):
        g = _with_decay(p, g, settings)
        s.lerp_(g * g, 1 - settings["alpha"])
        _divide_step(p, g, settings["lr"], s.sqrt(), settings["eps"])


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁^t), v̂ = v / (1 − β₂^t) with t = 1 at the first step, so that the first step is −η
    sign(g). weight_decay · θ is added to g (this is L2 only for plain SGD: see AdamW). Kingma & Ba (2015),
    algorithm 1.
    """

    states = ("m", "v")
    changing = ("lr", "root", "shrink")

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        if np.shape(betas) != (2,):
            raise ValueError(
                f"{type(self).__name__}: betas is {betas!r}; it wants two numbers, for example (0.9, 0.999)."
            )
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            checks.number(type(self).__name__, name, beta, low=0, high=1, open_high=True)
        super().__init__(params, lr, beta1=betas[0], beta2=betas[1], eps=eps, weight_decay=weight_decay)

    def settings(self, group):
        now, t = dict(super().settings(group)), self.state["t"] + 1
        p = group["params"][0]
        now["shrink"] = 1 - now["lr"] * now["weight_decay"]  # of AdamW
        now["lr"] = now["lr"] / _beside(p, 1 - now["beta1"] ** t)
        now["root"] = _beside(p, np.sqrt(1 - now["beta2"] ** t))
        return now

    def update(self, p, g, settings, m, v):
        self._move(p, _with_decay(p, g, settings), settings, m, v)

    def _move(self, p, g, settings, m, v):
        m.lerp_(g, 1 - settings["beta1"])
        v.lerp_(g * g, 1 - settings["beta2"])
        _divide_step(p, m, settings["lr"], v.sqrt().div_(settings["root"]), settings["eps"])


class AdamW(Adam):
    """Adam with decoupled decay: θ ← θ − η·weight_decay·θ, and g is left alone.

    Loshchilov & Hutter (2019).
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, p, g, settings, m, v):
        p.mul_(settings["shrink"])
        self._move(p, g, settings, m, v)


def _with_decay(p, g, settings):
    """g + weight_decay · θ."""
    decay = settings["weight_decay"]
    return g + decay * p if isinstance(decay, torch.Tensor) or decay else g


def _divide_step(p, direction, lr, root, eps):
    """p ← p − lr · direction / (root + eps), in place; root is overwritten."""
    _step_along(p, direction / root.add_(eps), lr)


def _step_along(p, direction, lr):
    """p ← p − lr · direction, in place: in one pass where all members have one rate."""
    p.sub_(direction * lr) if isinstance(lr, torch.Tensor) else p.sub_(direction, alpha=lr)
