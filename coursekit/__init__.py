"""coursekit: a course on training neural networks, as numbered notebooks over a package.

    numpy_backend    every formula by hand, with its gradient
    torch_backend    the same names on autograd, CPU or GPU
    data, splits, initializers, risk, compression    what both backends share
    plots, widgets   arrays -> picture -> sliders
    exercises        what is asked, and how an answer is judged
    cli              coursekit lab

    from coursekit import numpy_backend as ck    # or torch_backend: the only line that changes

Importing coursekit itself loads neither torch nor matplotlib.
"""

__version__ = "0.1.0"
