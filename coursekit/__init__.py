"""coursekit: a course on training neural networks, as numbered notebooks over a package.

    from coursekit import numpy_backend as ck    # or torch_backend: the only line that changes

The package from the ground up. A package or module imports only from those above it in this list:

    checks           check arguments, and say what was expected, what was received and how to fix it
    lesson_files     find the notebooks of the lessons
    html_page        render HTML pages from templates, with every value escaped
    cluster          run calls on a Dask cluster, for searches and for grading
    initializers     first weights
    data             data sets, labels, splits, augmentation
    risk             empirical and true errors, and the bounds that connect them
    training         what the `fit` of both backends shares: arguments, epoch loop, history, checkpoints
    numpy_backend    every formula by hand, with its gradient below it
    torch_backend    the same names without the derivatives, on autograd, on a CPU or a GPU
    model_selection  cross-validation and searches
    experiments      studies of trained networks: pretraining, compression, transfer, curvature, ...
    plots            figures: arrays in, matplotlib axes out; a package for each lesson
    capstone         lesson 09: its task, budget, recipes, standings and page
    exercises        what is asked, a package for each lesson; `exercises.engine` judges the answers
    review           what went wrong comes back after some days, with fresh numbers
    widgets          interactive figures and predictions; a module for each lesson
    site             the executed lessons as a website
    lite             the lessons as notebooks that run in the browser
    grading          notebooks of a class: run in a sandbox, judged outside it, kept in a gradebook
    commands         the command line, a module for each command

Each package lists its public names in `__all__`; everything else is private. Importing coursekit itself loads
neither torch nor matplotlib. Symbols and conventions: notation.md.
"""

__version__ = "0.1.0"
DISTRIBUTION = "coursekit-nn"  # what pip calls the package, as pyproject.toml says
