"""A student in front of a browser, as far as the hub can see: cookies, forms, the contents API, a websocket."""

import json
import time
import uuid
from urllib.parse import urlencode

import nbformat
import requests
import websocket

STOPPED = {"ready": False, "pending": None}


class Student:
    """One user of a hub. Each method is what a click does; errors of the server are raised."""

    def __init__(self, hub, name):
        self.name = name
        self.hub = hub
        self._browser = requests.Session()
        self._browser.headers["Sec-Fetch-Mode"] = "navigate"

    def sign_in(self):
        """Fill in the hub's form."""
        form = f"{self.hub.url}/hub/login"
        self._browser.get(form, timeout=60).raise_for_status()
        fields = {"username": self.name, "password": self.hub.password, "_xsrf": self._token("/hub/")}
        done = self._browser.post(form, data=fields, allow_redirects=False, timeout=60)
        if done.status_code != 302:
            raise PermissionError(f"{self.name} could not sign in: {done.status_code}")

    def start_server(self, seconds=300):
        """Open JupyterLab; returns when the page has come."""
        deadline = time.monotonic() + seconds
        self._browser.get(f"{self.hub.url}/hub/spawn", timeout=seconds).raise_for_status()
        while not (server := self._server())["ready"]:
            if not server["pending"] or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} got no server:\n{self.hub.log[-3000:]}")
            time.sleep(0.5)
        page = self.follow(self.url("lab"))
        if not page.url.startswith(self.url("lab")):
            raise RuntimeError(f"{self.name} asked for JupyterLab and got {page.url}")

    def follow(self, link):
        """The page behind a link on the hub."""
        page = self._browser.get(link, timeout=60)
        page.raise_for_status()
        return page

    def url(self, path=""):
        """An address on the student's server."""
        return f"{self.hub.url}/user/{self.name}/{path}"

    def open(self, path):
        """A notebook of the student."""
        answer = self._api("get", f"contents/{path}")
        return nbformat.from_dict(answer.json()["content"])

    def save(self, path, notebook):
        self._api("put", f"contents/{path}", {"type": "notebook", "format": "json", "content": notebook})

    def copy(self, path, folder):
        """Copy and paste in the file browser; returns the copy's path."""
        return self._api("post", f"contents/{folder}", {"copy_from": path}).json()["path"]

    def run_all(self, path, notebook, seconds=600):
        """Run every code cell in a new kernel and put the outputs into the notebook; the kernel stays."""
        session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        kernel = self._api("post", "sessions", session).json()["kernel"]["id"]
        address = self.url(f"api/kernels/{kernel}/channels").replace("http", "ws", 1)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies())
        channel = websocket.create_connection(
            address,
            cookie=cookies,
            header=["Sec-Fetch-Mode: websocket"],
            origin=self.hub.url,
            timeout=seconds,
        )
        try:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs = _execute(channel, cell.source)
        finally:
            channel.close()

    def pull(self, repository, branch):
        """What the page of an nbgitpuller link does when it has come; returns what the server tells."""
        asked = urlencode({"repo": repository, "branch": branch})
        return self.follow(self.url(f"git-pull/api?{asked}")).text

    def wait_until_stopped(self, seconds=60):
        """Returns when the hub has stopped the student's server."""
        deadline = time.monotonic() + seconds
        while self._server() != STOPPED:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}'s server still runs after {seconds} s")
            time.sleep(0.2)

    def _server(self):
        me = self.follow(f"{self.hub.url}/hub/api/users/{self.name}").json()
        return me["servers"].get("", STOPPED)

    def _api(self, method, path, content=None):
        answer = self._browser.request(
            method,
            self.url(f"api/{path}"),
            json=content,
            headers={"Sec-Fetch-Mode": "cors", "X-XSRFToken": self._token(f"/user/{self.name}/")},
            timeout=120,
        )
        if not answer.ok:
            raise RuntimeError(f"{self.name}: {method} {path} gave {answer.status_code}: {answer.text[:500]}")
        return answer

    def _cookies(self):
        paths = ("/", f"/user/{self.name}/")
        return [cookie for cookie in self._browser.cookies if cookie.path in paths]

    def _token(self, path):
        return next(c.value for c in self._browser.cookies if (c.name, c.path) == ("_xsrf", path))


def _execute(channel, source):
    """The outputs of a cell, as its notebook keeps them."""
    request = uuid.uuid4().hex
    header = {
        "msg_id": request,
        "msg_type": "execute_request",
        "version": "5.3",
        "username": "",
        "session": "",
    }
    content = {"code": source, "silent": False, "store_history": True, "stop_on_error": False}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
    channel.send(json.dumps(message))
    outputs, waiting = [], {"idle", "reply"}
    while waiting:
        received = channel.recv()
        if not isinstance(received, str):
            continue  # buffers of widgets
        message = json.loads(received)
        if message["parent_header"].get("msg_id") != request:
            continue
        kind = message["header"]["msg_type"]
        if kind == "status" and message["content"]["execution_state"] == "idle":
            waiting.discard("idle")
        elif kind == "execute_reply":
            waiting.discard("reply")
        elif kind in ("stream", "display_data", "execute_result", "error"):
            outputs.append(nbformat.v4.output_from_msg(nbformat.from_dict(message)))
    return outputs
