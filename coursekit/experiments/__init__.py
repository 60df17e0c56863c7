"""Studies that the lessons run on networks of either backend; most take the backend as their first argument, `ck`.

pretraining   greedy layer-wise training, supervised and by autoencoders (lesson 08)
compression   pruning and quantization of weights (lesson 07b)
transfer      hidden layers reused for another task (lesson 07b)
clinic        networks with one known difficulty each, and treatments for them (lesson 07a)
symmetry      hidden units that start with equal weights (lesson 07a)
curvature     the largest eigenvalue of the Hessian of the loss (lesson 06)
landscape     the loss on a plane through weight space (lesson 06)
"""

from coursekit.experiments import (
    clinic,
    compression,
    curvature,
    landscape,
    pretraining,
    symmetry,
    transfer,
)

__all__ = ["clinic", "compression", "curvature", "landscape", "pretraining", "symmetry", "transfer"]
