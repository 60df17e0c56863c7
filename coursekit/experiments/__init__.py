"""Experiments of the lessons, on networks of either backend; most take the backend `ck` as their first argument.

pretraining      greedy layer-wise training, supervised and by autoencoders (lesson 08)
greedy_comparison  ways to train a deep network, each over a grid of learning rates (lesson 08)
compression      pruning and quantization of weights (lesson 07b)
pruning          how many weights of a network can go, and the memory that is left (lesson 07b)
overfitting      every cure of lesson 04 at every learning rate (lesson 07b)
few_examples     more examples, and examples that a generator makes (lesson 07b)
searches         five searches for the settings of a network, with equal budgets (lesson 07b)
timing           how long computations take on this machine (lesson 07b)
transfer         hidden layers reused for another task (lesson 07b)
clinic           networks with one known difficulty each, and treatments for them (lesson 07a)
cures            cures of vanishing and exploding gradients and of rates that are too high (lesson 07a)
layer_signals    activations and error signals of every layer of an untrained network (lesson 07a)
batch_statistics batch norm used in training mode by mistake (lesson 07a)
symmetry         hidden units that start with equal weights (lesson 07a)
budget           training within a budget of multiplications (lesson 06b)
curvature        the largest eigenvalue of the Hessian of the loss (lesson 06b)
landscape        the loss on a plane through weight space (lesson 06b)
regularization   penalties, dropout, shifted images and early stopping on few digits (lesson 04)
loss_comparison  cross-entropy and squared error on digits (lesson 02)
grids            tables of comparisons: every contender at every learning rate that was tried
weights          copy the parameters of a network, and write them back
"""

from coursekit.experiments import (
    batch_statistics,
    budget,
    clinic,
    compression,
    cures,
    curvature,
    few_examples,
    greedy_comparison,
    grids,
    landscape,
    layer_signals,
    loss_comparison,
    overfitting,
    pretraining,
    pruning,
    regularization,
    searches,
    symmetry,
    timing,
    transfer,
    weights,
)

__all__ = [
    "batch_statistics",
    "budget",
    "clinic",
    "compression",
    "cures",
    "curvature",
    "few_examples",
    "greedy_comparison",
    "grids",
    "landscape",
    "layer_signals",
    "loss_comparison",
    "overfitting",
    "pretraining",
    "pruning",
    "regularization",
    "searches",
    "symmetry",
    "timing",
    "transfer",
    "weights",
]
