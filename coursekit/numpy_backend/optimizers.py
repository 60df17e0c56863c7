"""Optimizers: `optimizer.step(grads)` moves the parameters a little against their gradients.

θ is a parameter, g its gradient, η the learning rate `lr`: a number, an array (E, 1, 1) with one rate per member of an
ensemble, or a schedule η(t) of the update step t = 0, 1, … Conventions are torch's: the rate is outside the velocity, ε
outside the root.

`update` is the textbook formula. Where time matters, `update_in_place` computes the same without temporary arrays, and all
parameters at once where they are stored side by side (`arrays.pack`); the tests compare the two.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit import checks
from coursekit.numpy_backend.arrays import pack
from coursekit.training.optimizer_settings import fits_parameters, setting

Rate = float | np.ndarray | Callable[[Any], Any]  # a number, one per member (E, 1, 1), or a schedule
Setting = float | np.ndarray


class Optimizer:
    """The base of all optimizers. `states` names the arrays kept for each parameter, which start at 0.

    A subclass defines `update`; `self.t` is the number of steps taken before the present one.
    """

    states: tuple[str, ...] = ()
    weight_decay: Setting  # a setting of each subclass; `__init__` sets its settings as attributes

    def __init__(self, params: dict[str, np.ndarray], lr: Rate, **settings: Setting):
        where = type(self).__name__
        if not isinstance(params, dict) or not params:
            raise TypeError(
                f"{where}: params must be the dict of live arrays that net.parameters() returns, but is "
                f"{type(params).__name__}."
            )
        self.params, self.t = params, 0
        self._decays = bool(np.any(settings.get("weight_decay", 0)))
        self.lr: Rate = lr if callable(lr) else setting(where, "lr", lr)
        for name, value in settings.items():
            setattr(self, name, setting(where, name, value) if not isinstance(value, bool) else value)
        for name, value in {"lr": self.lr, **settings}.items():
            if not callable(value):
                fits_parameters(where, name, value, params)
        packed = {s: pack({k: np.zeros_like(p) for k, p in params.items()}) for s in self.states}
        self._state = {s: views for s, (_, views) in packed.items()}
        self._scratch, self._scratch_views = pack({k: np.empty_like(p) for k, p in params.items()})
        same_for_all = callable(self.lr) or not np.ndim(self.lr)
        same_for_all = same_for_all and not any(np.ndim(v) for v in settings.values())
        self._flat = _flat_array(params) if same_for_all else None
        self._flat_state = [flat for flat, _ in packed.values()]
        self._checked_grads = self._flat_grads = None

    def rate(self) -> float | np.ndarray:
        """η at the present step."""
        if not callable(self.lr):
            return self.lr
        lr: Any = self.lr(self.t)
        return float(lr) if np.ndim(lr) == 0 else lr  # a Python float leaves float32 parameters float32

    def step(self, grads: dict[str, np.ndarray], active: np.ndarray | None = None) -> None:
        """One update. `active` (ensemble shape, bool) lets only some members move; the others keep every bit."""
        if not self._already_checked(grads):
            self._check(grads)
        if active is not None and not np.all(active):
            self._step_some(grads, np.asarray(active))
            return
        lr = self.rate()
        flat, flat_grads = self._flat, self._flat_grads
        if flat is not None and flat_grads is not None and isinstance(self.t, int) and isinstance(lr, float):
            self.update_in_place(flat, flat_grads, lr, self._scratch, *self._flat_state)
        else:
            for key, p in self.params.items():
                state = (views[key] for views in self._state.values())
                self.update_in_place(p, grads[key], lr, self._scratch_views[key], *state)
        self.t = self.t + 1

    def update(self, p: np.ndarray, g: np.ndarray, lr: Setting, *state: np.ndarray) -> None:
        """The textbook update: change p and its state, in place; g is left unchanged."""
        raise NotImplementedError

    def update_in_place(
        self, p: np.ndarray, g: np.ndarray, lr: Setting, scratch: np.ndarray, *state: np.ndarray
    ) -> None:
        """The same as `update` without temporary arrays: `scratch`, of p's shape, may be overwritten."""
        self.update(p, g, lr, *state)

    def state_dict(self) -> dict:
        """The live state: {"state": {"t": steps taken, "v": {"0.W": velocity, …}, …}}."""
        return {"state": {"t": self.t, **self._state}}

    def load_state_dict(self, saved: dict) -> None:
        """Continue from the state of another optimizer of this kind, for parameters of the same shapes."""
        state = saved["state"]
        if not state.keys() >= self._state.keys():
            raise ValueError(
                f"{type(self).__name__}: the state must hold {sorted(self._state)}, but holds {sorted(state)}. Load the "
                "state of an optimizer of the same kind."
            )
        self.t = state["t"]
        for name, views in self._state.items():  # where all momenta are 0, there is no velocity
            for key, view in views.items():
                view[...] = state[name][key]

    def _step_some(self, grads, active):
        if not active.any():
            return
        resting = ~active
        arrays = [*self.params.values(), *(v for views in self._state.values() for v in views.values())]
        before = [array[resting] for array in arrays]
        t = self.t
        self.step(grads)
        for array, values in zip(arrays, before, strict=True):
            array[resting] = values
        self.t = t + active.reshape(*active.shape, 1, 1).astype(int)  # each member counts its own steps

    def _already_checked(self, grads):
        """Whether these are the very arrays of the last step, as `net.backward` returns them; their dict may be new."""
        known = self._checked_grads
        return (
            known is not None and len(grads) == len(known) and all(map(operator.is_, grads.values(), known))
        )

    def _check(self, grads):
        """Check keys and shapes of the gradients, and find out whether they are stored side by side."""
        where = type(self).__name__
        if not isinstance(grads, dict):
            raise TypeError(
                f"{where}: gradients must be a dict with the keys of the parameters, as net.backward returns it, but are "
                f"{grads!r}."
            )
        if grads.keys() != self.params.keys():
            raise ValueError(
                f"{where}: gradients must have the keys of the parameters, {sorted(self.params)}, but have {sorted(grads)}."
            )
        for key, g in grads.items():
            if np.shape(g) != self.params[key].shape:
                raise ValueError(
                    f"{where}: the gradient of {key} must have the shape of the parameter, {self.params[key].shape}, but "
                    f"has shape {np.shape(g)}."
                )
        flat = _flat_array(grads) if self._flat is not None else None
        self._flat_grads = (
            flat if flat is not None and self._flat is not None and flat.size == self._flat.size else None
        )
        self._checked_grads = tuple(grads.values())


class SGD(Optimizer):
    """v ← μ v + g,  θ ← θ − η v;  with Nesterov θ ← θ − η (g + μ v). g includes weight_decay · θ.

    μ is `momentum`; at rate η/(1 − μ) without momentum the small steps are the same. Polyak (1964); Sutskever et
    al. (2013); torch.optim.SGD.
    """

    momentum: Setting
    nesterov: bool

    def __init__(
        self, params: dict[str, np.ndarray], lr: Rate, momentum: Setting = 0.0, nesterov: bool = False,
        weight_decay: Setting = 0.0,
    ):  # fmt: skip
        self.states = ("v",) if np.any(momentum) else ()
        super().__init__(params, lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        if nesterov and not self.states:
            raise ValueError("SGD: nesterov=True needs a momentum above 0, for example momentum=0.9.")

    def update(self, p: np.ndarray, g: np.ndarray, lr: Setting, v: np.ndarray | None = None) -> None:
        g = g + self.weight_decay * p
        if v is not None:
            v[...] = self.momentum * v + g
            g = g + self.momentum * v if self.nesterov else v
        p[...] = p - lr * g

    def update_in_place(
        self, p: np.ndarray, g: np.ndarray, lr: Setting, scratch: np.ndarray, v: np.ndarray | None = None
    ) -> None:
        if self._decays:
            g = g + self.weight_decay * p
        if v is not None:
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        p -= np.multiply(g, lr, out=scratch)


class AdaGrad(Optimizer):
    """s ← s + g²,  θ ← θ − η g / (√s + ε). Duchi, Hazan & Singer (2011); torch.optim.Adagrad."""

    states = ("s",)
    eps: Setting

    def __init__(
        self, params: dict[str, np.ndarray], lr: Rate = 0.01, eps: Setting = 1e-10, weight_decay: Setting = 0.0
    ):  # fmt: skip
        super().__init__(params, lr, eps=eps, weight_decay=weight_decay)

    def update(self, p: np.ndarray, g: np.ndarray, lr: Setting, s: np.ndarray) -> None:
        g = g + self.weight_decay * p
        s[...] = s + g**2
        p[...] = p - lr * g / (np.sqrt(s) + self.eps)


class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²,  θ ← θ − η g / (√s + ε). Tieleman & Hinton (2012); torch.optim.RMSprop."""

    states = ("s",)
    alpha: Setting
    eps: Setting

    def __init__(
        self, params: dict[str, np.ndarray], lr: Rate = 0.01, alpha: Setting = 0.99, eps: Setting = 1e-8,
        weight_decay: Setting = 0.0,
    ):  # fmt: skip
        super().__init__(params, lr, alpha=alpha, eps=eps, weight_decay=weight_decay)

    def update(self, p: np.ndarray, g: np.ndarray, lr: Setting, s: np.ndarray) -> None:
        g = g + self.weight_decay * p
        s[...] = self.alpha * s + (1 - self.alpha) * g**2
        p[...] = p - lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁^t), v̂ = v / (1 − β₂^t) with t = 1 at the first step, so that the first step is −η sign(g).
    weight_decay · θ is added to g (this is L2 only for plain SGD: see AdamW). Kingma & Ba (2015), algorithm 1.
    """

    states = ("m", "v")
    beta1: Setting
    beta2: Setting
    eps: Setting

    def __init__(
        self, params: dict[str, np.ndarray], lr: Rate = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: Setting = 1e-8, weight_decay: Setting = 0.0,
    ):  # fmt: skip
        where = type(self).__name__
        if np.shape(betas) != (2,):
            raise ValueError(
                f"{where}: betas must be two numbers, for example (0.9, 0.999), but is {betas!r}."
            )
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            checks.number(where, name, beta, low=0, high=1, open_high=True)
        super().__init__(params, lr, beta1=betas[0], beta2=betas[1], eps=eps, weight_decay=weight_decay)

    def update(self, p: np.ndarray, g: np.ndarray, lr: Setting, m: np.ndarray, v: np.ndarray) -> None:
        self._adam(p, g + self.weight_decay * p, lr, m, v)

    def _adam(self, p, g, lr, m, v):
        t = self.t + 1
        m[...] = self.beta1 * m + (1 - self.beta1) * g
        v[...] = self.beta2 * v + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        p[...] = p - lr * m_hat / (np.sqrt(v_hat) + self.eps)

    def update_in_place(
        self, p: np.ndarray, g: np.ndarray, lr: Setting, scratch: np.ndarray, m: np.ndarray, v: np.ndarray
    ) -> None:
        if self._decays:
            g = g + self.weight_decay * p
        self._adam_in_place(p, g, lr, scratch, m, v)

    def _adam_in_place(self, p, g, lr, scratch, m, v):
        t = self.t + 1
        m *= self.beta1
        m += np.multiply(g, 1 - self.beta1, out=scratch)
        v *= self.beta2
        np.multiply(g, g, out=scratch)
        scratch *= 1 - self.beta2
        v += scratch
        root = np.sqrt(v, out=scratch)
        root /= np.sqrt(1 - self.beta2**t)
        root += self.eps
        step = np.divide(m, root, out=root)
        step *= lr / (1 - self.beta1**t)
        p -= step


class AdamW(Adam):
    """Adam with decoupled decay: θ ← θ − η · weight_decay · θ, and g does not include it. Loshchilov & Hutter (2019)."""

    def __init__(
        self, params: dict[str, np.ndarray], lr: Rate = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: Setting = 1e-8, weight_decay: Setting = 0.01,
    ):  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, p: np.ndarray, g: np.ndarray, lr: Setting, m: np.ndarray, v: np.ndarray) -> None:
        p[...] = p - lr * self.weight_decay * p
        self._adam(p, g, lr, m, v)

    def update_in_place(
        self, p: np.ndarray, g: np.ndarray, lr: Setting, scratch: np.ndarray, m: np.ndarray, v: np.ndarray
    ) -> None:
        p *= 1 - lr * self.weight_decay
        self._adam_in_place(p, g, lr, scratch, m, v)


def _flat_array(views):
    """The flat array that `pack` made, or None if these arrays do not fill one in this order."""
    arrays = list(views.values())
    flat = arrays[0].base
    if flat is None or flat.ndim != 1:
        return None
    address = flat.__array_interface__["data"][0]
    for array in arrays:
        if array.base is not flat or array.__array_interface__["data"][0] != address:
            return None
        address += array.nbytes
    return flat if sum(a.size for a in arrays) == flat.size else None
