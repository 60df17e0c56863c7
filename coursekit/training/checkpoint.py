"""The file of a checkpoint: nested dicts of arrays and plain values. It is complete at every moment, or not there.

The file is a .npz: one entry per array, under its path in the tree, and one of JSON, the tree itself. Nothing is
pickled, so that a file of unknown origin can do no harm. Both backends write and read the same format.
"""

import json
import numbers
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_FORMAT = 1
_TREE, _ARRAY = "tree.json", "array in the file"


def checked_path(path: Any) -> Path:
    """path as a `Path` of a file in a folder that exists."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(
            f'fit: checkpoint must be the path of a file, for example "run.npz", but is {path!r}.'
        )
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"fit: checkpoint must be the path of a file, but {path} is a folder.")
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"fit: checkpoint {path}: the folder {path.parent} does not exist. Create it first."
        )
    return path


def save(path: Path, state: dict) -> None:
    """Write the state so that a crash at any moment leaves the old file or the new one, complete.

    The bytes are on the disk (fsync) before the file takes its name (an atomic rename).
    """
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        write(file, state)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    if os.name == "posix":  # the new name is on the disk too
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def load(path: Path) -> dict:
    """The state in the file; ValueError if it is damaged or no checkpoint."""
    with open(path, "rb") as file:
        return read(file, path)


def write(file: BinaryIO, state: dict) -> None:
    """Write the state, a tree of dicts, lists, arrays and plain values, into a binary file that is open."""
    arrays = {}
    tree = _plain(state, "state", arrays)
    text = json.dumps({"format": _FORMAT, "state": tree})
    np.savez(file, **arrays, **{_TREE: np.frombuffer(text.encode(), np.uint8)})


def read(file: BinaryIO, path: Path) -> dict:
    """The state that `write` left in the file; errors name `path`."""
    try:
        with np.load(file, allow_pickle=False) as entries:
            arrays = {name: entries[name] for name in entries.files}  # each entry's checksum is verified
        tree = json.loads(arrays[_TREE].tobytes())
        known, state = tree["format"], _with_arrays(tree["state"], arrays)
    except Exception as error:  # whatever zip, NumPy or JSON say of a damaged file
        raise ValueError(
            f"fit: checkpoint {path} cannot be read ({type(error).__name__}: {error}). It is damaged, or not a "
            "checkpoint of fit. Delete it to start again, or give another path."
        ) from None
    if known != _FORMAT:
        raise ValueError(
            f"fit: checkpoint {path} has format {known}; this version of coursekit reads format {_FORMAT}."
        )
    return state


def _plain(value, path, arrays):
    """value as JSON represents it; its arrays are put into `arrays` under their paths."""
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        arrays[path] = value
        return {_ARRAY: path}
    if isinstance(value, dict):
        return {str(key): _plain(v, f"{path}/{key}", arrays) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, f"{path}/{i}", arrays) for i, v in enumerate(value)]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    raise TypeError(
        f"fit: a checkpoint can keep arrays, numbers, strings, and lists and dicts of them, but {path} is a {kind}. "
        "Leave checkpoint out for this network and optimizer."
    )


def _with_arrays(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, dict):
        if tree.keys() == {_ARRAY}:
            return arrays[tree[_ARRAY]]
        return {key: _with_arrays(value, arrays) for key, value in tree.items()}
    return [_with_arrays(value, arrays) for value in tree] if isinstance(tree, list) else tree
