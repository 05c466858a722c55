"""How the websocket's event loop asks the database."""

import functools

from channels.db import database_sync_to_async

# In a pool of threads: the default is one thread for all sockets, in which each would wait for the slowest (a call to LiveKit
# may take seconds).
in_database = functools.partial(database_sync_to_async, thread_sensitive=False)
