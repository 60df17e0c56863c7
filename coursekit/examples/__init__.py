"""Scripts to start from the command line, to read and to copy: `python -m coursekit.examples.NAME`."""
