"""The command `coursekit`: one module for each subcommand; `main` puts them together.

A command's module has `add_parser(commands)`, which describes its arguments, and `run(options)`, which carries it out.
Both are cheap to import: whatever takes time is imported inside `run`. `base` holds what commands share.
"""

__all__: list[str] = []
