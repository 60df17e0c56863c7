"""Grading: notebooks of strangers in, grades and feedback out.

    inbox, files, systems,      collect: who handed in what, from which system, who is on the list
      roster, people
    notebook, slicing,          parse, in the sandbox: cells; which definition is the answer; which statements it needs
      dependencies, dataflow
    stage, server_process,      run: what a submission sees; the process that runs it; jobs for it and their replies
      sandbox
    inside                      the sandbox's side: all of this package that a submission can see
    question_sets               ask: the questions of a run, drawn once
    reply, scoring, submission  judge: claims as data; the verdicts on a notebook's answers; a student's
    settings, pool, cluster     what is the same for all; several at a time, here, or on other machines
    gradebook                   keep: every run and every decision in one SQLite file
    assignment, handout, prose  what is asked, what students get, answers in words
    marks, overrides            from verdicts to marks: weights, lateness, what an instructor decided
    report, tables, feedback,   write: tables for learning systems, pages for people, archives to upload, a worksheet to
      class_page, ...           fill in; safe_text makes strangers' text harmless in all of them
    similarity                  pairs of answers that are alike
    grade                       a whole class
    nbgrader, gradescope        a course folder for nbgrader; an autograder for Gradescope

The grading process judges and keeps; it never parses a notebook, runs none of a submission's code and unpickles nothing of
it. On a cluster each worker is such a process, and the client keeps.
"""

__all__: list[str] = []
