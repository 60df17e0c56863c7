"""The tuned update of an optimizer is its textbook update: in both backends, for numbers and rates per member."""

import numpy as np
import pytest
import torch

from coursekit import numpy_backend, torch_backend

CASES = {
    "SGD": ("SGD", {"lr": 0.1}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    "Nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("AdaGrad", {"lr": 0.1, "weight_decay": 0.01}),
    "RMSprop": ("RMSprop", {"lr": 0.1}),
    "Adam": ("Adam", {"lr": 0.1}),
    "Adam with decay": ("Adam", {"lr": 0.1, "weight_decay": 0.01}),
    "AdamW": ("AdamW", {"lr": 0.1, "weight_decay": 0.1}),
}
STEPS = 5
SHAPE = (2, 3, 4)


def gradients():
    return np.random.default_rng(1).normal(size=(STEPS, *SHAPE))


def start():
    return np.random.default_rng(0).normal(size=SHAPE)


def settings_for(case, per_member):
    name, settings = CASES[case]
    if per_member:
        settings = settings | {"lr": np.array([0.1, 0.03]).reshape(2, 1, 1)}
    return name, settings


@pytest.mark.parametrize("per_member", [False, True], ids=["one rate", "a rate per member"])
@pytest.mark.parametrize("case", CASES)
def test_numpys_update_in_place_is_the_textbooks(case, per_member):
    name, settings = settings_for(case, per_member)
    tuned, textbook = ({"W": start()} for _ in range(2))
    fast, plain = (getattr(numpy_backend, name)(params, **settings) for params in (tuned, textbook))
    plain.update_in_place = lambda p, g, lr, scratch, *state: plain.update(p, g, lr, *state)
    for g in gradients():
        kept = g.copy()
        fast.step({"W": g})
        plain.step({"W": g})
        np.testing.assert_array_equal(g, kept)
        np.testing.assert_allclose(tuned["W"], textbook["W"], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("case", CASES)
def test_torchs_fused_update_is_the_textbooks(case):
    name, settings = CASES[case]
    fused, textbook = (torch.tensor(start(), requires_grad=True) for _ in range(2))
    fast, plain = (getattr(torch_backend, name)([p], **settings) for p in (fused, textbook))
    plain._same_for_all = lambda group, p: False
    for g in gradients():
        fused.grad, textbook.grad = torch.tensor(g), torch.tensor(g)
        fast.step()
        plain.step()
        torch.testing.assert_close(fused, textbook, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_the_fused_update_is_used_where_members_share_their_settings(name, monkeypatch):
    """SGD, Adam and AdamW have fused kernels; with a rate per member the textbook is used."""
    used = []
    optimizer_class = getattr(torch_backend, name)
    monkeypatch.setattr(optimizer_class, "update", lambda *_, **__: used.append("textbook"))
    for lr in (0.1, np.full((2, 1, 1), 0.1)):
        p = torch.tensor(start(), requires_grad=True)
        p.grad = torch.ones_like(p)
        optimizer_class([p], lr=lr).step()
    assert used == ["textbook"]
