"""What runs inside the sandbox: all of grading that a submission can see. It imports nothing from outside.

`server` forks a child for each job; `child` confines itself (`confine`, `landlock`, `seccomp`), then runs the
answer and writes down what came of it (`wire`). `stand_in` takes the place of coursekit.exercises there.
"""

__all__: list[str] = []
