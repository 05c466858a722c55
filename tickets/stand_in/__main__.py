"""`python -m tickets.stand_in`: serve until stopped, as the environment says (see `stack.stripe`)."""

import os

from tickets.stand_in.server import Server, Settings


def main() -> None:
    """Serve until the process is ended."""
    env = os.environ
    settings = Settings(
        port=int(env["STRIPE_PORT"]),
        api_key=env["STRIPE_API_KEY"],
        database=env.get("STRIPE_STAND_IN_DATABASE") or ":memory:",
        webhook_url=env.get("STRIPE_STAND_IN_WEBHOOK_URL", ""),
        webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", ""),
        connect_secret=env.get("STRIPE_CONNECT_WEBHOOK_SECRET", ""),
    )
    Server(settings).serve_forever()


if __name__ == "__main__":
    main()
