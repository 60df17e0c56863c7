"""A student's server on one machine, as JupyterHub starts it under the student's account.

Before it starts, the lessons and the start page are brought up to date, `~/hand-in` leads to the folder that is collected, and each of
its processes is held to the memory that the hub grants.
"""

import os
import resource
import sys
from pathlib import Path

from jupyterhub.singleuser import main

from coursekit.commands.base.errors import CommandError
from coursekit.commands.base.learner_folder import copy_lessons
from coursekit.commands.base.start_page import write_start_page

os.umask(0o077)  # new files are private, whatever the mode of the home folder
home = Path.home()
lessons = home / "coursekit-lessons"
try:
    write_start_page(lessons, copy_lessons(lessons))
except CommandError as error:  # the disk is full: the student must be able to sign in and make room
    print(f"coursekit: {error}", file=sys.stderr)

link = home / "hand-in"
if not link.is_symlink() and not link.exists():
    link.symlink_to(os.environ["COURSEKIT_HAND_IN"])

# A cell that needs more gets a MemoryError, and its kernel lives on.
limit = int(os.environ["MEM_LIMIT"])
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

sys.exit(main())
