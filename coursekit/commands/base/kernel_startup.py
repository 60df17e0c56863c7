# Run by each kernel that `coursekit lab` starts (through PYTHONSTARTUP), in the notebook's namespace.
def _coursekit_startup():
    import os
    import sys

    from IPython.core.getipython import get_ipython

    from coursekit.commands.base.after_restart import explain_errors

    shell = get_ipython()
    if shell is None:  # a plain Python in a terminal
        return
    explain_errors(shell)
    if sys.flags.safe_path:  # a file in the folder hides a module of Python: the folder is looked into last
        sys.path.append("")
    if own := os.environ.get("COURSEKIT_PYTHONSTARTUP"):  # the reader's own startup file
        shell.safe_execfile(own, shell.user_ns)


try:
    _coursekit_startup()
except ImportError:  # another environment's kernel, without coursekit or IPython
    pass
finally:
    del _coursekit_startup
