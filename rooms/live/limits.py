"""How much one socket may say."""

import asyncio


class TokenBucket:
    """Lets `burst` through at once, and `per_second` in the long run."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = self._tokens = float(burst)
        self._per_second = per_second
        self._at = asyncio.get_running_loop().time()

    def take(self) -> bool:
        """Take one token; False when there is none."""
        now = asyncio.get_running_loop().time()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
