"""How the product is doing, for staff: a page of figures in the admin, and no rows to be changed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from insights import words
from insights.charts import Chart, Series, Words, bar_chart, line_chart
from insights.errors import SpanUnknown
from insights.measures import Measure
from insights.models import DailyFigure
from insights.selectors.product import SPANS, Cohort, Overview, Trend, product_overview, span_named
from insights.shares import Share, shares
from moderation.admin.base import Desk
from moderation.permissions import Right

# Steps of the shades in which parts of a cohort are drawn.
_SHADES = 5


@admin.register(DailyFigure)
class InsightsAdmin(Desk):
    """One page: who is here, who stays, what they do, how long it takes to the sound. `?days=28` is how far back."""

    right = Right.INSIGHTS
    templates = "admin/insights"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page."""
        self.must_have(request, self.right)
        try:
            span, status = span_named(request.GET.get("days", "")), 200
        except SpanUnknown:
            span, status = span_named(""), 400
        found = product_overview(span=span, now=timezone.now())
        context = {
            "title": _("Insights"),
            "span": span,
            "spans": SPANS,
            "newest": found.days[-1],
            "is_empty": not any(any(values) for values in found.values.values()),
            "tiles": _tiles(found),
            "goal": _goal_words(found.trend),
            "goal_bar": shares([(_("People within 30 days"), found.trend.month)], whole=found.trend.goal),
            "charts": _charts(found),
            "funnel": _funnel(found),
            "cohorts": [_cohort_row(cohort) for cohort in found.cohorts],
            "weeks": range(len(found.cohorts[0].active)) if found.cohorts else (),
        }
        return self.page(request, "overview.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A single number says nothing: all of them."""
        return redirect("admin:insights_dailyfigure_changelist")


def _tiles(found: Overview) -> list[tuple[str, str, str]]:
    month, day = found.last(Measure.ACTIVE_MONTH), found.last(Measure.ACTIVE_DAY)
    change = words.change_words(found.trend.month, found.trend.before or 0)
    return [
        (_("Today so far"), words.count_words(found.today), ""),
        (_("A day"), words.count_words(day), ""),
        (_("A week"), words.count_words(found.last(Measure.ACTIVE_WEEK)), ""),
        (
            _("A month"),
            words.count_words(month),
            _("%(change)s in 28 days") % {"change": change} if change else "",
        ),
        (_("Of a month, on a day"), words.share_words(day, month), ""),
        (_("New accounts"), words.count_words(found.sum(Measure.SIGN_UPS)), ""),
        (_("Spaces"), words.count_words(found.sum(Measure.SPACES_HELD)), ""),
        (_("Listened"), words.time_words(found.sum(Measure.LISTENED_SECONDS)), ""),
    ]


def _goal_words(trend: Trend) -> str:
    goal = words.count_words(trend.goal)
    if trend.reached_in_days == 0:
        return _("The goal of %(goal)s people a month is reached.") % {"goal": goal}
    if trend.before is None:
        return _("The goal is %(goal)s people a month. Where it is heading can be said after 28 days.") % {
            "goal": goal
        }
    if trend.reached_in_days is None:
        return _(
            "The goal is %(goal)s people a month. In the last 28 days there were no more than before."
        ) % {"goal": goal}
    said = {
        "goal": goal,
        "change": words.count_words(trend.change),
        "when": words.years_words(trend.reached_in_days),
    }
    return (
        _("%(change)s more than 28 days ago: at this pace %(goal)s people a month are reached %(when)s.")
        % said
    )


def _charts(found: Overview) -> list[Chart]:
    labels = [words.day_words(day) for day in found.days]

    def series(*measures: Measure) -> list[Series]:
        return [Series(str(measure.label), found.values[measure]) for measure in measures]

    def bars(measure: Measure, title: str, said: Words = words.count_words) -> Chart:
        [one] = series(measure)
        return bar_chart(measure.value, title, labels, one, words=said, what=_("Day"))

    active = series(Measure.ACTIVE_MONTH, Measure.ACTIVE_WEEK, Measure.ACTIVE_DAY)
    sound = [
        Series(name, found.values[measure])
        for name, measure in (
            (_("19 of 20"), Measure.SOUND_P95_MS),
            (_("3 of 4"), Measure.SOUND_P75_MS),
            (_("Half"), Measure.SOUND_P50_MS),
        )
    ]
    return [
        line_chart("active", _("Active people"), labels, active, words=words.count_words, what=_("Day")),
        bars(Measure.SIGN_UPS, _("New accounts")),
        bars(Measure.SPACES_HELD, _("Spaces started")),
        bars(Measure.LISTENED_SECONDS, _("Minutes listened"), words.minutes_words),
        line_chart(
            "sound",
            _("From the tap to the first sound, within which so many hear it"),
            labels,
            sound,
            words=words.ms_words,
            what=_("Day"),
        ),
    ]


def _funnel(found: Overview) -> list[Share]:
    steps = found.funnel
    whole = steps[0][1]
    return shares([(str(measure.label), count) for measure, count in steps], whole=whole) if whole else []


def _cohort_row(cohort: Cohort) -> tuple[str, str, Sequence[tuple[str, int]]]:
    """The week, its size, and for each week since the share in words with its shade (0: not counted)."""
    cells = [
        ("", 0)
        if active is None
        else (
            words.share_words(active, cohort.size),
            min(_SHADES, 1 + _SHADES * active // cohort.size) if cohort.size else 1,
        )
        for active in cohort.active
    ]
    return words.day_words(cohort.week), words.count_words(cohort.size), cells
