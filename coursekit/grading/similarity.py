"""Find answers that are alike after renaming, reformatting and commenting: a reason to look, never a verdict.

An answer's syntax tree is written as a row of words: names are replaced by their order of appearance, while comments,
docstrings, annotations, spaces and the order of imports disappear. Every run of WINDOW words is hashed. Two students'
share is the part of the shorter one's hashes that the other one has too (the overlap coefficient), over all answers
together. Hashes that many students have, such as the stub, say nothing and are left out, as in Schleimer, Wilkerson &
Aiken (2003), "Winnowing", SIGMOD.
"""

import array
import ast
import builtins
import contextlib
import functools
import hashlib
import itertools
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coursekit.exercises.engine.notebooks import solution_source
from coursekit.exercises.engine.registry import everything
from coursekit.grading.gradebook import Record
from coursekit.grading.parsing import syntax_tree

WINDOW = 8  # words in a row
ENOUGH = 60  # hashes: shorter answers are alike by chance
ALIKE = 0.7  # share from which a pair is listed
MOST_PAIRS = 100
COMMON = 0.25  # a hash says nothing if a larger share of the class has it ...
FEW, MANY = (
    8,
    20,
)  # ... where that is at least FEW students and at most MANY: so the time stays linear in the class
AT_ONCE = 80_000  # hashes that are in memory several times over
_BUILTIN = frozenset(dir(builtins))
_FACTORS = np.array([pow(0x9E3779B97F4A7C15, k, 2**64) for k in range(1, WINDOW + 1)], np.uint64)


@dataclass(frozen=True)
class Side:
    """One student of a pair: the name, and the answers by exercise."""

    student: str
    number: str
    sources: Mapping[str, str]


@dataclass(frozen=True)
class Pair:
    """Two students whose answers are alike: the share, and how much of it is in the official solutions too."""

    share: float
    official: float
    one: Side
    other: Side


def similar_pairs(records: Callable[[], Iterable[Record]], exercises: Sequence[str]) -> list[Pair]:
    """The pairs with a share of at least ALIKE, the highest first.

    records: gives the records of the class, each time from the start. Neither their texts nor their hashes are kept in
    memory: a class of thousands would fill it.
    """
    with _Fingerprints(fingerprint(_written(record)) for record in records()) as prints:
        return _pairs_of(prints, records, exercises)


class _Fingerprints(contextlib.AbstractContextManager):
    """The sorted hashes of each student, in a temporary file, read again one student at a time."""

    def __init__(self, prints: Iterable[np.ndarray]):
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._ends = array.array("q", [0])
        for hashes in prints:
            self._file.write(hashes.astype(np.uint32).tobytes())
            self._ends.append(self._ends[-1] + len(hashes))

    def __exit__(self, *_):
        self._file.close()

    def __len__(self):
        return len(self._ends) - 1

    def size(self, i: int) -> int:
        """The number of hashes of a student."""
        return self._ends[i + 1] - self._ends[i]

    def __getitem__(self, i: int) -> np.ndarray:
        self._file.seek(4 * self._ends[i])
        return np.frombuffer(self._file.read(4 * self.size(i)), np.uint32)


def _pairs_of(prints, records, exercises):
    clusters: dict[bytes, list[int]] = {}
    for i in range(len(prints)):
        if prints.size(i) >= ENOUGH:
            clusters.setdefault(hashlib.sha256(prints[i].tobytes()).digest(), []).append(i)
    # equal answers count once: a copy made twenty times too
    first = [members[0] for members in clusters.values()]
    found = [(1.0, a, b) for members in clusters.values() for a, b in itertools.pairwise(members)]
    if len(first) > 1:
        found += list(_overlaps(prints, first))
    found = sorted(found, key=lambda one: (-one[0], one[1], one[2]))[:MOST_PAIRS]
    listed = {i for _, *both in found for i in both}
    sides = {
        i: Side(record.student, record.number, _written(record))
        for i, record in enumerate(records())
        if i in listed
    }
    official = fingerprint(_official(exercises)) if found else np.array([], np.uint32)
    return [
        Pair(share, _share(np.intersect1d(prints[a], prints[b]), official), sides[a], sides[b])
        for share, a, b in found
    ]


def _written(record: Record) -> dict[str, str]:
    """The answers that are not blank."""
    written = {v.exercise for v in record.verdicts if v.outcome != "unanswered"}
    return {key: source for key, source in record.sources.items() if key in written}


def fingerprint(sources: Mapping[str, str]) -> np.ndarray:
    """The sorted hashes (uint32) of all answers; an answer that does not parse has none."""
    parts = [_hashes(key, source) for key, source in sources.items()]
    return np.unique(np.concatenate(parts)) if parts else np.array([], np.uint32)


@functools.lru_cache(maxsize=256)  # many hand in the same
def _hashes(key, source):
    row = np.array([zlib.crc32(word.encode(errors="replace")) for word in words(source)], np.uint64)
    if len(row) < WINDOW:
        return np.array([], np.uint32)
    windows = np.lib.stride_tricks.sliding_window_view(row, WINDOW)
    mixed = windows @ _FACTORS + np.uint64(zlib.crc32(key.encode()))  # modulo 2**64
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))


def words(source: str) -> list[str]:
    """The syntax tree as a row of words that no renaming and no formatting changes."""
    try:
        tree = syntax_tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(_walk(tree, {}))


def _walk(tree, names) -> Iterator[str]:
    """The words of a tree, without recursion: an answer may be nested deeply."""
    waiting: list = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
            continue
        if isinstance(node, ast.Name):
            yield node.id if node.id in _BUILTIN else _renamed(node.id, names)
        elif isinstance(node, ast.arg):
            yield _renamed(node.arg, names)
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
        elif isinstance(node, ast.Constant):
            yield repr(node.value)[:40]
        elif isinstance(node, ast.FunctionDef):
            yield f"def {_renamed(node.name, names)}"
        else:
            yield type(node).__name__
        waiting += reversed(list(_children(node)))


def _children(node) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("ctx", "returns", "annotation", "type_comment"):
            continue
        if name == "body" and isinstance(value, list):
            value = [statement for statement in value if not _is_ignored(statement)]
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, ast.AST))


def _is_ignored(statement):
    """A docstring or another value that nobody uses, `pass`, an import."""
    return isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _renamed(name, names):
    return names.setdefault(name, f"name{len(names)}")


def _overlaps(prints: _Fingerprints, chosen: list[int]) -> Iterator[tuple[float, int, int]]:
    """(share, a, b) of all pairs of the chosen students that are alike enough, by the hashes that few have.

    In a large class a sample of the hashes, one shard of them, finds the pairs to compare in full.
    """
    limit = min(max(int(COMMON * len(chosen)), FEW), MANY)
    shards = 1 + sum(map(prints.size, chosen)) // AT_ONCE
    common, candidates = [], []
    for shard in range(shards):
        part = [(hashes := prints[i])[hashes % shards == shard] for i in chosen]
        value, owner, starts, sizes = _sorted(part)
        common.append(value[starts[sizes > limit]])
        if shard == 0:
            candidates = _candidates(owner, starts, sizes, limit, len(chosen))
    common = np.concatenate(common)
    for a, b in ((chosen[a], chosen[b]) for a, b in candidates):
        one, other = (np.setdiff1d(prints[i], common, assume_unique=True) for i in (a, b))
        shorter = min(len(one), len(other))
        share = len(np.intersect1d(one, other, assume_unique=True)) / max(shorter, 1)
        if shorter >= ENOUGH / 2 and share >= ALIKE:
            yield share, a, b


def _candidates(owner, starts, sizes, limit, count) -> list[tuple[int, int]]:
    """The pairs that share at least half as much as a pair that is listed has to."""
    lengths = np.bincount(owner, weights=np.repeat(sizes <= limit, sizes), minlength=count)
    shared = [_pairs(owner, starts[sizes == size], size, count) for size in range(2, limit + 1)]
    codes, inverse = np.unique(np.concatenate([codes for codes, _ in shared]), return_inverse=True)
    together = np.bincount(
        inverse, weights=np.concatenate([times for _, times in shared]), minlength=len(codes)
    )
    one, other = np.divmod(codes, count)
    alike = together >= ALIKE / 2 * np.minimum(lengths[one], lengths[other])
    return [(int(one[i]), int(other[i])) for i in np.flatnonzero(alike)]


def _sorted(prints):
    """All hashes, sorted, and their owners; where each group of equal ones starts, and its size."""
    both = np.concatenate(
        [hashes.astype(np.uint64) << np.uint64(32) | np.uint64(i) for i, hashes in enumerate(prints)]
    )
    both.sort()
    value = both >> np.uint64(32)
    starts = np.flatnonzero(np.append(True, value[1:] != value[:-1])[: len(value)])
    return value.astype(np.uint32), both.astype(np.uint32), starts, np.diff(np.append(starts, len(value)))


def _pairs(owner, starts, size, count):
    """The pairs among the owners of hashes that `size` students share, as codes a · count + b, and how often."""
    members = owner[starts[:, None] + np.arange(size)]
    a, b = np.triu_indices(size, 1)
    return np.unique(members[:, a].astype(np.int64) * count + members[:, b], return_counts=True)


def _share(common, official):
    return len(np.intersect1d(common, official)) / max(len(common), 1)


def _official(exercises):
    known = everything()
    return {key: solution_source(known[key]) for key in exercises if key in known}
