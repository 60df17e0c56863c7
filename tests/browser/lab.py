"""A throw-away JupyterLab and a Chromium that looks at it, for browser tests and benchmarks.

The server listens on 127.0.0.1 with a random token. Its settings, workspaces, runtime files and IPython
profile live in a temporary folder, so neither the reader's configuration nor an earlier run has a say.
Chromium is the system's own (`CHROMIUM=/path` names another); Playwright drives it and downloads nothing.
"""

import contextlib
import functools
import http.server
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

SETTINGS = {
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PANEL_IDLE = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.content?.widgets && panel.sessionContext.session?.kernel?.status === 'idle'; }"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def pages(folder):
    """Serve a folder on 127.0.0.1; yields the address."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def chromium():
    """The browser's path, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextlib.contextmanager
def jupyterlab(folder, *, without=(), without_delay=None):
    """A running server on `folder`; yields its URL with a `{}` for the path, token included.

    without: names of lab extensions to switch off. without_delay: whether coursekit.commands.server_extension is on;
    None leaves it as installed.
    """
    with tempfile.TemporaryDirectory(prefix="coursekit-lab-", ignore_cleanup_errors=True) as home:
        home = Path(home)
        for name, values in SETTINGS.items():
            file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        page_config = home / "config" / "labconfig" / "page_config.json"
        page_config.parent.mkdir(parents=True)
        page_config.write_text(json.dumps({"disabledExtensions": dict.fromkeys(without, True)}))
        token, port = secrets.token_hex(16), _free_port()
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        environment = {
            **os.environ,
            **{name: str(home / place) for name, place in places.items()},
            "JUPYTER_TOKEN": token,
        }
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={Path(folder).resolve()}",
            "--LabApp.expose_app_in_browser=True",
        ]
        if without_delay is not None:
            command.append(
                f"--ServerApp.jpserver_extensions=coursekit.commands.server_extension={without_delay}"
            )
        with open(home / "log", "wb") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                _wait_until_it_answers(
                    server, f"http://127.0.0.1:{port}/api/status?token={token}", home / "log"
                )
                yield f"http://127.0.0.1:{port}/lab/workspaces/{{workspace}}/tree/{{path}}?token={token}"
            finally:
                server.terminate()  # on SIGTERM the server ends its kernels, then itself
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(server, url, log, seconds=60):
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def browser(width=1400, height=1000, ratio=1):
    """A fresh Chromium's page: `page.outside` collects requests off the machine, `page.complaints` errors.

    ratio: device pixels per CSS pixel of its screen.
    """
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with (
        tempfile.TemporaryDirectory(prefix="coursekit-chromium-", ignore_cleanup_errors=True) as profile,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium(),
            args=arguments,
            viewport={"width": width, "height": height},
            device_scale_factor=ratio,
        )
        page = context.pages[0]
        page.outside, page.complaints = [], []
        page.on("request", lambda request: _is_outside(request.url) and page.outside.append(request.url))
        page.on("pageerror", lambda error: _is_ours(str(error)) and page.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: line.type == "error" and _is_ours(line.text) and page.complaints.append(line.text),
        )
        yield page
        context.close()


def _is_ours(complaint):
    """The extra `lite` brings an extension for JupyterLite that JupyterLab finds too, and cannot load."""
    return "Shared module @jupyterlite/" not in complaint


def _is_outside(url):
    return url.startswith(("http:", "https:", "ws:", "wss:")) and not url.split("://", 1)[1].startswith(
        "127.0.0.1:"
    )


def run_all(page, url, path, seconds=120):
    """Open the notebook and run all its cells; returns the text of every error output."""
    page.set_default_timeout(seconds * 1000)
    page.goto(url.format(workspace=secrets.token_hex(4), path=path))
    page.wait_for_function(PANEL_IDLE)
    finished = page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    assert finished is not False or errors(page), "JupyterLab could not run the cells"
    page.wait_for_function(PANEL_IDLE)
    page.set_default_timeout(30_000)
    return errors(page)


def findings(page, *selectors):
    """What axe-core calls serious or critical in these parts of the page, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    # MathJax's invisible copy of a formula, for screen readers, may reach some pixels past the edge of a cell.
    page.add_style_tag(content="mjx-assistive-mml { width: 1px !important; overflow: hidden !important; }")
    found = Axe().run(page, {"include": [[selector] for selector in selectors]}).response["violations"]
    return [
        f"{rule['impact']}: {rule['help']} ({rule['id']}): {node['html'][:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def errors(page):
    """['Name: text'] of the error outputs in the notebook's document."""
    return [f"{o['ename']}: {o['evalue']}" for o in _outputs(page) if o["output_type"] == "error"]


def verdicts(page):
    """What the checks of the notebook said, as they keep it in their outputs."""
    return [o["metadata"]["coursekit"] for o in _outputs(page) if "coursekit" in o.get("metadata", {})]


def _outputs(page):
    return page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === 'code').flatMap(cell => cell.model.outputs.toJSON())"""
    )


def cells(page):
    """How many cells the notebook has."""
    return page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.length")


def notebook(folder, *sources, name="widgets.ipynb"):
    """Write a notebook of these code cells into `folder`; returns its name."""
    import nbformat

    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)), metadata=kernel)
    nbformat.write(book, Path(folder) / name)
    return name
