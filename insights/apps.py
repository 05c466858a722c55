"""What people do here, as figures: for those who run the site, and for hosts."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Daily figures, and what hosts learn of their Spaces."""

    name = "insights"
    verbose_name = "Insights"
