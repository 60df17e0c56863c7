"""Optimizers: `optimizer.step()` moves the parameters a little against their gradients.

θ is a parameter, g its gradient, η the learning rate `lr`: a number, an array (E, 1, 1) with one rate per member
of an ensemble, or a schedule η(t) of the update step t = 0, 1, … Conventions are torch's: the rate is outside the
velocity, ε outside the root. These are `torch.optim.Optimizer`s; torch's own cannot have a rate per member, and
`fit` accepts them as well.

`update` is the textbook formula. With one setting for all members, `update_all` calls torch's fused kernel for all
parameters instead; the tests compare the two.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from coursekit import checks
from coursekit.torch_backend.arrays import kind_of
from coursekit.training.optimizer_settings import fits_parameters, setting

Parameters = dict[str, torch.Tensor] | Iterable[Any]
Setting = float | np.ndarray | torch.Tensor
Rate = Setting | Callable[[Any], Any]  # a number, one per member (E, 1, 1), or a schedule


class Optimizer(torch.optim.Optimizer):
    """The base of all optimizers. `states` names the tensors kept for each parameter, which start at 0.

    A subclass defines `update`; `self.state["t"]` is the number of steps taken before the present one: a number, or
    an array (E, 1, 1) once the members differ.
    """

    states: tuple[str, ...] = ()
    state: dict[Any, Any]  # torch's keys are tensors; here "t" is one as well

    def __init__(self, params: Parameters, lr: Rate, **settings: Setting):
        where = type(self).__name__
        self.schedule = lr if callable(lr) else None
        super().__init__(
            _parameters(where, params), {"lr": _number(lr(0)) if callable(lr) else lr, **settings}
        )
        self.state["t"] = 0
        for group in self.param_groups:
            for name in self.defaults:
                if not isinstance(group[name], bool):
                    value = setting(where, name, _host(group[name]))
                    params = {f"parameter {i}": p for i, p in enumerate(group["params"])}
                    fits_parameters(where, name, value, params)
                    group[name] = _beside(group["params"][0], value)
            for p in group["params"]:
                self.state[p] = {state: torch.zeros_like(p) for state in self.states}

    def __getstate__(self):
        """What a copy or a pickle contains: torch leaves out what it does not know."""
        return {**super().__getstate__(), "schedule": self.schedule, "states": self.states}

    def rate(self) -> float | torch.Tensor:
        """η at the present step."""
        group = self.param_groups[0]
        if self.schedule is None:
            return group["lr"]
        return _beside(group["params"][0], self.schedule(self.state["t"]))

    @torch.no_grad()
    def step(self, closure: Callable | None = None, active: np.ndarray | None = None) -> Any:
        """One update. `active` (ensemble shape, bool) lets only some members move; the others keep every bit."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if active is not None and not np.any(active):
            return loss
        resting = []
        if active is not None and not np.all(active):
            moving = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
            resting = [x for p in moving for x in (p, *self.state[p].values())]
        before = [x.clone() for x in resting]
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if self.schedule is not None:
                group["lr"] = self.rate()
            states = {name: [self.state[p][name] for p in params] for name in self.states}
            if params and self._same_for_all(group, params[0]):
                self.update_all(params, [p.grad for p in params], group, **states)
            else:
                for p in params:
                    self.update(p, p.grad, group, **self.state[p])
        if active is not None:
            for x, old in zip(resting, before, strict=True):
                keep_members(x, old, ~active)
        one = 1 if active is None or np.all(active) else active.reshape(*active.shape, 1, 1).astype(int)
        self.state["t"] = self.state["t"] + one  # each member counts its own steps
        return loss

    def _same_for_all(self, group, p):
        """Whether all settings are numbers, on a device that has fused kernels."""
        numbers = not any(isinstance(value, torch.Tensor) for value in group.values())
        return numbers and isinstance(self.state["t"], int) and p.device.type in ("cpu", "cuda", "mps")

    def update(self, p: torch.Tensor, g: torch.Tensor, group: dict, **states: torch.Tensor) -> None:
        """The textbook update with the settings in `group`: change p and its states; g is left unchanged."""
        raise NotImplementedError

    def update_all(self, params: list, grads: list, group: dict, **states: list) -> None:
        """The same as `update` for all parameters, where every setting is one number."""
        for i, (p, g) in enumerate(zip(params, grads, strict=True)):
            self.update(p, g, group, **{name: each[i] for name, each in states.items()})


class SGD(Optimizer):
    """v ← μ v + g,  θ ← θ − η v;  with Nesterov θ ← θ − η (g + μ v). g includes weight_decay · θ.

    μ is `momentum`; at rate η/(1 − μ) without momentum the small steps are the same. Polyak (1964); Sutskever et
    al. (2013); torch.optim.SGD.
    """

    def __init__(
        self, params: Parameters, lr: Rate, momentum: Setting = 0.0, nesterov: bool = False,
        weight_decay: Setting = 0.0,
    ):  # fmt: skip
        self.states = ("v",) if np.any(_host(momentum)) else ()
        super().__init__(params, lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        if nesterov and not self.states:
            raise ValueError("SGD: nesterov=True needs a momentum above 0, for example momentum=0.9.")

    def update(self, p: torch.Tensor, g: torch.Tensor, group: dict, v: torch.Tensor | None = None) -> None:
        g = g + group["weight_decay"] * p
        if v is not None:
            v.copy_(group["momentum"] * v + g)
            g = g + group["momentum"] * v if group["nesterov"] else v
        p.sub_(group["lr"] * g)

    def update_all(self, params: list, grads: list, group: dict, v: list | None = None) -> None:
        names = ("lr", "momentum", "nesterov", "weight_decay")
        velocity: list = [None] * len(params) if v is None else v
        settings = {name: group[name] for name in names}
        sgd(params, grads, velocity, fused=True, dampening=0.0, maximize=False, **settings)


class AdaGrad(Optimizer):
    """s ← s + g²,  θ ← θ − η g / (√s + ε). Duchi, Hazan & Singer (2011); torch.optim.Adagrad."""

    states = ("s",)

    def __init__(
        self, params: Parameters, lr: Rate = 0.01, eps: Setting = 1e-10, weight_decay: Setting = 0.0
    ):
        super().__init__(params, lr, eps=eps, weight_decay=weight_decay)

    def update(self, p: torch.Tensor, g: torch.Tensor, group: dict, s: torch.Tensor) -> None:
        g = g + group["weight_decay"] * p
        s.add_(g**2)
        p.sub_(group["lr"] * g / (s.sqrt() + group["eps"]))


class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²,  θ ← θ − η g / (√s + ε). Tieleman & Hinton (2012); torch.optim.RMSprop."""

    states = ("s",)

    def __init__(
        self, params: Parameters, lr: Rate = 0.01, alpha: Setting = 0.99, eps: Setting = 1e-8,
        weight_decay: Setting = 0.0,
    ):  # fmt: skip
        super().__init__(params, lr, alpha=alpha, eps=eps, weight_decay=weight_decay)

    def update(self, p: torch.Tensor, g: torch.Tensor, group: dict, s: torch.Tensor) -> None:
        g = g + group["weight_decay"] * p
        s.copy_(group["alpha"] * s + (1 - group["alpha"]) * g**2)
        p.sub_(group["lr"] * g / (s.sqrt() + group["eps"]))


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁^t), v̂ = v / (1 − β₂^t) with t = 1 at the first step, so that the first step is −η
    sign(g). weight_decay · θ is added to g (this is L2 only for plain SGD: see AdamW). Kingma & Ba (2015),
    algorithm 1.
    """

    states = ("m", "v")
    fused = staticmethod(adam)

    def __init__(
        self, params: Parameters, lr: Rate = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: Setting = 1e-8,
        weight_decay: Setting = 0.0,
    ):  # fmt: skip
        where = type(self).__name__
        if np.shape(betas) != (2,):
            raise ValueError(
                f"{where}: betas must be two numbers, for example (0.9, 0.999), but is {betas!r}."
            )
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            checks.number(where, name, beta, low=0, high=1, open_high=True)
        super().__init__(params, lr, beta1=betas[0], beta2=betas[1], eps=eps, weight_decay=weight_decay)

    def update(self, p: torch.Tensor, g: torch.Tensor, group: dict, m: torch.Tensor, v: torch.Tensor) -> None:
        self._adam(p, g + group["weight_decay"] * p, group, m, v)

    def _adam(self, p, g, group, m, v):
        beta1, beta2, t = group["beta1"], group["beta2"], self.state["t"] + 1
        m.copy_(beta1 * m + (1 - beta1) * g)
        v.copy_(beta2 * v + (1 - beta2) * g**2)
        m_hat = m / _beside(p, 1 - beta1**t)
        v_hat = v / _beside(p, 1 - beta2**t)
        p.sub_(group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))

    def update_all(self, params: list, grads: list, group: dict, m: list, v: list) -> None:
        steps = torch.full((len(params),), float(self.state["t"]), device=params[0].device).unbind()
        settings = {name: group[name] for name in ("lr", "beta1", "beta2", "eps", "weight_decay")}
        self.fused(
            params, grads, m, v, [], list(steps), fused=True, amsgrad=False, maximize=False, **settings
        )


class AdamW(Adam):
    """Adam with decoupled decay: θ ← θ − η · weight_decay · θ, and g does not include it.

    Loshchilov & Hutter (2019).
    """

    fused = staticmethod(adamw)

    def __init__(
        self, params: Parameters, lr: Rate = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: Setting = 1e-8,
        weight_decay: Setting = 0.01,
    ):  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, p: torch.Tensor, g: torch.Tensor, group: dict, m: torch.Tensor, v: torch.Tensor) -> None:
        p.sub_(group["lr"] * group["weight_decay"] * p)
        self._adam(p, g, group, m, v)


def keep_members(x: torch.Tensor, old: torch.Tensor, members: np.ndarray) -> None:
    """Overwrite the given members (bool, ensemble shape) of x by those of `old`, in place."""
    shape = members.shape + (1,) * (x.ndim - members.ndim)
    x.copy_(torch.where(torch.as_tensor(members.reshape(shape), device=x.device), old, x))


def _parameters(where, params):
    params = list(params.values() if isinstance(params, dict) else params) if np.iterable(params) else None
    if not params or isinstance(params[0], np.ndarray | str):
        raise TypeError(
            f"{where}: params must be the network's tensors, net.parameters(), but holds no tensors."
        )
    return params


def _host(value):
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value


def _number(value):
    return float(value) if np.ndim(value) == 0 else value


def _beside(p, value):
    """A setting for arithmetic with p: a Python number, or a tensor on p's device."""
    return float(value) if np.ndim(value) == 0 else torch.as_tensor(value, dtype=p.dtype, device=p.device)


def trained_parameters(net: nn.Module, optimizer: Any) -> list[torch.Tensor]:
    """The parameters that the optimizer moves; they must be the network's own, and be able to learn."""
    if not torch.is_grad_enabled():
        raise ValueError(
            "fit: gradients must be on, but are switched off by torch.no_grad() or torch.inference_mode() around the "
            "call. Call fit outside of it."
        )
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(
            "fit: optimizer must be a torch.optim.Optimizer, for example ck.SGD(net.parameters(), lr=0.1), but is a "
            f"{kind_of(optimizer)}."
        )
    if isinstance(optimizer, torch.optim.LBFGS):
        raise TypeError(
            "fit: LBFGS evaluates the loss several times per step; take an optimizer without a closure."
        )
    own = {id(p) for p in net.parameters()}
    given = [p for group in optimizer.param_groups for p in group["params"]]
    if not all(id(p) in own for p in given):
        raise ValueError(
            "fit: the optimizer moves parameters that are not this network's. Create it from this network, for example "
            "ck.SGD(net.parameters(), lr=0.1)."
        )
    for p in given:
        for name, x in optimizer.state.get(p, {}).items():
            if isinstance(x, torch.Tensor) and x.ndim and x.device != p.device:
                raise ValueError(
                    f"fit: the optimizer keeps {name} on {x.device}, but its parameters are on {p.device}. Create the "
                    "optimizer after moving the network."
                )
    trained = [p for p in given if p.requires_grad]
    if not trained:
        raise ValueError(
            "fit: every parameter of the optimizer has requires_grad=False, so that none can learn."
        )
    return trained


def is_plain_sgd(optimizer: torch.optim.Optimizer) -> bool:
    """Whether it is SGD, ours or torch's, without momentum and weight decay."""
    group = optimizer.param_groups[0]
    kinds = (SGD, torch.optim.SGD)
    return type(optimizer) in kinds and not any(np.any(_host(group[s])) for s in ("momentum", "weight_decay"))
