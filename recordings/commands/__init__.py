"""What may be asked of captions and recordings over the websocket (`SOCKET_COMMANDS`)."""

from recordings.commands import captions, recording

__all__ = ["captions", "recording"]
