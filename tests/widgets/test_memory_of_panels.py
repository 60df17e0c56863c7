"""A panel's cell that runs forty times, in a kernel as in a notebook."""

import pytest
from jupyter_client.manager import start_new_kernel

PANEL = "widgets.logit()"
MEMORY = "reruns._collect()\nprint(psutil.Process().memory_info().rss / 1e6)"  # what the timer does soon


def run(client, code, cell):
    """Run a cell with this id; returns what it printed. An error in it fails the test."""
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    request = client.session.msg("execute_request", content, metadata={"cellId": cell})
    client.shell_channel.send(request)
    printed = ""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        if message["msg_type"] == "error":
            pytest.fail("\n".join(message["content"]["traceback"]))
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed += message["content"]["text"]
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return printed


@pytest.mark.slow
def test_forty_runs_of_a_panels_cell_add_less_than_20_megabytes():
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        run(
            client,
            "import ipywidgets, psutil\nfrom coursekit import widgets\nfrom coursekit.widgets.base import reruns",
            "a",
        )
        for _ in range(5):
            run(client, PANEL, "panel")
        count = "print(len(ipywidgets.widgets.widget._instances))"
        before = [float(run(client, code, "b")) for code in (MEMORY, count)]
        for _ in range(40):
            run(client, PANEL, "panel")
        after = [float(run(client, code, "b")) for code in (MEMORY, count)]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert after[0] - before[0] < 20
    assert after[1] == before[1]
