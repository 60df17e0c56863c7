"""The command `coursekit`: one module for each subcommand; `main` parses the command line and calls them."""

__all__: list[str] = []
