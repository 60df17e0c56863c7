"""One training run: what `fit` keeps between its epochs, and how an epoch goes over members and batches."""

import math

import numpy as np
import torch

from coursekit.checks import bare
from coursekit.torch_backend import optimizers
from coursekit.torch_backend import state as checkpointing
from coursekit.torch_backend.arrays import to_numpy
from coursekit.torch_backend.batches import Batches
from coursekit.torch_backend.fast_steps import FastStep, captures
from coursekit.torch_backend.layers import BatchNorm, Dropout
from coursekit.torch_backend.memory import members_at_once, out_of_memory
from coursekit.torch_backend.modules import dropped, moving_parameters, outputs, weights
from coursekit.torch_backend.objective import Objective
from coursekit.torch_backend.optimizers import mask
from coursekit.torch_backend.precisions import products
from coursekit.torch_backend.regularizers import l1
from coursekit.torch_backend.steps import Step
from coursekit.torch_backend.workspace import InPlace, Workspace, boxes, copyable, cut, inside, worth_copying
from coursekit.training.arguments import check_penalty, check_targets
from coursekit.training.loop import FitLoop


class Run(FitLoop):
    """The arguments of `fit`, checked; `train` runs the epochs."""

    backend = checkpointing

    def __init__(
        self,
        net,
        loss,
        optimizer,
        arguments,
        penalty,
        proximal,
        compile,  # noqa: A002  (torch's word for it)
        capture,
        precision,
        memory,
    ):
        super().__init__(arguments)
        self.net, self.optimizer = net, optimizer
        self.moving = moving_parameters(net, optimizer)
        self.loss = bare(loss)
        self.weights = weights(net, self.moving)
        group = optimizer.param_groups[0]
        plain = type(optimizer) in (optimizers.SGD, torch.optim.SGD) and not (
            np.any(to_numpy(group["momentum"])) or np.any(to_numpy(group["weight_decay"]))
        )
        check_penalty(penalty, arguments.lam, proximal, l1, plain)
        if hasattr(loss, "domains"):  # a loss of one's own may want targets of another kind
            check_targets(loss, outputs(net, arguments.X[..., :100, :]), arguments.y)
        penalty = None if penalty is None or proximal else bare(penalty)
        device = self.moving[0].device
        self.objective = Objective(self.loss, penalty, products(precision, device))
        self.proximal, self.clip_norm = proximal, arguments.clip_norm
        self.lam, self.examples = self._on_device(arguments.lam), self._on_device(arguments.examples)
        self.compile, self.capture = compile, captures(capture, compile, device)
        self.batches = Batches(arguments)
        self.most = self._most(memory)
        self.kind = FastStep if self.compile or self.capture else Step
        self.steps = {}  # shape of a box -> the step that serves such boxes
        self.dropouts = [layer for layer in net.modules() if isinstance(layer, Dropout)]
        self.batch_norms = [layer for layer in net.modules() if isinstance(layer, BatchNorm)]
        self.dropped = dropped(net, arguments.X[..., :2, :]) if self.ahead else None

    def _most(self, memory):
        """How many members train at a time."""
        if self.a.ensemble and copyable(self.net, self.optimizer):
            return members_at_once(self.net, self.optimizer, self.a, memory)
        if memory is not None:
            raise ValueError(
                "fit: memory bounds how many members of an ensemble train at a time; here there is no ensemble of this "
                "backend's layers with one of its optimizers, so that it has no effect. Leave it out."
            )
        return math.inf

    @property
    def parted(self):
        """Whether the members train in several parts."""
        return bool(self.a.ensemble) and math.prod(self.a.ensemble) > self.most

    @property
    def ahead(self):
        """Whether dropout's masks are drawn before the step: for all members, or outside of a program."""
        return self.compile or self.capture or self.parted

    def _on_device(self, array):
        """A number for all networks, or a tensor of the ensemble's shape, beside the parameters."""
        p = self.moving[0]
        return float(array) if array.ndim == 0 else torch.tensor(array, dtype=p.dtype, device=p.device)

    def _epoch(self):
        """One pass over the data; the mean loss of its examples, each before its update."""
        self.net.train()
        self.batches.shuffle()
        total = np.zeros(self.a.ensemble)
        streams = [layer.generator.get_state() for layer in self.dropouts]
        state, later = self.optimizer.state, []  # every part starts from the same state
        t = state.get("t")

        def train(box):
            for layer, stream in zip(self.dropouts, streams, strict=True):
                layer.generator.set_state(stream)
            try:
                if t is not None:
                    state["t"] = cut(t, box, 2)
                total[box] = self._train(box)
                later.append((box, state.get("t")))
            finally:
                if t is not None:
                    state["t"] = t

        self._part_by_part(train)
        if t is not None:
            state["t"] = self._joined(t, later)
        return np.broadcast_to(total / self.a.examples, self.a.ensemble).copy()

    def _joined(self, t, later):
        """The number of updates of all members from that of the parts: one number while all have the same."""
        if len({np.asarray(each).tobytes() for _, each in later}) == 1 and np.ndim(later[0][1]) == 0:
            return later[0][1]
        joined = np.broadcast_to(t, (*self.a.ensemble, 1, 1)).copy()
        for box, each in later:
            joined[box] = each
        return joined

    def _part_by_part(self, f):
        """f(box) for boxes that cover the ensemble; where the memory does not suffice, again with smaller ones."""
        queue = boxes(self.a.ensemble, self.most)
        while queue:
            box, lacking = queue.pop(0), None
            try:
                f(box)
            except RuntimeError as error:
                if not out_of_memory(error):
                    raise
                lacking = str(error)  # the error itself would keep what its frames hold
            if lacking is not None:
                self._use_less(box, lacking)
                queue[:0] = [inside(box, part) for part in boxes(self._shape(box), self.most)]

    def _use_less(self, box, lacking):
        """From now on train half as many members at a time as are in the box."""
        members = math.prod(self._shape(box))
        if members < 2 or self.most is math.inf:
            raise torch.OutOfMemoryError(
                f"fit: out of memory on {self.moving[0].device} with batches of {self.a.batch_size} examples. Try a "
                f'smaller batch_size, a smaller network, or precision="bfloat16" on a GPU. It said: {lacking}'
            )
        self.most = members // 2
        self.steps.clear()
        if self.dropped is None:
            self.dropped = dropped(self.net, self.a.X[..., :2, :])
        if self.moving[0].device.type == "cuda":
            torch.cuda.empty_cache()

    def _shape(self, box):
        return tuple(part.stop - part.start for part in box)

    def _train(self, box):
        """Train the members in the box for an epoch; the sums of their losses."""
        step = self._step(box)
        losses, real = [], []
        with step.work.holding(box):
            for rows, x, y, counted in self.batches.of(box):
                real.append(self.batches.real(rows))
                losses.append(step(x, y, counted, self._active(real[-1], box)))
        losses = to_numpy(torch.stack(losses)).astype(np.float64)  # the epoch's one wait for the device
        return sum(mean * cut(n, box, 0) for mean, n in zip(losses, real, strict=True))

    def _step(self, box):
        shape = self._shape(box)
        if shape not in self.steps:
            several = self.a.batch_size < self.a.longest
            if worth_copying(self.net, self.optimizer, self.a.ensemble, several):
                work = Workspace(self.net, self.optimizer, shape)
            else:
                work = InPlace(self.net, self.optimizer, self.moving)
            self.steps[shape] = self.kind(self, work)
        self.steps[shape].aim(box)
        return self.steps[shape]

    def _active(self, real, box):
        """The members in the box that move on a batch with so many examples; None: all."""
        if self.all_active and (isinstance(real, int) or real.all()):
            return None
        active = cut(self.active & (np.asarray(real) > 0), box, 0)
        return None if active.all() else active

    def release(self):
        """The layers as they are outside of `fit`."""
        for layer in self.dropouts:
            layer.given = None
        for layer in self.batch_norms:
            layer.rows = None

    def _everything(self):
        return [x.detach() for x in (*self.net.parameters(), *self.net.buffers())]

    def _outputs(self, X):
        """The outputs for X; of members that train in parts X itself, since theirs might not fit."""
        z = []
        self._part_by_part(lambda box: None if self.parted else z.append(outputs(self.net, X)))
        return X if self.parted else z[0]

    def _measure(self, f, z):
        if not self.parted:
            return super()._measure(f, z)
        X, y = self.a.watched
        out = np.empty(self.a.ensemble)

        def measure(box):
            with self._step(box).work.holding(box):
                z = outputs(self.net, cut(X, box, 2))
            own, y_own = out[box], cut(y, box, 2)
            for folds, rows in self.a.parts:
                if rows is None:
                    own[...] = to_numpy(f(z, y_own))
                else:
                    here = folds[(folds >= box[0].start) & (folds < box[0].stop)] - box[0].start
                    if len(here):
                        own[here] = to_numpy(f(z[here][..., :rows, :], y_own[here][..., :rows, :]))

        self._part_by_part(measure)
        return out

    def _copies(self):
        return [x.clone() for x in self._everything()]

    def _remember(self, members):
        self._overwrite(self.best, self._everything(), members)

    def _restore(self, members):
        self._overwrite(self._everything(), self.best, members)

    def _overwrite(self, old, new, members):
        for x, value in zip(old, new, strict=True):
            x.copy_(torch.where(mask(members, x), value, x))
