"""The audio server: found, or built from its source with Go, and its configuration."""

import json
from dataclasses import dataclass
from pathlib import Path

from stack.go import GoProgram, ensure

SERVER = GoProgram(
    program="livekit-server",
    what="the audio server",
    source="github.com/livekit/livekit-server/cmd/server",
    version="1.11.0",
    built="server",
    named_by="LIVEKIT_SERVER",
    minutes="1 to 3 minutes",
)


def ensure_livekit() -> str:
    """Return the path of livekit-server: LIVEKIT_SERVER, PATH, the cache, or built now. Raises StackError."""
    return ensure(SERVER)


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
