"""Grading: notebooks of strangers in, grades and feedback out.

    inbox, notebook, slicing    read: who handed in what; cells; an answer and what it needs
    stage, sandbox              run: what a submission sees; the process that runs it
    inside                      the sandbox's side: all of this package that a submission can see
    reply, judge, submission    judge: claims as data; an answer's verdict; a student's
    settings, pool, cluster        what is the same for all; several at a time, here, or on other machines
    gradebook, report           keep: every run in one SQLite file; tables, pages and pictures from it
    grade                       a whole class
    nbgrader                    a course folder for those who grade with nbgrader

Read, judge and keep happen in the grading process, which never runs a submission's code and unpickles nothing of it. On a
cluster each worker is such a process, and the client keeps.
"""

__all__: list[str] = []
