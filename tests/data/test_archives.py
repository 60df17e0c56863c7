"""Image files over the network: a server of our own on this machine serves small ones, whole and broken."""

import dataclasses
import functools
import gzip
import hashlib
import http.server
import shutil
import socket
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest

from coursekit import data
from coursekit.data import archives

FILES = [name for part in archives.PARTS.values() for name in part]


def idx_file(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes())


@pytest.fixture
def images():
    """name -> array, of 7 training and 3 test images of 4 by 5 pixels."""
    rng = np.random.default_rng(0)
    arrays = {}
    for n, (image_name, label_name) in zip((7, 3), archives.PARTS.values(), strict=True):
        arrays[image_name] = rng.integers(0, 256, (n, 4, 5), dtype=np.uint8)
        arrays[label_name] = rng.integers(0, 10, n, dtype=np.uint8)
    return arrays


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder and remembers what was asked for; a path named in `silent` is never answered."""

    def __init__(self, folder):
        self.asked, self.silent, self.folder = [], threading.Event(), folder
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server_port}/"


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path[1:])
        if self.path.startswith("/silent/"):
            self.server.silent.wait(20)
            return
        super().do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch, images):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder = tmp_path / "served"
    folder.mkdir()
    for name, array in images.items():
        (folder / name).write_bytes(idx_file(array))
    with Server(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.silent.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def archive(server):
    sums = {name: hashlib.sha256((server.folder / name).read_bytes()).hexdigest() for name in FILES}
    return archives.Archive("small", (server.url,), sums)


def cached(archive):
    folder = archives.cache_folder(archive)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("load", [data.mnist, data.fashion_mnist])
@pytest.mark.parametrize("part", ["train", "test"])
def test_images_become_a_dataset(load, part, archive, images):
    d = load(part, archive=archive)
    image_name, label_name = archives.PARTS[part]
    assert d.image_shape == (4, 5)
    assert d.x.dtype == np.float64
    np.testing.assert_array_equal(np.rint(255 * d.x).reshape(-1, 4, 5), images[image_name])
    np.testing.assert_array_equal(d.label, images[label_name])
    np.testing.assert_array_equal(d.y.argmax(1), d.label)
    assert d.y.shape[1] == len(d.names) == 10


def test_a_file_is_downloaded_once(server, archive):
    first, second = data.mnist(archive=archive), data.mnist(archive=archive)
    np.testing.assert_array_equal(first.x, second.x)
    assert server.asked == list(archives.PARTS["train"])
    assert cached(archive) == sorted(archives.PARTS["train"])


def test_without_a_network_the_cache_is_enough(archive):
    expected = data.mnist(archive=archive)
    offline = dataclasses.replace(archive, mirrors=())
    np.testing.assert_array_equal(data.mnist(archive=offline).x, expected.x)


def test_a_broken_cache_is_fetched_again(server, archive):
    path = archives.fetch(archive, FILES[0])
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    assert archives.fetch(archive, FILES[0]).read_bytes() == whole
    assert server.asked == [FILES[0]] * 2


def test_a_changed_file_is_refused_and_leaves_nothing_behind(server, archive):
    (server.folder / FILES[0]).write_bytes(idx_file(np.zeros((7, 4, 5))))
    with pytest.raises(ConnectionError, match=f"hash of downloaded file .*{archive.sha256[FILES[0]]}"):
        archives.fetch(archive, FILES[0])
    assert cached(archive) == []


def test_the_next_mirror_is_tried(server, archive):
    mirrors = ("http://127.0.0.1:1/", server.url + "missing/", server.url)
    path = archives.fetch(dataclasses.replace(archive, mirrors=mirrors), FILES[1])
    assert path.read_bytes() == (server.folder / FILES[1]).read_bytes()


def test_offline_the_message_names_the_reason_and_digits(archive):
    with socket.socket() as listener:  # a port that nobody serves once it is closed
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    offline = dataclasses.replace(archive, mirrors=(f"http://127.0.0.1:{port}/",))
    with pytest.raises(ConnectionError) as caught:
        data.mnist(archive=offline)
    for words in ("small: train-images", f"port={port}", "refused", "data.digits()", "put it here"):
        assert words in str(caught.value)
    assert cached(archive) == []


def test_a_silent_server_is_given_up(server, archive):
    silent = dataclasses.replace(archive, mirrors=(server.url + "silent/",))
    with pytest.raises(ConnectionError, match="timed out"):
        archives.fetch(silent, FILES[0], timeout=0.1)


def test_a_failed_write_leaves_no_half_file(archive, monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(shutil, "move", fail)
    with pytest.raises(OSError, match="disk full"):
        archives.fetch(archive, FILES[0])
    assert cached(archive) == []


def test_many_notebooks_at_once_all_get_whole_files(archive):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(data.mnist("test", archive=archive).x))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    for x in results:
        np.testing.assert_array_equal(x, results[0])
    assert cached(archive) == sorted(archives.PARTS["test"])


@pytest.mark.parametrize(
    "archive", [archives.MNIST, archives.FASHION_MNIST], ids=lambda archive: archive.name
)
def test_the_published_archives_name_a_sum_for_every_file(archive):
    assert set(archive.sha256) == set(FILES)
    assert all(len(bytes.fromhex(total)) == 32 for total in archive.sha256.values())
    assert len(set(archive.sha256.values())) == 4
    assert all(mirror.endswith("/") for mirror in archive.mirrors)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "starts with"),
        (b"<html>", "starts with"),
        (bytes([0, 0, 13, 1, 0, 0, 0, 0]), "starts with"),  # floats
        (bytes([0, 0, 8, 2, 0, 0, 0, 1]), "header"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]), "header says shape \\(3,\\), but 2 bytes"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 2]), "header says shape \\(1,\\)"),
    ],
)
def test_what_is_no_idx_file_is_named(tmp_path, content, words):
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match=f"images.gz: .*{words}"):
        archives.read_idx(path)


def test_images_and_labels_must_belong_together(server, archive):
    labels = idx_file(np.zeros(6))
    (server.folder / FILES[1]).write_bytes(labels)
    sums = archive.sha256 | {FILES[1]: hashlib.sha256(labels).hexdigest()}
    with pytest.raises(ValueError, match=r"small: .* images have shape \(7, 4, 5\) and labels \(6,\)"):
        data.mnist(archive=dataclasses.replace(archive, sha256=sums))


def test_a_download_needs_pooch_and_nothing_else_does():
    code = "import sys, coursekit.data as data; data.digits(); print('pooch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "False"
