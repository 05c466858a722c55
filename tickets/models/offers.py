"""What is sold for a Space: its price, its seats, who gets in free, and who waits for a seat."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Space
from tickets.models.creators import Creator


class Offer(models.Model):
    """Tickets to one Space. A Space with an offer is a ticketed Space, whether or not tickets are on sale now.

    `amount` is the price in minor units of `currency`. `seats_taken` counts seats that are paid, held while somebody pays,
    or kept for the next in line; it only moves by conditional updates (tickets.services.seats). The sale is open from
    `sale_opens_at` until `sale_closes_at` (null: as soon as it is announced; until the Space is over), while `state` is open.
    """

    class State(models.TextChoices):
        OPEN = "open", _("On sale")
        CLOSED = "closed", _("No longer on sale")

    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="offer")
    seller = models.ForeignKey(Creator, on_delete=models.RESTRICT, related_name="offers")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    seats = models.PositiveIntegerField()
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    sale_opens_at = models.DateTimeField(null=True, blank=True)
    sale_closes_at = models.DateTimeField(null=True, blank=True)
    includes_replay = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0) & Q(seats_taken__lte=F("seats")), name="offer_not_oversold"
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1) & Q(amount__gte=1), name="offer_sells_something"
            ),
            models.CheckConstraint(
                condition=Q(sale_opens_at__isnull=True)
                | Q(sale_closes_at__isnull=True)
                | Q(sale_closes_at__gt=F("sale_opens_at")),
                name="offer_closes_after_opening",
            ),
        )

    def __str__(self) -> str:
        return f"{self.seats} seats of {self.space_id}"

    @property
    def seats_left(self) -> int:
        """How many seats nobody has, holds or is kept one of."""
        return max(0, self.seats - self.seats_taken)


class OfferGuest(models.Model):
    """Somebody whom the host lets in free."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="guests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["offer", "user"], name="offer_guest_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} is free for offer {self.offer_id}"


class WaitlistEntry(models.Model):
    """Somebody waits for a seat. Whoever waits longest is offered one that is freed, kept for them until `offer_until`.

    A seat that is kept counts in `Offer.seats_taken`. Who lets it lapse may join again, at the end.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        OFFERED = "offered", _("Offered a seat")
        TAKEN = "taken", _("Took the seat")
        LAPSED = "lapsed", _("Let it lapse")
        LEFT = "left", _("Left")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="waitlist")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waitlist_entries"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    offer_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "waitlist entries"
        constraints = (
            models.UniqueConstraint(
                fields=["offer", "user"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waitlist_entry_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offered_at__isnull=False, offer_until__isnull=False),
                name="waitlist_entry_offered_until",
            ),
        )
        indexes = (
            models.Index(
                fields=["offer", "joined_at", "id"], condition=Q(state="waiting"), name="waitlist_line"
            ),
            models.Index(fields=["offer_until"], condition=Q(state="offered"), name="waitlist_offered"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} waits for offer {self.offer_id}: {self.state}"
