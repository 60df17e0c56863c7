"""Optimizers: `optimizer.step(grads)` moves the parameters a little against their gradients.

θ stands for a parameter, g for its gradient, η for the learning rate `lr`: a number, an array (E, 1, 1) with a rate
for each member of an ensemble, or a schedule η(t) of the update step t = 0, 1, … Conventions are torch's: the rate
stands outside the velocity, ε outside the root. Updates are in place, one parameter after another, or all at once
where they lie side by side (`arrays.pack`).
"""

import operator

import numpy as np

from coursekit import checks
from coursekit.numpy_backend.arrays import flat_of, pack
from coursekit.training.optimizer_settings import fits_parameters, setting


class Optimizer:
    """What all optimizers share; `states` names the arrays remembered for each parameter."""

    states = ()

    def __init__(self, params, lr, **settings):
        where = type(self).__name__
        if not isinstance(params, dict) or not params:
            raise TypeError(
                f"{where}: params is {type(params).__name__}; it wants the dict of live arrays that net.parameters() gives."
            )
        self.params, self.t = params, 0
        self._decays = bool(np.any(settings.get("weight_decay", 0)))
        self.lr = lr if callable(lr) else setting(where, "lr", lr)
        for name, value in settings.items():
            setattr(self, name, setting(where, name, value) if not isinstance(value, bool) else value)
        for name, value in {"lr": self.lr, **settings}.items():
            if not callable(value):
                fits_parameters(where, name, value, params)
        made = {s: pack({k: np.zeros_like(p) for k, p in params.items()}) for s in self.states}
        self._views = {s: views for s, (_, views) in made.items()}
        self._scratch, self._scratch_views = pack({k: np.empty_like(p) for k, p in params.items()})
        together = not any(np.ndim(v) for v in (self.lr, *settings.values()))
        self._flat = flat_of(params) if together else None
        self._flat_states = [flat for flat, _ in made.values()]
        self._known_grads = self._flat_grads = None

    def rate(self):
        """η at the present step."""
        if not callable(self.lr):
            return self.lr
        lr = self.lr(self.t)
        return float(lr) if np.ndim(lr) == 0 else lr  # a Python float leaves float32 parameters float32

    def step(self, grads, active=None):
        """One update. `active` (ensemble shape, bool) lets only some members move; the others keep every bit."""
        if not self._knows(grads):
            self._recognize(grads)
        if active is not None and not np.all(active):
            self._step_some(grads, np.asarray(active))
            return
        lr = self.rate()
        if self._flat_grads is not None and isinstance(self.t, int) and isinstance(lr, float):
            self.update(self._flat, self._flat_grads, lr, self._scratch, *self._flat_states)
        else:
            for key, p in self.params.items():
                states = (views[key] for views in self._views.values())
                self.update(p, grads[key], lr, self._scratch_views[key], *states)
        self.t = self.t + 1

    def _knows(self, grads):
        """Whether these very arrays have been recognized; the dict around them may be a new one."""
        known = self._known_grads
        return (
            known is not None and len(grads) == len(known) and all(map(operator.is_, grads.values(), known))
        )

    def _recognize(self, grads):
        """Check these arrays once, and see whether they lie side by side as the parameters do."""
        if not isinstance(grads, dict):
            raise TypeError(
                f"{type(self).__name__}: gradients are {grads!r}; they want to be a dict with the keys of the parameters, "
                "as net.backward gives it."
            )
        if grads.keys() != self.params.keys():
            raise ValueError(
                f"{type(self).__name__}: gradients for {sorted(grads)}, but parameters {sorted(self.params)}."
            )
        for key, g in grads.items():
            if np.shape(g) != self.params[key].shape:
                raise ValueError(
                    f"{type(self).__name__}: the gradient of {key} has shape {np.shape(g)}, but the parameter "
                    f"{self.params[key].shape}; they want to be equal."
                )
        flat = flat_of(grads) if self._flat is not None else None
        self._flat_grads = flat if flat is not None and flat.size == self._flat.size else None
        self._known_grads = tuple(grads.values())

    def _step_some(self, grads, active):
        if not active.any():
            return
        still = ~active
        arrays = [*self.params.values(), *(v for views in self._views.values() for v in views.values())]
        kept = [array[still] for array in arrays]
        t = self.t
        self.step(grads)
        for array, values in zip(arrays, kept, strict=True):
            array[still] = values
        self.t = t + active.reshape(*active.shape, 1, 1).astype(int)  # each member counts its own steps

    def state_dict(self):
        """What the optimizer remembers, live: {"state": {"t": steps taken, "v": {"0.W": velocity, …}, …}}."""
        return {"state": {"t": self.t, **self._views}}

    def load_state_dict(self, saved):
        """Go on from what another optimizer of this kind, with parameters of the same shapes, remembered."""
        state = saved["state"]
        if not state.keys() >= self._views.keys():
            raise ValueError(
                f"{type(self).__name__}: the state remembers {sorted(state)}, but this optimizer wants "
                f"{sorted(self._views)}. It goes on from one of its own kind."
            )
        self.t = state["t"]
        for name, views in self._views.items():  # where all momenta are 0, no velocity is wanted
            for key, view in views.items():
                view[...] = state[name][key]

    def update(self, p, g, lr, scratch, *states):
        """Change p and the states in place; g is left as it is; scratch has p's shape and may be overwritten."""
        raise NotImplementedError


class SGD(Optimizer):
    """v ← μ v + g,  θ ← θ − η v;  with Nesterov θ ← θ − η (g + μ v). g includes weight_decay · θ.

    μ is `momentum`; at rate η/(1 − μ) without momentum the small steps are the same. Polyak (1964); Sutskever et
    al. (2013); torch.optim.SGD.
    """

    states = ("v",)

    def __init__(self, params, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.states = ("v",) if np.any(momentum) else ()
        super().__init__(params, lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        if nesterov and not self.states:
            raise ValueError("SGD: nesterov=True wants a momentum above 0, for example momentum=0.9.")

    def update(self, p, g, lr, scratch, v=None):
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

    def __init__(self, params, lr=0.01, eps=1e-10, weight_decay=0.0):
        super().__init__(params, lr, eps=eps, weight_decay=weight_decay)

    def update(self, p, g, lr, scratch, s):
        if self._decays:
            g = g + self.weight_decay * p
        s += np.multiply(g, g, out=scratch)
        _divide_step(p, g, lr, np.sqrt(s, out=scratch), self.eps)


class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²,  θ ← θ − η g / (√s + ε). Tieleman & Hinton (2012); torch.optim.RMSprop."""

    states = ("s",)

    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, alpha=alpha, eps=eps, weight_decay=weight_decay)

    def update(self, p, g, lr, scratch, s):
        if self._decays:
            g = g + self.weight_decay * p
        _running_square(s, g, self.alpha, scratch)
        _divide_step(p, g, lr, np.sqrt(s, out=scratch), self.eps)


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁^t), v̂ = v / (1 − β₂^t) with t = 1 at the first step, so that the first step is −η sign(g).
    weight_decay · θ is added to g (this is L2 only for plain SGD: see AdamW). Kingma & Ba (2015), algorithm 1.
    """

    states = ("m", "v")

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        if np.shape(betas) != (2,):
            raise ValueError(
                f"{type(self).__name__}: betas is {betas!r}; it wants two numbers, for example (0.9, 0.999)."
            )
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            checks.number(type(self).__name__, name, beta, low=0, high=1, open_high=True)
        super().__init__(params, lr, beta1=betas[0], beta2=betas[1], eps=eps, weight_decay=weight_decay)

    def update(self, p, g, lr, scratch, m, v):
        if self._decays:
            g = g + self.weight_decay * p
        self._move(p, g, lr, scratch, m, v)

    def _move(self, p, g, lr, scratch, m, v):
        t = self.t + 1
        m *= self.beta1
        m += np.multiply(g, 1 - self.beta1, out=scratch)
        _running_square(v, g, self.beta2, scratch)
        root = np.sqrt(v, out=scratch)
        root /= np.sqrt(1 - self.beta2**t)
        _divide_step(p, m, lr / (1 - self.beta1**t), root, self.eps)


class AdamW(Adam):
    """Adam with decoupled decay: θ ← θ − η·weight_decay·θ, and g is left alone. Loshchilov & Hutter (2019)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, p, g, lr, scratch, m, v):
        p *= 1 - lr * self.weight_decay
        self._move(p, g, lr, scratch, m, v)


def _running_square(s, g, decay, scratch):
    """s ← decay·s + (1 − decay) g², in place."""
    s *= decay
    np.multiply(g, g, out=scratch)
    scratch *= 1 - decay
    s += scratch


def _divide_step(p, direction, lr, root, eps):
    """p ← p − lr · direction / (root + eps), in place; root is overwritten."""
    root += eps
    np.divide(direction, root, out=root)
    root *= lr
    p -= root
