"""The lessons as notebooks that run in the browser: a JupyterLite site, and what its notebooks call.

    build          `coursekit lite`: put the site together
    pyodide        read a Pyodide distribution: Python for browsers and the packages compiled for it
    wheels         this course as a wheel, and the wheels of packages that need no compiler
    collecting     which packages the lessons need there, and where each comes from
    publishing     a lesson → its notebook on the site, under a name that contains its edition
    editions       the edition of a lesson: six digits that change when its cells change
    opening        the first cell of a notebook there: which edition it is, and where the work is kept
    records        the learner's work as one file: to keep, and to bring to another browser
    carrying       answers from an earlier edition into the current one

The functions below are for notebooks on the site; they need no package that a browser's Python lacks. Building needs
the extra `[lite]` and is in `coursekit.lite.build`.
"""

from coursekit.lite.carrying import carry_over
from coursekit.lite.editions import page_name
from coursekit.lite.errors import LiteError
from coursekit.lite.opening import begin
from coursekit.lite.records import export_work, import_work

__all__ = [
    "LiteError",
    "begin",
    "carry_over",
    "export_work",
    "import_work",
    "page_name",
]
