"""The files of MNIST and Fashion-MNIST: gzipped IDX files, downloaded once by pooch, checked by SHA-256, cached.

A file with the wrong SHA-256 is never read: a damaged file in the cache is downloaded again, and a mirror that serves
something else is skipped.
"""

import gzip
import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Archive:
    """Four IDX files: the mirrors that serve them, in order of preference, and the SHA-256 of each file by its name."""

    name: str
    mirrors: tuple[str, ...]
    sha256: dict[str, str]


PARTS = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}

# Many independent users of both archives have published the same sums; the files have not changed since 2017.
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


def load_images(archive: Archive, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (images (N, rows, columns), labels (N,)) as unsigned bytes; part is "train" or "test"."""
    images, labels = (read_idx(fetch(archive, filename)) for filename in PARTS[part])
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{archive.name}: the shapes must be (N, rows, columns) and (N,), but images have shape {images.shape} and "
            f"labels {labels.shape}. The archive's SHA-256 sums belong to different files."
        )
    return images, labels


def cache_folder(archive: Archive) -> Path:
    """The folder of the files: below $COURSEKIT_HOME if that is set, else in the user's cache folder."""
    if home := os.environ.get("COURSEKIT_HOME"):
        return Path(home) / "cache" / archive.name
    from platformdirs import user_cache_path

    return user_cache_path("coursekit", appauthor=False) / archive.name


def fetch(archive: Archive, filename: str, timeout: float = 5.0) -> Path:
    """Return the path of a file with the right SHA-256, from the cache or from the first mirror that has it.

    timeout: seconds of silence after which a mirror is given up. Raises ConnectionError, with the reason for each
    mirror, if none has the file.
    """
    try:
        import pooch
    except ModuleNotFoundError:  # as in a browser, whose Python has no sockets
        raise ConnectionError(
            f"{archive.name}: {filename} cannot be downloaded, because the package pooch is not installed. Without it, as "
            "in a browser, use data.digits(): 1,797 handwritten digits that scikit-learn brings along."
        ) from None

    pooch.get_logger().setLevel("ERROR")  # the progress bar says enough
    reasons = []
    for mirror in archive.mirrors or ("",):  # without mirrors, the cache alone
        try:
            path = pooch.retrieve(
                mirror + filename,
                known_hash=f"sha256:{archive.sha256[filename]}",
                fname=filename,
                path=cache_folder(archive),
                downloader=pooch.HTTPDownloader(progressbar=True, timeout=timeout),  # pyright: ignore[reportArgumentType]
            )
            return Path(path)
        except (OSError, ValueError) as error:  # no network, or a file with another SHA-256
            reasons.append(f"{mirror}{filename}: {error}")
    raise ConnectionError(
        f"{archive.name}: {filename} could not be downloaded from any of its mirrors.\n  "
        + "\n  ".join(reasons)
        + f"\nIf you have the file, put it here: {cache_folder(archive) / filename}\n"
        "Without a network, use data.digits(): 1,797 handwritten digits that scikit-learn brings along."
    )


def read_idx(path: Path) -> np.ndarray:
    """Return the array of unsigned bytes in a gzipped IDX file.

    Two zero bytes, the type (8: unsigned byte), the number of axes, each axis as a big-endian 32-bit integer,
    the data in C order.
    """
    with gzip.open(path) as file:
        content = file.read()
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise ValueError(
            f"{path.name}: an IDX file of unsigned bytes starts with the bytes 00 00 08, but this one starts with "
            f"{content[:4]!r}. Download it again."
        )
    start = 4 + 4 * content[3]
    shape = tuple(np.frombuffer(content[4:start], dtype=">u4").tolist())
    if len(shape) != content[3] or math.prod(shape) != len(content) - start:
        raise ValueError(
            f"{path.name}: the header says shape {shape}, but {max(len(content) - start, 0)} bytes of data follow. The "
            "file is not whole: download it again."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
