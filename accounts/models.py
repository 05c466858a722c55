"""Who is who, and who follows whom."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.base import ModelBase
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HANDLE_MAX_LENGTH = 20
HANDLE = re.compile(r"\A[A-Za-z0-9_]{2,20}\Z")
validate_handle = RegexValidator(
    HANDLE.pattern, _("Use 2 to 20 letters, digits or underscores."), code="handle.invalid"
)


class UserManager(BaseUserManager["User"]):
    """Creates users; handles are compared without regard to case."""

    def create_user(self, handle: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        """Save and return a user; `name` defaults to the handle."""
        user = self.model(handle=handle, email=self.normalize_email(email), **fields)
        user.name = user.name or handle
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, handle: str, email: str = "", password: str | None = None, **fields: Any
    ) -> "User":
        """Save and return a user who may do everything in the admin."""
        return self.create_user(handle, email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by handle, whatever its case."""
        return self.get(handle__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `handle` names them in addresses and mentions; `name` is what others read.

    The two counts are kept in the transaction that writes a Follow (accounts.services), never recounted on a read.
    """

    handle = models.CharField(
        max_length=HANDLE_MAX_LENGTH,
        validators=[validate_handle],
        help_text="2–20 letters, digits or underscores; unique whatever its case.",
    )
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=50, blank=True)
    bio = models.CharField(max_length=160, blank=True)
    picture = models.ImageField(upload_to="pictures/", blank=True)
    follower_count = models.PositiveIntegerField(default=0, editable=False)
    following_count = models.PositiveIntegerField(default=0, editable=False)
    # Name in the IANA database; "" until their browser has said it. For what is not rendered in a browser: e-mail.
    time_zone = models.CharField(max_length=64, blank=True, editable=False)
    # What the product says to them is in; "" for what their browser asks for (and, where there is none, the site's).
    language = models.CharField(max_length=12, blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    # Kept by `moderation`, in the transaction that suspends somebody or lifts it (accounts.services.suspension_set).
    is_suspended = models.BooleanField(default=False, editable=False)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = (
            models.UniqueConstraint(
                # Upper, since that is what `__iexact` compares: the constraint's index serves every look-up.
                Upper("handle"),
                name="user_handle_unique",
                violation_error_message=_("This handle is taken."),
                violation_error_code="handle.taken",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=models.Q(is_suspended=True), name="user_suspended"),
            models.Index(fields=["date_joined"], name="user_joined"),
        )

    def __str__(self) -> str:
        return f"@{self.handle}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """As Django's, but never writes the counts and `is_suspended` back unless they are named.

        A user that was loaded a moment ago (sign-in, password change, admin) holds old ones; saving it whole would undo the
        follows made since, or a suspension.
        """
        if update_fields is None and not self._state.adding and not force_insert:
            kept = {"follower_count", "following_count", "is_suspended"}
            unsaved = self.get_deferred_fields() | kept
            update_fields = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.attname not in unsaved
            ]
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
        )

    def get_absolute_url(self) -> str:
        """The profile page."""
        return reverse("profile", args=[self.handle])

    def get_full_name(self) -> str:
        """The name others read."""
        return self.name or self.handle

    def get_short_name(self) -> str:
        """The first word of the name."""
        return self.get_full_name().split()[0]

    @property
    def display_name(self) -> str:
        """The name others read."""
        return self.get_full_name()

    @property
    def picture_url(self) -> str:
        """Address of the 256 px picture, or "" where there is none (the page then draws initials)."""
        return self.picture.url if self.picture else ""


class Follow(models.Model):
    """One person follows another."""

    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="following_set")
    followee = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follower_set")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["follower", "followee"], name="follow_once"),
            models.CheckConstraint(
                condition=~models.Q(follower=models.F("followee")), name="follow_not_self"
            ),
        )
        indexes = (models.Index(fields=["followee", "follower"], name="follow_by_followee"),)

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followee_id}"


class PersonMute(models.Model):
    """Somebody does not want to hear somebody: for themselves alone, everywhere, and unknown to that person."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mute_set")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner", "person"], name="mute_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("person")), name="mute_not_self"),
        )

    def __str__(self) -> str:
        return f"{self.owner_id} does not hear {self.person_id}"


class Block(models.Model):
    """Somebody wants nothing to do with somebody: it holds both ways, whoever of the two asks."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="block_set")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocked_by_set")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner", "person"], name="block_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("person")), name="block_not_self"),
        )
        indexes = (models.Index(fields=["person", "owner"], name="block_by_person"),)

    def __str__(self) -> str:
        return f"{self.owner_id} blocks {self.person_id}"


class HostingWaiver(models.Model):
    """Staff let somebody host without the followers it takes (`SPACES_HOST_MIN_FOLLOWERS`)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="hosting_waiver")
    granted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Hosting waiver for {self.user}"
