"""Wrong backpropagation steps, made from the right one by replacing some of its quantities."""

from types import SimpleNamespace

import numpy as np

from coursekit.exercises.backpropagation.inputs import sigmoid

# In the order of the procedure; `returned` is what flows back to the hidden outputs, Σ_k w_kh δ_k.
_RIGHT = {
    "rate": lambda s: s.eta,
    "net_h": lambda s: s.W_hidden @ s.x + s.b_hidden,
    "o_h": lambda s: sigmoid(s.net_h),
    "net_k": lambda s: s.W_out @ s.o_h + s.b_out,
    "o": lambda s: sigmoid(s.net_k),
    "delta_k": lambda s: s.o * (1 - s.o) * (s.t - s.o),
    "returned": lambda s: s.W_out.T @ s.delta_k,
    "delta_h": lambda s: s.o_h * (1 - s.o_h) * s.returned,
    "W_hidden_step": lambda s: np.outer(s.delta_h, s.x),
    "b_hidden_step": lambda s: s.delta_h,
    "W_out_step": lambda s: np.outer(s.delta_k, s.o_h),
    "b_out_step": lambda s: s.delta_k,
}


def with_(*, sign=1, keep=1, **wrong):
    """A step in which the named quantities are other functions of those before them.

    sign: of the step; keep: the factor of the old weights in the result.
    """
    formulas = _RIGHT | wrong

    def step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
        s = SimpleNamespace(x=x, t=t, W_hidden=W_hidden, b_hidden=b_hidden, W_out=W_out, b_out=b_out, eta=eta)
        for name, formula in formulas.items():
            setattr(s, name, formula(s))
        return tuple(
            keep * getattr(s, name) + sign * s.rate * getattr(s, f"{name}_step")
            for name in ("W_hidden", "b_hidden", "W_out", "b_out")
        )

    return step
