"""Files, answers and outputs made to exhaust time or memory, to leak, to cheat, to leave something behind.

Each is graded among honest ones: it gets its due, and nobody else's grade changes.
"""

import json

from hostile import attack, still_right
from zoo import IMPORT, RIGHT, Case, code, notebook, right


def files():
    """Notebooks that a reader without bounds would not survive. What is right beside the bomb counts."""
    yield right("newlines and a bracket", IMPORT, "\n" * 40_000 + "(", RIGHT, finding="cell 2 has a")
    yield right("spaces and a bracket", IMPORT, " " * 40_000 + "(", RIGHT, finding="cell 2 has a")
    yield right("lines of percent signs", IMPORT, "%x\n" * 600, RIGHT, finding="cell 2 has a")
    yield right("quotes", IMPORT, "'\"" * 50_000, RIGHT, finding="cell 2 has a")
    yield right("backslashes", IMPORT, "\\\n" * 50_000, RIGHT, finding="cell 2 has a")
    yield right("names", IMPORT, "\n".join(f"n{i} = n{i + 1}" for i in range(8000)), RIGHT)
    yield right("decorators", IMPORT, "@id\n" * 5000 + "def f(): pass", RIGHT, finding=None)
    yield right("else without end", IMPORT, "if 0: pass\n" + "elif 0: pass\n" * 400, RIGHT)
    yield right("a chain of calls", IMPORT, "x = (1)" + ".real" * 700, RIGHT)
    yield right("a sum", IMPORT, "x = " + "+".join("1" * 700), RIGHT)
    yield right("one long line", IMPORT, "x = [" + "1," * 60_000 + "]", RIGHT)
    yield Case("statements", notebook(IMPORT, *["x=1\n" * 49_000] * 6, RIGHT), 0, "20,000 statements")
    yield Case("metadata", json.dumps({"cells": [code(IMPORT + RIGHT)], "nbformat": 4, "metadata": {}}).encode().replace(
        b'"metadata": {}}', b'"metadata": {"x": [' + b"[]," * 20_000_000 + b"[]]}}"), 0, "could not be read: it")  # fmt: skip
    yield Case(
        "keys",
        b'{"cells": [], "nbformat": 4, "x": {' + b",".join(b'"%d": 0' % i for i in range(10**6)) + b"}}",
        0,
    )
    yield Case(
        "cells without end",
        json.dumps({"nbformat": 4, "cells": [code("x")] * 20_000}).encode(),
        0,
        "the first 5,000",
    )
    yield Case("numbers", b'{"cells": [], "nbformat": 4, "x": ' + b"9" * 10**6 + b"}", 0, "no valid JSON")
    yield right("a number of a million digits", IMPORT, f"x = {'9' * 150_000}", RIGHT, finding="cell 2 has")


def outputs():
    """What an answer returns is read within bounds."""
    yield attack("keys that collide", "return {i * (2**61 - 1): 0 for i in range(100_000)}, p")
    yield attack("many dimensions", "return 0.0, np.zeros((1,) * 30)")
    yield attack("lists in a list", "return [[] for _ in range(2_000_000)], p")
    yield attack("a dict of long texts", "return {str(i): 'x' * 10**5 for i in range(100)}, p")
    yield attack("a range", "return range(10**12), p")
    yield attack("an iterator", "import itertools\nreturn itertools.count(), p")
    yield attack("dates", "return np.array(['2026-11-29'], 'M8[D]'), p")
    yield attack("records", "return np.zeros(3, [('a', float)]), p")
    yield attack("objects", "return np.array([object()] * 3), p")
    yield attack("texts", "return np.array(['x' * 10**6] * 3), p")
    yield attack("bytes", "return b'x', bytearray(3)")
    yield attack("a set", "return {1, 2}, frozenset()")
    yield attack("whole numbers without end", "return 16 ** 10**6, p")
    yield attack("not numbers", "return float('nan'), p * float('nan')")
    yield attack("complex", "return 1j, p * 1j", points=0)
    yield attack("a class", "return int, str")
    yield attack("masked", "return np.ma.masked, np.ma.array(p, mask=True)")
    yield attack(
        "an error that speaks without end",
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
    )
    yield attack("an error of a gigabyte", "raise ValueError('x' * 2**29)")
    yield attack(
        "an error in errors",
        "e = ValueError()\nfor _ in range(10**5):\n    n = ValueError(); n.__cause__ = e; e = n\nraise e",
    )
    yield attack("a name that is no name", "raise type('=1+1', (Exception,), {})('x')")
    yield attack(
        "warnings without end", "import warnings\nfor i in range(10**5): warnings.warn(str(i))\nreturn 0, p"
    )
    yield attack("forged messages",
                 "from coursekit.grading.inside.wire import encode\nfor fd in range(3, 64):\n    try:\n"
                 "        for _ in range(300): os.write(fd, encode({'output': [[]] * 1000}))\n    except OSError: pass\nreturn 0, p")  # fmt: skip
    yield attack("a shape of its own",
                 "import json\nt = json.dumps({'output': {'array': ['<f8', [2**62] * 160_000, 'C', 0]}}).encode()\n"
                 "m = struct.pack('>II', len(t), 0) + t\nfor fd in range(3, 64):\n    try: os.write(fd, m)\n    except OSError: pass\nreturn 0, p")  # fmt: skip


def stops():
    yield attack("stops itself", "signal.raise_signal(signal.SIGSTOP)")
    yield attack("stops itself at the top", "return 0, p", before="signal.raise_signal(signal.SIGSTOP)")
    yield attack(
        "recursion in C",
        "import functools\nf = len\nfor _ in range(10**6): f = functools.partial(f)\nreturn f(), p",
    )
    yield attack("a stack overflow", "f = lambda: f()\nsys.setrecursionlimit(10**9)\nf()")
    yield attack(
        "a deaf definition",
        "return 0, p",
        before="class D:\n    def __del__(self):\n        while True: pass\nD()",
    )
    yield attack(
        "ends at exit", "return 0, p", before="import atexit\natexit.register(lambda: time.sleep(1e6))"
    )
    yield attack("ends while it is defined", "return 0, p", before="os._exit(0)")
    yield attack(
        "threads that spin",
        "for _ in range(20): threading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()\ntime.sleep(1e6)",
    )
    yield attack("a constant that takes years", "return K, p", before="K = 9 ** 9 ** 9 ** 9")


def leaves_behind():
    """What the next answer could find or feel. They write to the working folder and to /tmp."""
    there = "for d in ('.', '/tmp'):\n    try:\n        os.chdir(d)\n        {}\n    except OSError: pass\nreturn 0, p"
    for name, line in {
        "locked folder": "os.mkdir('locked'); open('locked/solution.py', 'w').write('x'); os.chmod('locked', 0)",
        "the folder itself locked": "os.chmod('.', 0)",
        "nested folders": "[(os.mkdir('d'), os.chdir('d')) for _ in range(3000)]",
        "long nested folders": "[(os.mkdir('d' * 250), os.chdir('d' * 250)) for _ in range(200)]",
        "folders without rights": "[os.mkdir(f'x{i}', 0) for i in range(50)]",
        "all the room": "[open(f'f{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(4)]",
        "a solution": "open('mse.py', 'w').write('x'); open('sitecustomize.py', 'w').write('x')",
        "no umask": "os.umask(0o777); os.mkdir('u')",
    }.items():
        yield attack(f"leaves {name}", there.format(line))
    yield still_right(
        "finds nothing left", "assert not os.listdir('.') and not os.path.exists('/tmp/mse.py')"
    )
    yield attack(
        "reads what others left",
        "for d, _, names in os.walk('.'):\n    for n in names:\n        return n, p\nreturn 0, p",
    )


def outside():
    for name, line in {
        "modes": "os.chmod('/tmp', 0o777)", "times": "os.utime('/usr', (0, 0))", "owners": "os.chown('/tmp', 0, 0)",
        "signals": "import fcntl; fcntl.fcntl(1, fcntl.F_SETOWN, 1)", "a lease": "import fcntl; fcntl.fcntl(1, 1024, 1)",
        "io_uring": "ctypes.CDLL(None).syscall(425, 8, 0)", "bpf": "ctypes.CDLL(None).syscall(321, 0, 0, 0)",
        "keys": "ctypes.CDLL(None).syscall(248, b'user', b'x', b'y', 1, -3)", "truncation": "os.truncate('/etc/hostname', 0)",
        "links": "os.symlink('/etc', 'l'); os.link('/etc/hostname', 'h')", "a timer": "ctypes.CDLL(None).syscall(222, 0, 0, 0)",
        "priorities": "os.nice(-5); os.setpriority(0, 0, -5)", "nodes": "os.mkfifo('f'); os.mknod('n')", "the clock": "time.clock_settime(0, 0)",
        "namespaces": "os.unshare(0x10000000) if hasattr(os, 'unshare') else os.chroot('/')", "memory files": "os.memfd_create('x')",
    }.items():  # fmt: skip
        yield still_right(f"tries {name}", line, finding="uses `ctypes`" if "ctypes" in line else None)


def leaks():
    """The graded inputs in every text that an answer can make; test_zoo looks for them in all pages and tables."""
    seen = "SEEN = []"
    yield attack("tells inputs by an error", "SEEN.append(p.tolist())\nraise ValueError(str(SEEN))", seen)
    yield attack("tells inputs by a print", "SEEN.append(p.tolist())\nprint(SEEN)\nreturn 0, p", seen)
    yield attack(
        "tells inputs by a warning",
        "import warnings\nSEEN.append(p.tolist())\nwarnings.warn(str(SEEN))\nreturn 0, p",
        seen,
    )
    yield attack("tells inputs as a result", "SEEN.append(p.tolist())\nreturn str(SEEN), SEEN", seen)
    yield attack("tells inputs as keys", "SEEN.append(p.tolist())\nreturn {str(SEEN): 1}, p", seen)
    yield attack(
        "tells inputs as a kind of error",
        "SEEN.append(p.tolist())\nraise type(str(SEEN)[:200], (Exception,), {})",
        seen,
    )
    yield attack(
        "tells inputs by what it changes",
        "SEEN.append(p.copy())\np[...] = SEEN[0].ravel()[0]\nreturn 0, p",
        seen,
    )
    yield attack(
        "tells inputs in a file",
        "open('seen', 'a').write(str(p.tolist()))\nraise ValueError(open('seen').read())",
    )
    yield attack("looks for questions up the stack",
                 "f, t = sys._getframe(), ''\nwhile f:\n    t += repr(f.f_locals)[:3000]\n    f = f.f_back\nraise ValueError(t)")  # fmt: skip
    yield attack(
        "looks for questions in memory",
        "raise ValueError(str([o for o in gc.get_objects() if type(o) is tuple and o and type(o[0]) is np.ndarray])[:4000])",
    )
    yield attack("reads the questions at its definition", "return K, p",
                 "for fd in range(3, 64):\n    try: data = os.read(fd, 10**6)\n    except OSError: continue\n    raise ValueError(str(data)[:3000])")  # fmt: skip
    yield attack(
        "knows the question sets",
        "import coursekit.grading.inside.child as c\nraise ValueError(str(vars(c).get('sheets', vars(c)))[:4000])",
    )


def copies():
    """Ways to the course's own formula: none is there."""
    path = "import coursekit.numpy_backend.losses as m"
    read = f"{path}\ns = {{'np': np}}\nexec(open(m.__file__).read(), s)\nreturn s['mse'](p, y), s['mse_grad'](p, y)"
    yield attack("runs the source", read, mistake="calls the reference", finding="uses `exec`")
    yield attack("runs the source under another name",
                 f"import importlib.util as u\n{path}\ns = u.spec_from_file_location('mine', m.__file__); n = u.module_from_spec(s)\n"
                 "s.loader.exec_module(n)\nreturn n.mse(p, y), n.mse_grad(p, y)", mistake="calls the reference", finding="uses `importlib`")  # fmt: skip
    yield attack("imports it again", "for k in [k for k in sys.modules if k.startswith('coursekit.numpy')]: del sys.modules[k]\nsys.meta_path[:] = sys.meta_path[1:]\n"
                 "from coursekit.numpy_backend import losses as m\nreturn m.mse(p, y), m.mse_grad(p, y)", mistake="calls the reference", finding="`sys.modules`")  # fmt: skip
    yield attack(
        "asks inspect",
        f"import inspect\n{path}\ns = {{'np': np}}\nexec(inspect.getsource(m.mse), s)\nreturn s['mse'](p, y), p",
        finding="uses `inspect`",
    )
    yield attack("asks pkgutil", "import pkgutil\ns = {'np': np}\nexec(pkgutil.get_data('coursekit', 'numpy_backend/losses.py'), s)\nreturn s['mse'](p, y), p",
                 finding="uses `pkgutil`")  # fmt: skip
    yield attack("empties the list of the withheld", "import coursekit.grading.inside.withheld as w\nw.noted = []; w._code.clear()\n"
                 "from coursekit import numpy_backend as ck\nreturn ck.mse(p, y), ck.mse_grad(p, y)")  # fmt: skip
    yield attack("takes the code from the withheld", "import coursekit.grading.inside.withheld as w, marshal, types\n"
                 "c = marshal.loads(w._code['coursekit.numpy_backend.losses']['mse'])\nreturn types.FunctionType(c, {'np': np})(p, y), p")  # fmt: skip
    yield attack(
        "asks the twin",
        "from coursekit import torch_backend as t\nreturn t.mse(t.asarray(p), t.asarray(y)), p",
    )
    yield attack("asks a wrapper", "from coursekit import numpy_backend as ck\nreturn ck.mse.__wrapped__(p, y) if hasattr(ck.mse, '__wrapped__') else ck.mse(p, y), p",
                 mistake="calls the reference")  # fmt: skip
    yield attack("looks through functions", "import types\nfor o in gc.get_objects():\n    if isinstance(o, types.FunctionType) and o.__name__ == 'mse' and o.__module__ != '__main__':\n"
                 "        return o(p, y), p\nreturn 0, p", finding="uses `gc`")  # fmt: skip
    yield attack(
        "hides that it changes p",
        "import coursekit.grading.inside.child as c\nc.identical = lambda a, b: True\np -= y\nreturn np.sum(p**2), 2 * p",
    )


BOMBS = [*files(), *outputs(), *stops(), *leaves_behind(), *outside(), *leaks(), *copies()]
