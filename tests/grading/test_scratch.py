"""What an answer writes: into a folder of its own that the next one finds empty, and nowhere else."""

import pytest
from boxes import SOURCE, ask

from coursekit.grading import stage


def test_a_small_scratch_folder_is_its_own_and_is_gone_afterwards(box):
    said, _ = ask(box, "open('mine', 'w').write('x')", "open('mine').read()", "open('/tmp/mine', 'w')")
    assert said[:2] == ["succeeded"] * 2
    taken = any(path.is_relative_to("/tmp") for path in stage.readable_paths())  # Python is installed there
    expected = ("OSError" if taken else "succeeded") if box.way == "bubblewrap" else "PermissionError"
    assert said[2] == expected
    assert "succeeded" not in ask(box, "open('mine').read()", "open('/tmp/mine').read()")[0]


LEFT_BEHIND = {
    "a locked folder": "os.mkdir('locked'); open('locked/x', 'w').write('x'); os.mkdir('locked/more', 0)",
    "a folder made without rights": "os.mkdir('dark', 0)",
    "nested folders": "[(os.mkdir('d' * 200), os.chdir('d' * 200)) for _ in range(300)]",
    "many files": "[open(f'f{i}', 'w').close() for i in range(1500)]",
    "as much as there is room for": "[open(f'f{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(4)]",
    "names that are no text": "[open(bytes([i]) + b'x', 'w').close() for i in range(128, 256)]",
    "a pipe": "os.mkfifo('pipe')",
    "no umask": "os.umask(0o777); os.mkdir('m'); open('n', 'w').close()",
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_the_next_one_finds_nothing_of_the_last_and_has_all_the_room(box, what):
    ask(box, LEFT_BEHIND[what])
    room = "[open(f'g{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(4)]"
    source = SOURCE + "\ndef look(line):\n    return os.listdir('.'), attempt(line)\n"
    assert ask(box, room, source=source, name="look") == ([([], "succeeded")], "done")


def test_a_full_scratch_folder_ends_its_owner_only(box):
    flood = "[open(f'{i}', 'wb').write(b'x' * 15 * 2**20) for i in range(10**4)]"
    said, ended = ask(box, flood)
    assert said == ["OSError"] if box.way == "bubblewrap" else ended == "killed"
    assert ask(box, "1 + 1") == (["succeeded"], "done")


def test_a_log_file_in_the_working_folder_can_be_written(box):
    assert ask(box, "open('log.txt', 'w').write('x')", "open('log.txt').read()") == (
        ["succeeded"] * 2,
        "done",
    )


def test_files_outside_keep_their_mode_their_time_and_their_end(box):
    before = box.secret.stat()
    lines = [f"os.chmod({str(box.secret)!r}, 0)", f"os.utime({str(box.secret)!r}, (0, 0))", f"os.truncate({str(box.secret)!r}, 0)",
             f"os.chown({str(box.secret)!r}, 1, 1)", f"os.rename({str(box.secret)!r}, 'x')", f"os.link({str(box.secret)!r}, 'x')",
             f"os.setxattr({str(box.secret)!r}, 'user.x', b'x')", f"os.symlink({str(box.secret)!r}, 'x')"]  # fmt: skip
    assert "succeeded" not in ask(box, *lines)[0]
    after = box.secret.stat()
    assert (before.st_mode, before.st_mtime_ns, before.st_size, before.st_uid, before.st_nlink) == (
        after.st_mode,
        after.st_mtime_ns,
        after.st_size,
        after.st_uid,
        after.st_nlink,
    )
