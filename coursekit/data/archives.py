"""Gzipped IDX files of images, as of MNIST: downloaded once, checked by SHA-256, cached for the user.

A file whose SHA-256 is wrong is never read: a broken cache is fetched again, a broken mirror is passed over.
"""

import gzip
import hashlib
import http.client
import math
import os
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Archive:
    """Four IDX files: where they are, in order of preference, and the SHA-256 of each by its name."""

    name: str
    mirrors: tuple[str, ...]
    sha256: dict[str, str]


PARTS = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}

# The sums published by many independent users of both archives agree; the files have not changed since 2017.
MNIST = Archive(
    name="mnist",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    sha256={
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
)
FASHION_MNIST = Archive(
    name="fashion_mnist",
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    sha256={
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
)


def load(archive: Archive, part: str) -> tuple[np.ndarray, np.ndarray]:
    """(images (N, rows, columns), labels (N,)) of unsigned bytes; part is "train" or "test"."""
    images, labels = (read(fetch(archive, filename)) for filename in PARTS[part])
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{archive.name}: images have shape {images.shape} and labels {labels.shape}; "
            "they want (N, rows, columns) and (N,)."
        )
    return images, labels


def cache_folder(archive: Archive) -> Path:
    """Where the files are kept: below $COURSEKIT_HOME if that is set, else in the user's cache folder."""
    if home := os.environ.get("COURSEKIT_HOME"):
        return Path(home) / "cache" / archive.name
    from platformdirs import user_cache_path

    return user_cache_path("coursekit", appauthor=False) / archive.name


def fetch(archive: Archive, filename: str, timeout: float = 5.0) -> Path:
    """The path of a file with the right SHA-256, from the cache or from the first mirror that has it.

    Raises ConnectionError if no mirror does, after at most `timeout` seconds of silence from each and the time that
    the system's name server takes: none without a network, some 10 s each where one swallows questions.
    """
    path = cache_folder(archive) / filename
    wanted = archive.sha256[filename]
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == wanted:
        return path
    reasons = []
    for mirror in archive.mirrors:
        try:
            body = _download(mirror + filename, timeout)
        except (OSError, http.client.HTTPException) as error:
            reasons.append(f"{mirror}{filename}: {error or type(error).__name__}")
            continue
        got = hashlib.sha256(body).hexdigest()
        if got == wanted:
            _write(path, body)
            return path
        reasons.append(f"{mirror}{filename}: {len(body)} bytes with SHA-256 {got}, not {wanted}")
    raise ConnectionError(
        f"{archive.name}: {filename} could not be downloaded.\n  "
        + "\n  ".join(reasons)
        + "\nWithout a network, data.digits() has 1,797 handwritten digits that come with scikit-learn. "
        f"If you have the file, put it here: {path}"
    )


def read(path: Path) -> np.ndarray:
    """The array of unsigned bytes in a gzipped IDX file.

    Two zero bytes, the type (8: unsigned byte), the number of axes, each axis as a big-endian 32-bit integer,
    the data in C order.
    """
    with gzip.open(path) as file:
        content = file.read()
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise ValueError(
            f"{path.name}: starts with {content[:4]!r}; an IDX file of unsigned bytes wants 00 00 08."
        )
    start = 4 + 4 * content[3]
    shape = tuple(np.frombuffer(content[4:start], dtype=">u4").tolist())
    if len(shape) != content[3] or math.prod(shape) != len(content) - start:
        raise ValueError(
            f"{path.name}: its header says shape {shape} but {len(content)} bytes do not fit that."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def _download(url: str, timeout: float) -> bytes:
    from tqdm import tqdm

    with urllib.request.urlopen(url, timeout=timeout) as response:
        chunks = []
        with tqdm(total=response.length, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[1]) as bar:
            while chunk := response.read(1 << 16):
                chunks.append(chunk)
                bar.update(len(chunk))
    return b"".join(chunks)


def _write(path: Path, body: bytes) -> None:
    """All or nothing: a killed download leaves no half file, and two notebooks at once do not mix theirs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
