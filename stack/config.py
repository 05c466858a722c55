"""The settings of a start: `.env`, ports, generated secrets, and the environment every process gets."""

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from stack import paths, ports
from stack.livekit import AudioServer
from stack.say import StackError
from stack.stripe import StandIn

API_KEY = "spaces"


def load_dotenv(file: Path = paths.ROOT / ".env") -> None:
    """Take the variables of `file` (NAME=value lines) into the environment; what is set already stays."""
    if not file.is_file():
        return
    for text in file.read_text().splitlines():
        name, separator, value = text.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def generated_secret(name: str) -> str:
    """Return the secret kept in `var/<name>` (64 hex digits), generated on first use; its owner alone may read it."""
    file = paths.var_dir() / name
    if not file.is_file():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32) + "\n")
    return file.read_text().strip()


@dataclass(frozen=True)
class Config:
    """What `make run` starts and where it listens, as the environment says."""

    web: int
    redis: int
    livekit: int
    livekit_tcp: int
    livekit_udp: int
    redis_url: str
    livekit_url: str | None
    agents: bool
    stripe: int
    stripe_key: str | None

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Self:
        """Read the settings. Empty, LIVEKIT_URL means no audio, and STRIPE_API_KEY that nothing is sold.

        Raises StackError for what is no port number.
        """
        return cls(
            web=_port(env, "PORT", 8000),
            redis=_port(env, "REDIS_PORT", 6380),
            livekit=_port(env, "LIVEKIT_PORT", 7880),
            livekit_tcp=_port(env, "LIVEKIT_TCP_PORT", 7881),
            livekit_udp=_port(env, "LIVEKIT_UDP_PORT", 7882),
            redis_url=env.get("REDIS_URL", ""),
            livekit_url=env.get("LIVEKIT_URL"),
            agents=env.get("AGENTS", "1") != "0",
            stripe=_port(env, "STRIPE_PORT", 8420),
            stripe_key=env.get("STRIPE_API_KEY"),
        )

    @property
    def own_redis(self) -> bool:
        """Tell whether Redis is to be started (no REDIS_URL is set)."""
        return not self.redis_url

    @property
    def own_livekit(self) -> bool:
        """Tell whether an audio server is to be started (LIVEKIT_URL is not set, not even to nothing)."""
        return self.livekit_url is None

    @property
    def own_stripe(self) -> bool:
        """Tell whether the stand-in for Stripe is to be started (STRIPE_API_KEY is not set, not even to nothing)."""
        return self.stripe_key is None

    @property
    def site_url(self) -> str:
        """The address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self.web}"

    def check_ports(self) -> None:
        """Raise StackError for the first port that is asked for twice or taken by another program."""
        wanted = [("PORT", self.web, False)]
        if self.own_redis:
            wanted.append(("REDIS_PORT", self.redis, False))
        if self.own_livekit:
            wanted += [("LIVEKIT_PORT", self.livekit, False), ("LIVEKIT_TCP_PORT", self.livekit_tcp, False)]
            wanted.append(("LIVEKIT_UDP_PORT", self.livekit_udp, True))
        if self.own_stripe:
            wanted.append(("STRIPE_PORT", self.stripe, False))
        seen: dict[tuple[int, bool], str] = {}
        for name, port, udp in wanted:
            if (port, udp) in seen:
                raise StackError(
                    f"{seen[port, udp]} and {name} are both {port}: give them different numbers."
                )
            seen[port, udp] = name
            if ports.taken(port, udp=udp):
                raise StackError(
                    f"Port {port} is taken by another program: set {name} to another one, "
                    f"e.g. {name}={port + 1 if port < 65535 else port - 1} make run"
                )

    def audio_server(self) -> AudioServer:
        """Return the audio server to be started, which sends its webhooks to this site."""
        return AudioServer(
            port=self.livekit,
            tcp_port=self.livekit_tcp,
            udp_port=self.livekit_udp,
            key=API_KEY,
            secret=generated_secret("livekit_secret"),
            webhook_url=f"{self.site_url}/webhooks/livekit/",
        )

    def stripe_stand_in(self) -> StandIn:
        """Return the stand-in for Stripe to be started, which sends its webhooks to this site."""
        return StandIn(
            port=self.stripe,
            api_key=f"sk_test_{generated_secret('stripe_key')}",
            webhook_secret=f"whsec_{generated_secret('stripe_webhook_secret')}",
            webhook_url=f"{self.site_url}/webhooks/stripe/",
            database=str(paths.var_dir() / "stripe.sqlite3"),
        )

    def environment(self, env: Mapping[str, str], *, audio: bool) -> dict[str, str]:
        """Return the variables every process gets on top of `env`; with `audio` off, LIVEKIT_URL is empty."""
        values = {
            "DEBUG": env.get("DEBUG") or "1",
            "SECRET_KEY": env.get("SECRET_KEY") or generated_secret("secret_key"),
            "PORT": str(self.web),
            "SITE_URL": env.get("SITE_URL") or self.site_url,
            "ALLOWED_HOSTS": env.get("ALLOWED_HOSTS") or "127.0.0.1,localhost",
            "REDIS_URL": self.redis_url or f"redis://127.0.0.1:{self.redis}/0",
            "SPACES_VAR_DIR": str(paths.var_dir()),
            "METRICS_ADDRESSES": env.get("METRICS_ADDRESSES") or "127.0.0.1",
        }
        if self.own_livekit:
            server = self.audio_server()
            values |= {"LIVEKIT_URL": server.url, "LIVEKIT_WS_URL": server.ws_url} if audio else _NO_AUDIO
            values |= {"LIVEKIT_API_KEY": server.key, "LIVEKIT_API_SECRET": server.secret}
        if self.own_stripe:
            values |= self.stripe_stand_in().product_environment
        return values


_NO_AUDIO = {"LIVEKIT_URL": "", "LIVEKIT_WS_URL": ""}


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StackError(f"{name} is {text!r}, which is no port number: give one between 1 and 65535.")
    return int(text)


class Running:
    """The note in `var/` of how the running stack was started, so that other commands find it."""

    @staticmethod
    def file() -> Path:
        """Return the path of the note."""
        return paths.var_dir() / "running.json"

    @classmethod
    def write(cls, environment: Mapping[str, str]) -> None:
        """Note `environment`; it holds secrets, so its owner alone may read it."""
        part = cls.file().with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps({"pid": os.getpid(), "environment": dict(environment)}))
        part.rename(cls.file())

    @classmethod
    def read(cls, file: Path | None = None) -> dict[str, str] | None:
        """Return the environment of the running stack noted in `file` (ours, if not given); None when none runs."""
        try:
            note = json.loads((file or cls.file()).read_text())
            os.kill(note["pid"], 0)
        except (OSError, ValueError, KeyError):
            return None
        return {str(name): str(value) for name, value in note["environment"].items()}

    @classmethod
    def remove(cls) -> None:
        """Remove the note, if this process wrote it."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            if json.loads(cls.file().read_text())["pid"] == os.getpid():
                cls.file().unlink()
