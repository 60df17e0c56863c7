"""The shipped configuration with an authenticator and a spawner that need no accounts: for tests only."""

import os

c = get_config()  # noqa: F821 (JupyterHub gives it to this file)

load_subconfig(os.environ["COURSEKIT_HUB_CONFIG"])  # noqa: F821 (likewise)
c.JupyterHub.bind_url = os.environ["COURSEKIT_HUB_URL"]
c.JupyterHub.hub_port = int(os.environ["COURSEKIT_HUB_PORT"])
c.ConfigurableHTTPProxy.api_url = os.environ["COURSEKIT_PROXY_URL"]
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["COURSEKIT_HUB_PASSWORD"]
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.environ["COURSEKIT_HUB"] + "/homes/{username}"
c.Spawner.args = [*c.Spawner.args, "--allow-root"]
