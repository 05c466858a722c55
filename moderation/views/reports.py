"""Reporting on a page of its own, and the safety centre: what I reported, what was decided about me."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.selectors import is_blocked_between
from moderation.errors import ReportSelf
from moderation.models import Category, SubjectKind
from moderation.report_words import REPORT_THIS, THANKS, choices
from moderation.selectors.reports import decisions_about, report_of, reports_of
from moderation.selectors.subjects import subject_for_reporter
from moderation.services.reports import report_create
from spaces_project.lib.errors import Invalid, TooMany
from spaces_project.lib.pages import page

REPORTS_PER_PAGE = 20
DECISIONS_SHOWN = 20


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form for `?kind=` and `?id=`, for browsers without the dialog; sent, it leads to the thanks."""
    user = request.user
    assert isinstance(user, User)
    asked = request.POST if request.method == "POST" else request.GET
    kind, subject_id = asked.get("kind", ""), asked.get("id", "")
    chosen, words = request.POST.get("category", ""), request.POST.get("words", "")
    subject = subject_for_reporter(reporter=user, kind=kind, subject_id=subject_id)
    if subject.person.pk == user.pk:
        raise ReportSelf()
    error: Invalid | TooMany | None = None
    if request.method == "POST":
        try:
            made = report_create(
                reporter=user,
                subject_kind=kind,
                subject_id=subject_id,
                category=chosen,
                words=words,
                now=timezone.now(),
            )
        except (Invalid, TooMany) as refusal:
            error = refusal
        else:
            return redirect("report-done", made.pk)
    context = {
        "kind": kind,
        "subject_id": subject.id,
        "title": REPORT_THIS[subject.kind],
        "person": subject.person,
        "choices": choices(),
        "chosen": chosen,
        "words": words,
        "error": error,
    }
    response = render(request, "moderation/report.html", context, status=error.status if error else 200)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response


@page
@login_required
@require_safe
def report_done(request: HttpRequest, report_id: int) -> HttpResponse:
    """Thanks, and whether to block them, too."""
    user = request.user
    assert isinstance(user, User)
    made = report_of(reporter=user, report_id=report_id)
    person = made.case.person
    context = {
        "report": made,
        "thanks": THANKS[SubjectKind(made.case.subject_kind)],
        "person": person if person and person.is_active else None,
        "is_urgent": Category(made.category).severity == max(one.severity for one in Category),
        "is_blocked": person is not None and is_blocked_between(user, person),
    }
    return render(request, "moderation/report_done.html", context)


@login_required
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """The safety centre."""
    user = request.user
    assert isinstance(user, User)
    reports = Paginator(reports_of(user), REPORTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "reports": reports,
        "decisions": decisions_about(user)[:DECISIONS_SHOWN],
    }
    return render(request, "moderation/safety.html", context)
