"""Who may sell: applications, creators, and to how many people tickets are open."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from flags.models import FeatureFlag
from moderation.admin.base import REASON_MAX_LENGTH, age, done_or_told
from moderation.permissions import Right
from spaces_project.lib.dates import number
from tickets.account_words import account_words
from tickets.admin.base import SHOWN, Act, MoneyDesk, Page, Row, Section, TellingForm, link_to, person, when
from tickets.amounts import money
from tickets.models import Creator, CreatorApplication
from tickets.selectors.applications import applications, checklist_of
from tickets.selectors.earnings import offers_of, statements, tiers_of
from tickets.services.creators import application_grant, application_refuse, selling_withdraw
from tickets.services.finance import roll_out


class WaitingFilter(admin.SimpleListFilter):
    """Those that wait, unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices beside "waiting"."""
        decided = [one for one in CreatorApplication.State if one != CreatorApplication.State.APPLIED]
        return [*((one.value, str(one.label)) for one in decided), ("any", _("Any"))]

    def choices(self, changelist: Any) -> Any:
        """What is called "all" elsewhere is "waiting" here."""
        for choice in super().choices(changelist):
            yield choice | ({"display": _("Waiting")} if choice["display"] == _("All") else {})

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[CreatorApplication]
    ) -> QuerySet[CreatorApplication]:
        """Those of the choice."""
        if self.value() == "any":
            return queryset
        return queryset.filter(state=self.value() or CreatorApplication.State.APPLIED)


class GrantForm(forms.Form):
    """Words to whoever may sell now, if there are any."""

    note = forms.CharField(
        max_length=REASON_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=gettext_lazy("Words to them"),
        help_text=gettext_lazy("Without any they are told how to begin."),
    )


class ShareForm(forms.Form):
    """For how many of a hundred people."""

    share = forms.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        label=gettext_lazy("Share of people (%)"),
        help_text="0 is nobody, 100 everybody; empty: as the settings of this installation say.",
    )


@admin.register(CreatorApplication)
class CreatorApplicationAdmin(MoneyDesk):
    """Who asks to sell tickets, the oldest first."""

    right = Right.CREATORS
    list_display = ("application", "followers", "spaces", "age", "state", "decided_by")
    list_filter = (WaitingFilter,)
    search_fields = ("user__handle",)
    search_help_text = gettext_lazy("Handle")
    ordering = ("pk",)
    change_list_template = "admin/tickets/applications.html"

    def rows(self) -> QuerySet[CreatorApplication]:
        """With the people."""
        found: QuerySet[CreatorApplication] = applications()
        return found

    def get_urls(self) -> list[URLPattern]:
        """With the page of the roll-out."""
        view = self.admin_site.admin_view(self.roll_out_view)
        return [path("roll-out/", view, name="tickets_roll_out"), *super().get_urls()]

    @admin.display(description=gettext_lazy("who"), ordering="user__handle")
    def application(self, application: CreatorApplication) -> str:
        """Who asks."""
        return f"@{application.user.handle}"

    @admin.display(description=gettext_lazy("age"), ordering="applied_at")
    def age(self, application: CreatorApplication) -> str:
        """How long ago."""
        return age(application.applied_at)

    def title_of(self, obj: CreatorApplication) -> str:
        """Whose it is."""
        return _("Application of @{handle}").format(handle=obj.user.handle)

    def page_of(self, request: HttpRequest, obj: CreatorApplication, by: User) -> Page:
        """What they had when they applied and have now; grant or refuse."""
        now = timezone.now()
        current = checklist_of(obj.user, now=now)
        facts: list[tuple[str, Any]] = [
            (_("Who"), person(obj.user)),
            (_("Applied"), when(obj.applied_at)),
            (
                _("18 or over"),
                _("Said so on {is_adult_attested_at}").format(
                    is_adult_attested_at=when(obj.is_adult_attested_at)
                ),
            ),
            (
                _("Followers"),
                _("{then} then, {now} now; {needed} needed").format(
                    then=number(obj.followers),
                    now=number(current.followers),
                    needed=number(current.followers_needed),
                ),
            ),
            (
                _("Spaces in {days} days").format(days=current.days),
                _("{then} then, {now} now; {needed} needed").format(
                    then=obj.spaces, now=current.spaces, needed=current.spaces_needed
                ),
            ),
            (_("State"), obj.get_state_display()),
        ]
        if obj.decided_at:
            facts += [
                (
                    _("Decided"),
                    _("{decided_at} by {n}").format(
                        decided_at=when(obj.decided_at), n=obj.decided_by or "the person"
                    ),
                )
            ]
        if obj.reason:
            facts += [(_("Words"), obj.reason)]
        creator = Creator.objects.filter(user=obj.user).first()
        facts += [(_("Creator"), link_to(creator, _("What there is about them as a creator")))]
        earlier = CreatorApplication.objects.filter(user=obj.user).exclude(pk=obj.pk).order_by("-pk")[:SHOWN]
        rows = [Row(link_to(one, when(one.applied_at)), note=one.get_state_display()) for one in earlier]
        acts = []
        if obj.state == CreatorApplication.State.APPLIED:
            acts = [
                Act(
                    "grant",
                    _("Let them sell"),
                    Right.CREATORS,
                    lambda given: application_grant(application=obj, by=by, note=given["note"], now=now),
                    GrantForm,
                    button=_("Grant"),
                    done=_("Granted."),
                ),
                Act(
                    "refuse",
                    _("Refuse"),
                    Right.CREATORS,
                    lambda given: application_refuse(application=obj, by=by, reason=given["reason"], now=now),
                    TellingForm,
                    done=_("Refused."),
                ),
            ]
        return Page(facts, [Section(_("Other applications"), rows)], acts)

    def roll_out_view(self, request: HttpRequest) -> HttpResponse:
        """To how many people tickets are open; POST (`share`) changes it."""
        self.must_have(request, Right.ROLL_OUT)
        by: Any = request.user
        flag = FeatureFlag.objects.filter(name="tickets").first()
        form = ShareForm(initial={"share": flag.share if flag else None})
        status = 200
        if request.method == "POST":
            form, status = ShareForm(request.POST), 400
            if form.is_valid():
                share = form.cleaned_data["share"]
                if done_or_told(
                    request, lambda: roll_out(share=share, by=by, now=timezone.now()), _("Changed.")
                ):
                    return redirect("admin:tickets_roll_out")
        return self.page(request, "roll_out.html", {"title": _("Roll-out"), "form": form}, status=status)


class SellingFilter(admin.SimpleListFilter):
    """By what staff let them do."""

    title = gettext_lazy("may sell")
    parameter_name = "selling"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("yes", _("May sell")), ("withdrawn", _("Withdrawn")), ("never", _("Never granted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Creator]) -> QuerySet[Creator]:
        """Those of the choice."""
        match self.value():
            case "yes":
                return queryset.filter(selling_granted_at__isnull=False, selling_withdrawn_at=None)
            case "withdrawn":
                return queryset.filter(selling_withdrawn_at__isnull=False)
            case "never":
                return queryset.filter(selling_granted_at=None)
        return queryset


@admin.register(Creator)
class CreatorAdmin(MoneyDesk):
    """Who sells tickets or takes tips."""

    right = Right.CREATORS
    list_display = ("creator", "may_sell", "account", "tips_enabled", "sales", "synced_at")
    list_filter = (SellingFilter, "charges_enabled", "payouts_enabled", "tips_enabled")
    search_fields = ("user__handle", "=stripe_account_id")
    search_help_text = gettext_lazy("Handle, or Stripe's id of the account")
    ordering = ("-lifetime_sales_amount", "pk")

    def rows(self) -> QuerySet[Creator]:
        """With the people."""
        return Creator.objects.select_related("user")

    @admin.display(description=gettext_lazy("who"), ordering="user__handle")
    def creator(self, creator: Creator) -> str:
        """Who it is."""
        return f"@{creator.user.handle}"

    @admin.display(description=gettext_lazy("may sell"), boolean=True)
    def may_sell(self, creator: Creator) -> bool:
        """Whether staff let them."""
        return creator.is_selling_granted

    @admin.display(description=gettext_lazy("account"))
    def account(self, creator: Creator) -> str:
        """How their account at Stripe stands."""
        return account_words(creator).state.value

    @admin.display(description=gettext_lazy("sales"), ordering="lifetime_sales_amount")
    def sales(self, creator: Creator) -> str:
        """What was paid for their tickets, less what was paid back."""
        return money(creator.lifetime_sales_amount, creator.currency)

    def title_of(self, obj: Creator) -> str:
        """Whose it is."""
        return _("@{handle} as a creator").format(handle=obj.user.handle)

    def page_of(self, request: HttpRequest, obj: Creator, by: User) -> Page:
        """Grant, account, money; and withdrawing."""
        account = account_words(obj)
        granted = when(obj.selling_granted_at) if obj.selling_granted_at else _("Never")
        withdrawn = f", withdrawn {when(obj.selling_withdrawn_at)}" if obj.selling_withdrawn_at else ""
        tiers = ", ".join(
            _("{amount} at {fee_percent}").format(
                amount=money(tier.amount, obj.currency), fee_percent=tier.fee_percent
            )
            for tier in tiers_of(obj.tier_amounts)
        )
        facts: list[tuple[str, Any]] = [
            (_("Who"), person(obj.user)),
            (
                _("May sell"),
                _("Granted {granted}{withdrawn}").format(granted=granted, withdrawn=withdrawn)
                if obj.selling_granted_at
                else granted,
            ),
            (_("Account"), f"{account.state.value} {obj.stripe_account_id or ''}".strip()),
            (_("Restricted because"), obj.disabled_reason or "–"),
            (_("Stripe asks for"), format_html_join(", ", "{}", ((one,) for one in account.wanted)) or "–"),
            (_("Read from Stripe"), when(obj.synced_at)),
            (_("Takes tips"), _("Yes") if obj.tips_enabled else _("No")),
            (_("Lifetime sales"), money(obj.lifetime_sales_amount, obj.currency)),
            (_("By our share of them"), tiers or "–"),
        ]
        together = [
            Row(
                _("Balance"),
                amount=money(one.closing, one.currency),
                note=_("Earned {earned}, paid out {paid_out}").format(
                    earned=money(one.figures.earned, one.currency),
                    paid_out=money(one.figures.paid_out, one.currency),
                ),
            )
            for one in statements(obj)
        ]
        orders = reverse("admin:tickets_order_changelist")
        offers = [
            Row(
                offer.space.title,
                url=f"{orders}?offer__id__exact={offer.pk}",
                amount=money(offer.amount, offer.currency),
                note=_("{taken} of {seats} seats, {state}").format(
                    taken=offer.seats_taken, seats=offer.seats, state=offer.get_state_display().lower()
                ),
            )
            for offer in offers_of(obj)[:SHOWN]
        ]
        sections = [Section(_("Money"), together), Section(_("What they sell"), offers)]
        return Page(facts, sections, [self._withdraw(obj, by)] if obj.is_selling_granted else [])

    def _withdraw(self, creator: Creator, by: User) -> Act:
        return Act(
            "withdraw",
            _("Let them sell no more"),
            Right.CREATORS,
            lambda given: selling_withdraw(
                creator=creator, by=by, reason=given["reason"], now=timezone.now()
            ),
            TellingForm,
            about=_(
                "Nothing of theirs is on sale from then on. What is sold stays good, and they may apply again."
            ),
            button=_("Withdraw"),
            done=_("Withdrawn."),
        )
