"""A Jupyter server extension: send a kernel's messages at once (TCP_NODELAY), save panels as pictures, ping in silence.

Moving a slider is a burst of small messages. By default the operating system holds a small one back until the
one before it is acknowledged (Nagle's algorithm), and the browser delays its acknowledgements: a picture then
waits tens of milliseconds for nothing. Installing coursekit enables the extension through
etc/jupyter/jupyter_server_config.d/coursekit.json; without it everything works, a little slower, and panels have to
be run again when a notebook is opened. See base/saved_panels.py for what is saved of them.

Jupyter's default ping timeout is longer than the interval of the pings. For each kernel, tornado prints a warning about
that and takes the interval instead. The extension takes the interval before there is a warning.
"""

from coursekit.commands.base.saved_panels import keep_pictures

PING = "ws_ping_timeout"  # ms
PING_INTERVAL = 30_000  # ms, jupyter_server's default


def _jupyter_server_extension_points():
    """What jupyter_server asks an extension's module for."""
    return [{"module": "coursekit.commands.server_extension"}]


def _load_jupyter_server_extension(serverapp):
    """Wrap the class that joins a browser's websocket to a kernel, whichever this server uses; watch what is saved."""
    connection = without_delay(serverapp.kernel_websocket_connection_class)
    serverapp.kernel_websocket_connection_class = connection
    settings = serverapp.web_app.settings
    settings["kernel_websocket_connection_class"] = connection
    settings.setdefault(PING, settings.get("ws_ping_interval", PING_INTERVAL))
    serverapp.contents_manager.register_pre_save_hook(keep_pictures)


def without_delay(connection: type) -> type:
    """A subclass of a kernel websocket connection class whose socket has TCP_NODELAY set."""

    class WithoutDelay(connection):
        def connect(self):
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return WithoutDelay
