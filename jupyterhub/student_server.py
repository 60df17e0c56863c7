"""A student's server on one machine, as JupyterHub starts it under her account.

Before it starts: her lessons are brought up to date, `~/hand-in` leads to the folder that is collected, and each of
her processes is held to the memory that the hub grants.
"""

import os
import resource
import sys
from pathlib import Path

from jupyterhub.singleuser import main

from coursekit.commands.base.errors import CommandError
from coursekit.commands.base.learner_folder import copy_lessons

os.umask(0o077)  # what she makes is hers alone, whatever the mode of her home folder
home = Path.home()
try:
    copy_lessons(home / "coursekit-lessons")
except CommandError as error:  # a full disk: she has to be able to sign in and make room
    print(f"coursekit: {error}", file=sys.stderr)

link = home / "hand-in"
if not link.is_symlink() and not link.exists():
    link.symlink_to(os.environ["COURSEKIT_HAND_IN"])

# A cell that wants more gets a MemoryError, and its kernel lives on.
limit = int(os.environ["MEM_LIMIT"])
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

sys.exit(main())
