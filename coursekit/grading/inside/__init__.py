"""What runs inside the sandbox: all of grading that a submission can see. It imports nothing from outside.

`server` forks a child for each job, and the child confines itself (`confine`, `landlock`, `seccomp`). Then
`notebook_parser` parses a notebook, or `child` runs its answers and writes down what comes of them (`wire`). `stand_in`
takes the place of coursekit.exercises there.
"""

__all__: list[str] = []
