"""A JupyterHub with the lessons on one machine; README.md beside this file says how it is started.

Students are accounts of the machine, so the system keeps their files apart. Their lessons are copied when their server
starts; what they put into the folder `hand-in` lies in one folder for the whole class, ready for `coursekit grade`.
The numbers are the measured ones of tests/benchmarks/RESULTS.md, as in values.yaml.
"""

import contextlib
import os
import pwd
import sys
from pathlib import Path

c = get_config()  # noqa: F821 (JupyterHub gives it to this file)

here = Path(__file__).resolve().parent
# The hub's own files, and what is handed in.
state = Path(os.environ.get("COURSEKIT_HUB", "/srv/coursekit-hub"))
hand_in = state / "hand-in"
hand_in.mkdir(parents=True, exist_ok=True)
state.chmod(0o711)
hand_in.chmod(0o711)  # each student enters one folder and cannot list the others
os.umask(0o077)  # the hub's database and keys are its own

# Plain HTTP, so on this machine alone: a web server in front of it adds the encryption.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")

# Who may sign in: the accounts in these groups. A name becomes a folder's name, so it holds nothing that leads elsewhere.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"students"}
c.PAMAuthenticator.admin_groups = {"instructors"}
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9._@+-]*\Z"

c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [sys.executable, str(here / "student_server.py")]
c.Spawner.default_url = "/lab/tree/coursekit-lessons"
c.Spawner.http_timeout = c.Spawner.start_timeout = 120  # many start in the first minute of a class

# Many work at once: a core has more students than one, and a library's threads would only take turns.
c.Spawner.environment = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}

# A server and two kernels of the heaviest lesson. This spawner only tells the limit; student_server.py keeps it.
c.Spawner.mem_limit = "2G"

# After an hour without a cell a kernel goes, under an open tab too: it holds four fifths of the memory, and its lesson
# runs again in under a minute. The server goes an hour after the last tab was closed: an open one keeps asking it.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_connected=True",
    "--MappingKernelManager.cull_interval=120",
    "--KernelManager.transport_encryption=auto",  # other accounts can reach a kernel's port
]
c.JupyterHub.services = [
    {"name": "culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]}
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]


def open_hand_in(spawner):
    """The student's own folder of what is handed in; where the student has an account on this machine, nobody else can enter it."""
    mine = hand_in / spawner.user.name
    mine.mkdir(exist_ok=True)
    mine.chmod(0o700)
    with contextlib.suppress(KeyError):  # no account: a spawner that runs all servers as the hub
        account = pwd.getpwnam(spawner.user.name)
        os.chown(mine, account.pw_uid, account.pw_gid)
    spawner.environment = {**spawner.environment, "COURSEKIT_HAND_IN": str(mine)}


c.Spawner.pre_spawn_hook = open_hand_in
