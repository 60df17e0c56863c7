"""A Jupyter server extension: send a kernel's messages at once (TCP_NODELAY), save panels as pictures, no needless warning.

Moving a slider is a burst of small messages. By default the operating system holds a small one back until the
one before it is acknowledged (Nagle's algorithm), and the browser delays its acknowledgements: a picture then
waits tens of milliseconds for nothing. Installing coursekit enables the extension through
etc/jupyter/jupyter_server_config.d/coursekit.json; without it everything works, a little slower, and panels have to
be run again when a notebook is opened. See base/saved_panels.py for what is saved of them.

For each server, tornado warns that Jupyter's ping timeout is longer than the interval of its pings, and uses the interval.
Nobody who reads this in a terminal can or need do anything about it, so the extension leaves the line out.
"""

import logging

from coursekit.commands.base.saved_panels import keep_pictures


def _jupyter_server_extension_points():
    """What jupyter_server asks an extension's module for."""
    return [{"module": "coursekit.commands.server_extension"}]


def _load_jupyter_server_extension(serverapp):
    """Wrap the class that joins a browser's websocket to a kernel, whichever this server uses; watch what is saved."""
    connection = without_delay(serverapp.kernel_websocket_connection_class)
    serverapp.kernel_websocket_connection_class = connection
    serverapp.web_app.settings["kernel_websocket_connection_class"] = connection
    logging.getLogger("tornado.general").addFilter(is_worth_reading)
    serverapp.contents_manager.register_pre_save_hook(keep_pictures)


def is_worth_reading(record: logging.LogRecord) -> bool:
    """Whether a line of tornado's log is more than the warning about ping timeouts."""
    return "websocket_ping_timeout" not in record.getMessage()


def without_delay(connection: type) -> type:
    """A subclass of a kernel websocket connection class whose socket has TCP_NODELAY set."""

    class WithoutDelay(connection):
        def connect(self):
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return WithoutDelay
