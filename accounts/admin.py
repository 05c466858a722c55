"""People and who follows whom, for staff to read, search, sign out and let host."""

from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from accounts import services
from accounts.handles import clean_handle
from accounts.models import Follow, HostingWaiver, User
from accounts.services.hosting import REASON_MAX_LENGTH
from spaces_project.lib import audit
from spaces_project.lib.text import clean_line

REVOKED = gettext_noop("Revoked in the admin.")
STAFF_FIELDS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UserForm(forms.ModelForm):
    """What staff change of somebody; the password is not theirs to see or set."""

    class Meta:
        model = User
        fields = (
            "handle",
            "name",
            "bio",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
            "user_permissions",
        )

    def clean_handle(self) -> str:
        """The rule of all handles."""
        return clean_handle(self.cleaned_data["handle"], user=self.instance)


class WaiverForm(forms.ModelForm):
    """Why somebody may host without the followers."""

    class Meta:
        model = HostingWaiver
        fields = ("reason",)

    def clean_reason(self) -> str:
        """The rule of the service, so that it is told beside the field."""
        reason = clean_line(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(
                gettext("Give a reason in 1 to {most} characters.").format(most=REASON_MAX_LENGTH)
            )
        return reason


class WaiverInline(admin.TabularInline):
    """Lets somebody host; who granted it is whoever is signed in."""

    model = HostingWaiver
    form = WaiverForm
    fk_name = "user"
    fields = ("reason", "granted_by", "created_at")
    readonly_fields = ("granted_by", "created_at")
    verbose_name_plural = "hosting waiver"
    extra = 0
    max_num = 1


class EmailInline(admin.TabularInline):
    """Their e-mail addresses, to read."""

    model = EmailAddress
    fields = ("email", "verified", "primary")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People add their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People change their own."""
        return False


class HasWaiverFilter(admin.SimpleListFilter):
    """Whom staff let host."""

    title = gettext_lazy("hosting waiver")
    parameter_name = "waiver"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("yes", gettext("Has one")), ("no", gettext("Has none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Those of the choice."""
        if self.value() in ("yes", "no"):
            return queryset.filter(hosting_waiver__isnull=self.value() == "no")
        return queryset


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Everybody who has an account."""

    form = UserForm
    list_display = ("handle", "name", "email", "follower_count", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff", HasWaiverFilter)
    search_fields = ("handle", "name", "email", "emailaddress__email")
    search_help_text = gettext_lazy("Handle, name or e-mail address")
    ordering = ("-pk",)
    show_full_result_count = False
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("email", "follower_count", "following_count", "date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("handle", "name", "bio", "email")}),
        (
            gettext_lazy("Numbers"),
            {"fields": ("follower_count", "following_count", "date_joined", "last_login")},
        ),
        (
            gettext_lazy("Rights"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
    )
    inlines = (WaiverInline, EmailInline)
    actions = ("sign_out",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who is of staff, and with which rights, superusers say: nobody gives themselves more than they have."""
        fixed = self.readonly_fields
        return fixed if request.user.is_superuser else (*fixed, *STAFF_FIELDS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves; `manage.py createsuperuser` makes the first of the staff."""
        return False

    @admin.action(description=gettext_lazy("Sign out on every device"), permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End all sessions of those chosen."""
        ended = 0
        for user in queryset:
            with transaction.atomic():
                ended += services.sessions_end_all(user=user)
                _note("person.sign_out", request, user)
        self.message_user(request, gettext("Sessions ended: {n}.").format(n=ended), messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Save what was changed; whoever is deactivated is signed out."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if form.changed_data:
                _note("person.change", request, obj, fields=form.changed_data)
            if "is_active" in form.changed_data and not obj.is_active:
                services.sessions_end_all(user=obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseInlineFormSet, change: bool) -> None:
        """Grant and revoke waivers by their services."""
        if formset.model is not HostingWaiver:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        by: Any = request.user
        now = timezone.now()
        for waiver in formset.deleted_objects:
            services.hosting_waiver_revoke(user=waiver.user, by=by, reason=REVOKED, now=now)
            _note("hosting.waiver_revoke", request, waiver.user)
        changed = [one for one, _ in formset.changed_objects]
        for waiver in [*formset.new_objects, *changed]:
            services.hosting_waiver_grant(user=waiver.user, by=by, reason=waiver.reason, now=now)
            _note("hosting.waiver_grant", request, waiver.user, reason=waiver.reason)


def _note(act: str, request: HttpRequest, on: User, *, reason: str = "", fields: Sequence[str] = ()) -> None:
    """Write down what staff did to an account by hand."""
    audit.record(
        act=act,
        by=request.user,
        target_kind="person",
        target_id=on.pk,
        target_handle=on.handle,
        reason=reason,
        data={"fields": list(fields)} if fields else {},
        now=timezone.now(),
    )


@admin.register(Follow)
class FollowAdmin(admin.ModelAdmin):
    """Who follows whom. Staff may undo a follow; the counts move with it."""

    list_display = ("follower", "followee", "created_at")
    search_fields = ("follower__handle", "followee__handle")
    search_help_text = gettext_lazy("Handle of either")
    list_select_related = ("follower", "followee")
    ordering = ("-pk",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody follows by another's hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is nothing to change."""
        return False

    def delete_model(self, request: HttpRequest, obj: Follow) -> None:
        """Undo one, by the service that counts."""
        services.unfollow(follower=obj.follower, followee=obj.followee)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Follow]) -> None:
        """Undo those chosen, by the service that counts."""
        for one in queryset.select_related("follower", "followee"):
            services.unfollow(follower=one.follower, followee=one.followee)
