"""Live Spaces as staff see them."""

from django.utils.translation import gettext_lazy as _

from rooms.models import Space


class OnAirSpace(Space):
    """A Space that is on air now, in the admin's live list."""

    class Meta:
        proxy = True
        verbose_name = _("Space on air")
        verbose_name_plural = "on air"
        ordering = ("-started_at",)
