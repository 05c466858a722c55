"""The project's settings with the layer that is to be measured."""

import os
from typing import Any

from spaces_project.settings import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
_config: dict[str, Any] = {"hosts": [os.environ["REDIS_URL"]], "prefix": "fanout"}
if "core" in os.environ["FANOUT_LAYER"]:
    # The default of 100 would have it throw messages away.
    _config["capacity"] = 100_000
CHANNEL_LAYERS = {"default": {"BACKEND": os.environ["FANOUT_LAYER"], "CONFIG": _config}}
