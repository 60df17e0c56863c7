"""Who takes part in which workload of the training benchmark."""

import importlib.util

from rivals import jax, torch_products, torch_vmap
from workloads import (
    bare_products,
    coursekit_compiled,
    coursekit_numpy,
    coursekit_torch,
    dataloader,
    scikit_learn,
    sliced,
)

_ONE = (
    coursekit_numpy,
    coursekit_torch,
    coursekit_compiled,
    dataloader,
    sliced,
    jax,
    scikit_learn,
    bare_products,
    torch_products,
)
_SWEEP = (coursekit_numpy, coursekit_torch, coursekit_compiled, dataloader, torch_vmap, jax, scikit_learn)
_HERE = {f for f in (*_ONE, *_SWEEP) if f is not jax or importlib.util.find_spec("jax")}

CONTENDERS = {
    name: {f.__name__: f for f in all_of_them if f in _HERE}
    for name, all_of_them in {"S": _ONE, "M": _ONE, "L": _ONE, "SWEEP": _SWEEP}.items()
}
USING_TORCH = {
    f.__name__ for f in (coursekit_torch, coursekit_compiled, dataloader, sliced, torch_products, torch_vmap)
}
COMPILED = {
    "coursekit_compiled",
    "jax",
}  # warmed up on the whole data: their programs are made for its shapes
SCALE = {("SWEEP", "dataloader"): 60}
