"""The stand-in for Stripe (tickets.stand_in): payments of the demo and the tests, without real money."""

from dataclasses import dataclass

from stack import paths


@dataclass(frozen=True)
class StandIn:
    """Where a stand-in listens, on loopback, who may use it, and where its webhooks go ("": nowhere).

    `database` is its SQLite file; ":memory:" forgets all with the process.
    """

    port: int
    api_key: str
    webhook_secret: str
    webhook_url: str = ""
    database: str = ":memory:"

    @property
    def url(self) -> str:
        """The address of its API and its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        """The command line that serves it."""
        return [paths.venv_bin("python"), "-m", "tickets.stand_in"]

    @property
    def own_environment(self) -> dict[str, str]:
        """What it is told on top of `product_environment`."""
        return {
            "STRIPE_PORT": str(self.port),
            "STRIPE_STAND_IN_DATABASE": self.database,
            "STRIPE_STAND_IN_WEBHOOK_URL": self.webhook_url,
        }

    @property
    def product_environment(self) -> dict[str, str]:
        """What the product is told, so that it takes it for Stripe and says that it is not."""
        return {
            "STRIPE_API_KEY": self.api_key,
            "STRIPE_API_BASE": self.url,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_CONNECT_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_IS_STAND_IN": "1",
        }
