"""coursekit: a course on training neural networks, as numbered notebooks over a package.

    numpy_backend    every formula by hand, with its gradient
    torch_backend    the same names on autograd, CPU or GPU

    data, splits, initializers, risk, compression    what both backends share ...
    leaks            which rows of the data reach `fit` in a cross-validation
    model_selection, pretraining, augmentation, transfer, symmetry, clinic, curvature, landscape
                                                     ... some of it takes a backend as its argument `ck`
    fit_arguments, fit_loop, optimizer_settings, history, checks    what both `fit`s and their optimizers share
    run_state, checkpoint, fingerprint, processes                   ... to go on after an interruption, or side by side
    cluster          calls on the workers of a Dask cluster, for searches and grading

    plots, widgets   arrays -> picture -> sliders
    exercises        what is asked, and how an answer is judged
    capstone         lesson 09's task, budget, reference recipes, ranks and page
    html_page        the frame of a page that loads nothing
    grading          strangers' notebooks: run in a sandbox, judged outside it, kept
    book             the executed lessons as a static site
    examples         scripts to start with python -m, or with torchrun
    lab, bench, cli  the command `coursekit`

    from coursekit import numpy_backend as ck    # or torch_backend: the only line that changes

An arrow never points back: a backend imports no plots, exercises import no grading, nothing imports the command
line. Importing coursekit itself loads neither torch nor matplotlib. Symbols and conventions: notation.md.
"""

__version__ = "0.1.0"
