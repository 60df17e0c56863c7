"""One update on one batch, for the members that a workspace holds."""

import numpy as np
import torch

from coursekit.torch_backend.objective import clipped, shrink
from coursekit.torch_backend.optimizers import Optimizer, mask
from coursekit.torch_backend.workspace import cut


class Step:
    """Forward, backward, update, in place: a call with a batch returns its mean losses (...) before the update.

    `run` holds the settings of the whole run, `work` what is trained of it.
    """

    def __init__(self, run, work):
        self.run, self.work = run, work
        self.net, self.optimizer = run.net, run.optimizer
        self.own = isinstance(run.optimizer, Optimizer)
        self.sent = None

    def aim(self, box):
        """Serve these members from now on: as many as before."""
        self.box, self.shape = box, tuple(part.stop - part.start for part in box)
        self.lam, self.examples = cut(self.run.lam, box, 0), cut(self.run.examples, box, 0)

    def __call__(self, x, y, counted, active):
        """`counted` marks real rows and padding, `active` (bool, NumPy) the members that move; None: all."""
        self.given(self.masks(x) if self.run.parted else None, counted)
        if active is not None and not active.any():
            with torch.no_grad():
                return self.cost(self.net, (), x, y, counted)[1]
        chosen = self.chosen(active)
        cost, mean = self.cost(self.net, self.run.weights, x, y, counted)
        grads = self.gradients(cost)
        with torch.no_grad():
            if self.own:
                moved = None if chosen is None else mask(chosen, self.work.moving[0])
                self.update(grads, self.work.slots, self.settings(), moved, self.run.weights)
                self.optimizer.count(active)
            else:
                self.update_with_torchs(grads, chosen)
        return mean

    def chosen(self, active):
        """`active` on the device; sent there when it is another than at the last step."""
        if active is None:
            return None
        if self.sent is None or not np.array_equal(self.sent[0], active):
            self.sent = active.copy(), torch.as_tensor(active, device=self.work.moving[0].device)
        return self.sent[1]

    def cost(self, net, weights, x, y, counted):
        """What the objective makes of a batch: the number to differentiate and the mean losses."""
        return self.run.objective(net, weights, x, y, counted, self.lam, self.examples, self.shape)

    def gradients(self, cost):
        """The gradients by slot."""
        return self.work.gradients(cost)

    def given(self, masks, counted):
        """Tell the layers what `fit` knows of this batch."""
        for i, layer in enumerate(self.run.dropouts):
            layer.given = None if masks is None else masks[i]
        for layer in self.run.batch_norms:
            layer.rows = counted

    def masks(self, x):
        """A mask for each dropout layer: drawn for all members, whichever of them are trained here."""
        rows = x.shape[-2]
        return [
            cut(layer.mask((*shape[:-2], rows, shape[-1]), x.dtype).to(x.device), self.box, 2)
            for layer, shape in zip(self.run.dropouts, self.run.dropped, strict=True)
        ]

    def settings(self):
        """What the optimizer needs at this step, for each group of parameters and for these members."""
        settings = [self.optimizer.settings(group) for group in self.optimizer.param_groups]
        if self.run.parted:
            settings = [{name: cut(value, self.box, 2) for name, value in each.items()} for each in settings]
        return settings

    def update(self, grads, slots, settings, moved, weights):
        """Move the slots' values along the gradients; where `moved` is False nothing changes."""
        if self.run.clip_norm is not None:
            grads = clipped(grads, self.run.clip_norm, len(self.box))
        moves = [
            (p, g, settings[group], states)
            for (p, group, states), g in zip(slots, grads, strict=True)
            if g is not None
        ]
        self.optimizer.move(moves, moved)
        if self.run.proximal:
            shrink(weights, settings[0]["lr"], self.lam, self.examples, moved)

    def update_with_torchs(self, grads, chosen):
        """The same with an optimizer of torch's, which knows no members: those that rest get their values back."""
        moving = self.work.moving
        if self.run.clip_norm is not None:
            present = [p for p, g in zip(moving, grads, strict=True) if g is not None]
            grads = clipped([g for g in grads if g is not None], self.run.clip_norm, len(self.box))
            for p, g in zip(present, grads, strict=True):
                p.grad = g
        kept = [p.clone() for p in moving] if chosen is not None else []
        self.optimizer.step()
        if self.run.proximal:
            rate = self.optimizer.param_groups[0]["lr"]
            moved = None if chosen is None else mask(chosen, moving[0])
            shrink(self.run.weights, rate, self.lam, self.examples, moved)
        for p, old in zip(moving, kept, strict=False):
            p.copy_(torch.where(mask(chosen, p), p, old))
