"""The playground: a network that trains in the page, in a notebook (`widgets.playground`) and on the site.

bundle   joins the script of `page/`, whose parts are ES modules:
    random, tasks          the points, the same for everybody from one seed
    network, optimizers    the formulas of `coursekit.numpy_backend` in JavaScript; the tests compare the two
    trainer, lens          a training run; one step of it with every number
    choices, state         what can be set, and how an address says it
    guides                 tasks that begin from a situation and recognize a solution
    drawing, parts, main   the page
"""

from coursekit.widgets.playground.panel import Playground, playground

__all__ = ["Playground", "playground"]
