"""Steps as one program over tensors: compiled by torch.compile, captured in a CUDA graph, or both."""

import os
import shutil
import warnings

import torch
from torch.func import functional_call
from torch.fx.experimental.proxy_tensor import make_fx

from coursekit.torch_backend.optimizers import mask
from coursekit.torch_backend.steps import Step


class FastStep(Step):
    """A `Step` whose full batches run through such a program; a short or padded one takes the usual way."""

    def __init__(self, run, work):
        super().__init__(run, work)
        keys = {id(p): key for key, p in run.net.named_parameters()}
        self.moving = [keys[id(p)] for p in work.moving]
        self.weights = [keys[id(p)] for p in run.weights]
        self.held = None  # what stays where it is: values, states, frozen parameters and buffers
        self.numbers = {}  # (group, name) -> (the last value, its tensor)
        self.programs = {}  # one for each set of names and shapes

    def __call__(self, x, y, counted, active):
        short = x.shape[-2] < self.run.a.batch_size or counted is not None
        if short or (active is not None and not active.any()):
            return super().__call__(x, y, counted, active)
        if self.held is None:
            self._hold()
        with torch.no_grad():
            changing = self._changing(x, y, active)
            key = tuple((name, v.shape, v.stride()) for name, v in changing.items())
            if key not in self.programs:
                self.programs[key] = self._build(changing)
            mean, *grads = self.programs[key](*changing.values())
            if self.own:
                self.optimizer.count(active)
            else:
                for p, g in zip(self.work.moving, grads, strict=True):
                    p.grad = g
                self.update_with_torchs(grads, self.chosen(active))
        return mean

    def _hold(self):
        slots = self.work.slots
        self.values = [p.detach() for p, _, _ in slots] or [p.detach() for p in self.work.moving]
        self.states = [states for _, _, states in slots]
        others = {**dict(self.net.named_parameters()), **dict(self.net.named_buffers())}
        self.frozen = {key: x.detach() for key, x in others.items() if key not in self.moving}
        states = [x for each in self.states for x in each.values()]
        self.held = [*self.values, *states, *self.frozen.values()]

    def _changing(self, x, y, active):
        """The tensors that differ from step to step, by name."""
        tensors = {"x": x, "y": y}
        if active is not None:
            tensors["moved"] = mask(self.chosen(active), self.work.moving[0])
        for i, drawn in enumerate(self.masks(x)):
            tensors["mask", i] = drawn
        for name in ("lam", "examples"):
            if isinstance(getattr(self, name), torch.Tensor):
                tensors[name] = getattr(self, name)
        for i, settings in enumerate(self.settings() if self.own else ()):
            for name, value in settings.items():
                if isinstance(value, torch.Tensor):
                    tensors[i, name] = value
                elif name in self.optimizer.changing:  # a number would become part of the program
                    tensors[i, name] = self._tensor((i, name), value)
        return tensors

    def _tensor(self, key, value):
        last, tensor = self.numbers.get(key, (None, None))
        if tensor is None:
            tensor = self.work.moving[0].new_zeros(())
        if value != last:
            tensor.fill_(value)
            self.numbers[key] = value, tensor
        return tensor

    def _build(self, changing):
        """A function of the changing tensors; what it moves is what the step holds."""
        names = list(changing)

        def program(*tensors):
            held, now = iter(tensors[: len(self.held)]), dict(zip(names, tensors[-len(names) :], strict=True))
            values = [next(held) for _ in self.values]
            states = [{name: next(held) for name in each} for each in self.states]
            return self._program(values, states, dict(zip(self.frozen, held, strict=True)), now)

        if self.run.compile:
            program = compiled(program, [*self.held, *changing.values()])
        if self.run.capture:
            return Captured(program, self.held, changing.values())
        return lambda *tensors: program(*self.held, *tensors)

    def _program(self, values, states, frozen, now):
        """[mean losses, *gradients]; with an optimizer of ours no gradients: values and states are moved."""
        lam, examples = now.get("lam", self.lam), now.get("examples", self.examples)
        self.given([now["mask", i] for i in range(len(self.run.dropouts))], None)

        def cost(parameters, frozen):
            return self.run.objective(
                lambda x: functional_call(self.net, {**parameters, **frozen}, (x,)),
                [parameters[key] for key in self.weights],
                now["x"], now["y"], None, lam, examples, self.shape,
            )  # fmt: skip

        parameters = dict(zip(self.moving, self.work.unpacked(values), strict=True))
        grads, mean = torch.func.grad(cost, has_aux=True)(parameters, frozen)
        if not self.own:
            return [mean, *grads.values()]
        grads = self.work.gathered(grads.values())
        settings = [dict(group) for group in self.optimizer.param_groups]
        for key, value in now.items():
            if isinstance(key[0], int):
                settings[key[0]][key[1]] = value
        slots = [(p, i, each) for p, (_, i, _), each in zip(values, self.work.slots, states, strict=True)]
        weights = [parameters[key] for key in self.weights]
        self.update(grads, slots, settings, now.get("moved"), weights)
        return [mean]


def captures(capture, compile, device):  # noqa: A002  (torch's word for it)
    """Whether the steps become a CUDA graph."""
    if capture and device.type != "cuda":
        raise ValueError(
            f"fit: capture=True wants CUDA, but the network is on {device}. Leave capture out, or move the network: "
            "net.cuda()."
        )
    return bool(compile and device.type == "cuda") if capture is None else bool(capture)


def compiled(program, examples):
    """The program compiled by torch.compile for tensors such as the examples; what goes wrong is told in words.

    It is traced first: what is compiled is operations on tensors and nothing else, so that no call has to ask whether
    layers and settings are still the same. Small networks would wait longer for that than for their arithmetic.
    """
    names = (os.environ.get("CXX"), "g++", "clang++", "cl")
    if not torch.cuda.is_available() and not any(name and shutil.which(name) for name in names):
        raise RuntimeError(
            "fit: compile=True wants a C++ compiler, and there is no g++ or clang++ here. Install one (for "
            "example the package g++), or leave compile out: the numbers are the same."
        )
    try:
        traced = make_fx(program, tracing_mode="fake")(*examples)
    except RuntimeError as error:
        raise _not_compiled(error) from error
    key = (traced.code, *((x.shape, x.stride(), x.dtype, x.device) for x in examples))
    if "get_attr" in {node.op for node in traced.graph.nodes}:  # tensors of its own: not the same next time
        return _Compilation(traced)
    if key not in _COMPILED:
        _COMPILED[key] = _Compilation(traced)
    return _COMPILED[key]


_COMPILED = {}  # a program's text and the layout of its tensors -> the program: compiled once a session


def _no_guards(guards):
    """torch.compile need not look at its arguments: a `FastStep` has a program for each of their layouts."""
    return [False] * len(guards)


class _Compilation:
    """torch.compile of a traced program, at the first call."""

    def __init__(self, traced):
        # inductor trips over some fusions of sums with updates, and compiles the same step without them
        self.ways = [
            torch.compile(
                traced, fullgraph=True, dynamic=False, options={"guard_filter_fn": _no_guards, **more}
            )
            for more in ({}, {"max_fusion_size": 1})
        ]

        self.ready = False

    def __call__(self, *tensors):
        if self.ready:
            return self.ways[0](*tensors)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # torch's, about its own insides
                out = self.ways[0](*tensors)
        except torch._dynamo.exc.TorchDynamoException as error:
            if len(self.ways) == 1:
                raise _not_compiled(error) from error
            del self.ways[0]
            return self(*tensors)
        self.ready = True
        return out


def _not_compiled(error):
    first = " ".join(str(error).split("\n")[:2]).strip()
    return RuntimeError(
        f"fit: torch.compile cannot compile this step ({first}). Leave compile out: the numbers are the same."
    )


class Captured:
    """A program in a CUDA graph: one launch instead of one for each operation.

    What changes from call to call is copied into tensors of the graph's own; what is held stays where it is.
    """

    def __init__(self, program, held, changing):
        self.changing = [x.clone() for x in changing]
        kept = [x.clone() for x in held]
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):  # libraries allocate and choose; a compiled program compiles
                program(*held, *self.changing)
        torch.cuda.current_stream().wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.out = program(*held, *self.changing)
        for x, old in zip(held, kept, strict=True):  # the warm-up has trained: that does not count
            x.copy_(old)

    def __call__(self, *changing):
        for own, x in zip(self.changing, changing, strict=True):
            own.copy_(x, non_blocking=True)
        self.graph.replay()
        mean, *grads = self.out
        return [mean.clone(), *grads]  # the next replay overwrites the losses
