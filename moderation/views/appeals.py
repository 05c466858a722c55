"""The page of a decision, for the person concerned: what, why, until when, and the appeal. The link is the proof: whoever is
suspended cannot sign in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moderation.appeal_links import appeal_token_read
from moderation.errors import DecisionNotFound
from moderation.selectors.appeals import appeal_of, appeal_refusal, decision_linked
from moderation.services.appeals import WORDS_MAX_LENGTH, appeal_create
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page


@never_cache
@page
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """What was decided, with the form where one can still appeal; POST (`words`) appeals."""
    decision = decision_linked(appeal_token_read(token))
    if decision.person is None:
        raise DecisionNotFound()
    words, error = request.POST.get("words", ""), None
    now = timezone.now()
    if request.method == "POST":
        try:
            appeal_create(decision=decision, person=decision.person, words=words, now=now)
        except SpacesError as refusal:
            error = refusal
        else:
            return redirect("appeal", token=token)
    context = {
        "decision": decision,
        "appeal": appeal_of(decision),
        "refusal": appeal_refusal(decision, now=now),
        "words": words,
        "words_max": WORDS_MAX_LENGTH,
        "error": error,
        "token": token,
    }
    return render(request, "moderation/appeal.html", context, status=error.status if error else 200)
