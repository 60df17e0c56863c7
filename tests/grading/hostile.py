"""Submissions that mean harm, or would do it by accident: none may win a point it has not earned."""

from zoo import IMPORT, Case, notebook

ALL_IMPORTS = (
    "import ctypes, gc, mmap, os, signal, socket, struct, subprocess, sys, threading, time\n" + IMPORT
)


def attack(name, body, before="", points=0, **expected):
    """An answer whose body is run at each call; what it needs is in a cell above."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return Case(
        name,
        notebook(ALL_IMPORTS, f"{before}\ndef mse(p, y):\n{lines}"),
        points,
        **{"outcome": "wrong", **expected},
    )


def still_right(name, body, before="", **expected):
    """An attack beside a right answer: it must fail, and cost nothing."""
    after = "d = p - y\nreturn np.mean(d**2), 2 * d / d.size"
    return attack(
        name,
        f"try:\n    {body}\nexcept BaseException: pass\n{after}",
        before,
        **{"points": 3, "outcome": "passed"} | expected,
    )


def without_end():
    yield attack("endless", "while True: pass")
    yield attack(
        "endless and deaf", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    )
    yield attack(
        "deaf to signals",
        "for s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except Exception: pass\n"
        "signal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass",
    )
    yield attack("sleeps", "time.sleep(1e6)")
    yield attack("endless result", "return (i for i in iter(int, 1))")
    yield attack("waits in a thread", "threading.Thread(target=time.sleep, args=(1e6,)).start()\nreturn 0")
    yield attack("recursive list", "a = []\na.append(a)\nreturn a, a")
    yield attack("needs an endless loop", "return K", before="K = [0 for _ in iter(int, 1)]")


def too_much():
    yield attack("memory at once", "return np.ones(2**32), p")
    yield attack("memory in steps", "a = []\nwhile True: a.append(bytearray(2**24))")
    yield attack("large result", "return 0.0, np.zeros(2**25)")
    yield attack("long text", "return 'x' * 2**26, p")
    yield attack("whole number", "return 10**10000, p")
    yield attack("deep list", "a = []\nfor _ in range(10**5): a = [a]\nreturn a, p")
    yield attack(
        "threads",
        "for _ in range(10**5): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
    )
    yield attack("fills the disk", "for i in range(10**6): open(f'/tmp/{i}', 'wb').write(b'x' * 2**20)")
    yield still_right("shared memory", "m = mmap.mmap(-1, 2**34); m.write(b'x' * 2**33)")


def ends():
    yield attack("_exit", "os._exit(0)")
    yield attack("exit", "raise SystemExit(0)")
    yield attack("segfault", "ctypes.string_at(0)")
    yield attack("abort", "os.abort()")
    yield attack("kills its parent", "os.kill(os.getppid(), 9)\nos.kill(1, 9)")
    yield attack("kills everyone", "os.kill(-1, 9)")
    yield attack("closes everything", "os.closerange(0, 1000)\nreturn 0, p")


def breaks_out():
    yield still_right("forks", "os.fork()")
    yield still_right("forks without end", "[os.fork() for _ in range(10**4)]")
    yield still_right(
        "forks at the top",
        "pass",
        before="for _ in range(99):\n    try: os.fork()\n    except OSError: mse = None",
    )
    yield still_right("runs a program", "subprocess.run(['/bin/sleep', '1000'])")
    yield still_right("replaces itself", "os.execv('/bin/true', ['true'])")
    yield still_right("starts a daemon", "(os.fork() or os.setsid() or os.fork())")
    yield still_right("opens a socket", "socket.create_connection(('127.0.0.1', 80), 1)")
    yield still_right("binds a socket", "socket.socket(socket.AF_UNIX).bind('/tmp/s')")
    yield still_right("traces", "ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)", finding="uses `ctypes`")
    yield still_right("mounts", "ctypes.CDLL(None).unshare(0x10000000)", finding="uses `ctypes`")
    yield still_right(
        "writes files",
        "[open(f'{d}/coursekit-was-here', 'w') for d in ('/', '/usr', '/etc', '/var', '/home', '/stage')]",
        finding="uses `open`",
    )
    yield still_right(
        "raises its limits", "import resource; resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))"
    )
    yield attack("reads passwords", "return open('/etc/shadow').read(), open('/etc/passwd').read()")
    yield attack(
        "reads memory", "return open('/proc/1/mem').read(), open(f'/proc/{os.getppid()}/environ').read()"
    )


def cheats():
    yield attack(
        "patches the library",
        "np.allclose = np.array_equal = np.mean = lambda *a, **k: True\nreturn True, True",
        before="import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True",
    )
    yield attack(
        "patches coursekit",
        "return 0, p",
        before="import coursekit.exercises.engine.values as v\nv.difference = lambda *a, **k: None\n"
        "v.close = lambda *a, **k: np.True_\nv.identical = lambda *a: True",
    )
    yield attack(
        "fakes a verdict",
        "from coursekit.grading.inside.wire import encode\n"
        "m = {'outcome': 'passed', 'points': 3, 'verdict': 'passed', 'missing': False, 'blank': False, 'callable': True, 'troubles': []}\n"
        "for fd in range(3, 64):\n    try: os.write(fd, encode(m) * 50)\n    except OSError: pass\nreturn 'passed', 3",
    )
    yield attack(
        "writes garbage",
        "for fd in range(3, 64):\n    try: os.write(fd, os.urandom(5000))\n    except OSError: pass\nreturn 0, p",
    )
    yield attack(
        "floods the grader",
        "for fd in range(3, 64):\n    try:\n        while True: os.write(fd, b'\\0' * 2**20)\n    except OSError: pass",
    )
    yield attack(
        "pickle bomb",
        "class Bomb:\n    def __reduce__(self): return os.system, ('touch /tmp/boom',)\nreturn Bomb(), np.array([Bomb()])",
    )
    yield attack(
        "says yes to all",
        "class Yes(np.ndarray):\n    def __eq__(self, o): return True\n    def __array_ufunc__(self, *a, **k): return True\n"
        "return np.zeros(3).view(Yes), np.zeros_like(p).view(Yes)",
    )
    yield attack(
        "imports the solution",
        "from coursekit.exercises.loss_functions import mse as m\nreturn m.mse(p, y)",
        before="import coursekit",
    )
    yield attack(
        "asks for the solution", "import coursekit.exercises as e\nreturn e.lookup('02.1').solution(p, y)"
    )
    yield attack(
        "looks for files",
        "import glob\nfor f in glob.glob('/**/loss_functions/mse.py', recursive=True):\n    s = {}\n"
        "    exec(open(f).read(), s)\n    return s['mse'](p, y)\nreturn 0, p",
    )
    yield attack(
        "looks through memory",
        "for o in gc.get_objects():\n    if type(o).__name__ in ('Exercise', 'Property', 'GradedExercise'):\n"
        "        return o.solution(p, y)\nreturn 0, p",
    )
    yield attack(
        "looks up the stack",
        "f = sys._getframe()\nwhile f:\n    for v in list(f.f_locals.values()):\n"
        "        if callable(getattr(v, 'reference', None)): return v.reference(p, y)\n    f = f.f_back\nreturn 0, p",
    )
    yield attack(
        "takes off the watch",
        "sys.setprofile(None); sys.settrace(None)\nfrom coursekit.numpy_backend import mse as m, mse_grad as g\n"
        "return m(p, y), g(p, y)",
        mistake="calls the reference",
    )
    yield attack("constant", "return 0.0, np.zeros_like(p)")
    yield attack("markup", "return '</pre><script>alert(1)</script>', '=1+1'")
    yield attack("surrogate", "return '\\ud800', p")


HOSTILE = [*without_end(), *too_much(), *ends(), *breaks_out(), *cheats()]
