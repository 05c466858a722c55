"""Features for some: staff set the share, and the people for whom it does not count."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from flags import services
from flags.models import FeatureFlag, FlagPerson


class ShareForm(forms.ModelForm):
    """The share as a number with steps."""

    class Meta:
        model = FeatureFlag
        fields = ("share",)
        widgets = {"share": forms.NumberInput(attrs={"min": 0, "max": 100, "step": 1})}


class PersonForm(forms.ModelForm):
    """Somebody by their handle, and whether it is on for them."""

    handle = forms.CharField(max_length=21, widget=forms.TextInput(attrs={"autocapitalize": "none"}))

    class Meta:
        model = FlagPerson
        fields = ("is_on",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["handle"].initial = self.instance.user.get_username()
            self.fields["handle"].disabled = True

    def clean_handle(self) -> str:
        """Find the person. Whoever is in the list already is changed there, by the service."""
        handle = str(self.cleaned_data["handle"]).strip().lstrip("@")
        if self.instance.pk:
            return handle
        people = get_user_model()
        try:
            self.instance.user = people.objects.get_by_natural_key(handle)
        except people.DoesNotExist:
            raise forms.ValidationError(gettext("Nobody has this handle.")) from None
        return handle


class PersonInline(admin.TabularInline):
    """Those for whom the share does not count."""

    model = FlagPerson
    form = PersonForm
    fields = ("handle", "is_on", "created_at")
    readonly_fields = ("created_at",)
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlagPerson]:
        """With their handles, in the order in which they were added."""
        return super().get_queryset(request).select_related("user").order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the feature."""
        return request.user.has_perm("flags.change_featureflag")

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission
    has_view_permission = has_add_permission


@admin.register(FeatureFlag)
class FeatureFlagAdmin(admin.ModelAdmin):
    """All that settings declare."""

    form = ShareForm
    list_display = ("name", "about", "on_for", "exceptions", "changed_at")
    fields = ("name", "about", "declared", "share", "changed_at")
    readonly_fields = ("name", "about", "declared", "changed_at")
    inlines = (PersonInline,)
    ordering = ("name",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeatureFlag]:
        """Those that settings still declare, with how many people are named."""
        rows = super().get_queryset(request).filter(name__in=settings.FLAGS)
        return rows.annotate(named=Count("people"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Features are declared in settings."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Features are declared in settings."""
        return False

    @admin.display(description=gettext_lazy("what it is"))
    def about(self, flag: FeatureFlag) -> str:
        """The sentence of the settings."""
        return str(settings.FLAGS[flag.name].about)

    @admin.display(description=gettext_lazy("share by the settings"))
    def declared(self, flag: FeatureFlag) -> str:
        """What counts while the share is empty."""
        return f"{settings.FLAGS[flag.name].share}%"

    @admin.display(description=gettext_lazy("on for"))
    def on_for(self, flag: FeatureFlag) -> str:
        """The share that counts now."""
        return self.declared(flag) if flag.share is None else f"{flag.share}%"

    @admin.display(description=gettext_lazy("people apart"))
    def exceptions(self, flag: Any) -> int:
        """For how many people the share does not count."""
        return int(flag.named)

    def save_model(self, request: HttpRequest, obj: FeatureFlag, form: forms.ModelForm, change: bool) -> None:
        """Set the share by its service."""
        services.flag_share_set(name=obj.name, share=obj.share, by=request.user, now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseInlineFormSet, change: bool) -> None:
        """Set and clear people by their services."""
        formset.save(commit=False)
        name, by, now = formset.instance.name, request.user, timezone.now()
        for one in formset.deleted_objects:
            services.flag_person_clear(name=name, user=one.user, by=by, now=now)
        for one in [*formset.new_objects, *(changed for changed, _ in formset.changed_objects)]:
            services.flag_person_set(name=name, user=one.user, is_on=one.is_on, by=by, now=now)
