"""What it takes to launch: seconds to the first executed cell, disk, and memory, of an environment with coursekit.

    python tests/benchmarks/launch.py ENVIRONMENT [--lesson 04] [--rounds 3]

`coursekit lab` of the environment is started with an empty folder, the lesson opened in Chromium, its imports run
(the first cell that does something), and then all cells, blank. Seconds count from the start of the command, medians
of the rounds. Memory is resident memory: of the server at the end, of the kernel at its highest.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.extend(str(Path(__file__).parents[1] / folder) for folder in ("helpers", "browser"))

import lab
from lab_server import Server

CONFIG = {"LabApp": {"expose_app_in_browser": True}}
# Run the cell with the imports, in the notebook that is open.
RUN_IMPORTS = """async () => { const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex(
        cell => cell.model.type === 'code' && cell.model.sharedModel.source.includes('from coursekit import'));
    await jupyterapp.commands.execute('notebook:run-cell'); }"""


def launch(environment, lesson, home):
    """Seconds to the server, to the open notebook and to the first cell; MB of the server and of the kernel."""
    (home / "jupyter_lab_config.json").write_text(json.dumps(CONFIG))
    its = {
        "JUPYTER_CONFIG_DIR": home,
        "JUPYTER_RUNTIME_DIR": home,
        "IPYTHONDIR": home,
        "COURSEKIT_HOME": home,
    }
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with lab.browser() as page:
        page.set_default_timeout(300_000)
        start = time.perf_counter()
        command = environment / "bin" / "coursekit"
        with Server(command, home / "lessons", lesson, env=without | its, cwd=home) as server:
            seconds = [time.perf_counter() - start]
            page.goto(f"{server.url}{server.page}?token={server.token}")
            page.wait_for_function(lab.PANEL_IDLE)
            seconds.append(time.perf_counter() - start)
            page.evaluate(RUN_IMPORTS)
            seconds.append(time.perf_counter() - start)
            page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
            page.wait_for_function(lab.PANEL_IDLE)
            assert lab.errors(page) == []
            process = psutil.Process(server.process.pid)
            (kernel,) = process.children()
            peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{kernel.pid}/status").read_text())
            return [*seconds, process.memory_info().rss / 1e6, int(peak[1]) * 1024 / 1e6]


def disk(folder):
    """GB that a folder takes, each file once."""
    files = {(s.st_dev, s.st_ino): s.st_blocks * 512 for s in map(os.lstat, folder.rglob("*"))}
    return sum(files.values()) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("environment", type=Path)
    parser.add_argument("--lesson", action="append")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.environment}: {disk(options.environment):.1f} GB")
    print(
        "| lesson | server answers, s | notebook open, s | first cell run, s | server MB | kernel MB | both |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for lesson in options.lesson or ["00"]:
        rounds = []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory(prefix="coursekit-launch-", ignore_cleanup_errors=True) as home:
                rounds.append(launch(options.environment.resolve(), lesson, Path(home)))
        *seconds, server, kernel = map(statistics.median, zip(*rounds, strict=True))
        times = " | ".join(f"{s:.1f}" for s in seconds)
        print(f"| {lesson} | {times} | {server:.0f} | {kernel:.0f} | {server + kernel:.0f} |", flush=True)


if __name__ == "__main__":
    main()
