"""The frames of the websocket by subject; rooms.live.protocol puts them together."""
