"""Posts, for staff to read, search, and delete by the service that leaves no wrong number."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from social.models import Post
from social.services.posts import post_delete
from spaces_project.lib.read_only_admin import ReadOnly


@admin.register(Post)
class PostAdmin(ReadOnly):
    """Posts and replies, the newest first.

    Not even deleted by Django's own way, which would take the replies' place; see `delete_chosen`.
    """

    list_display = ("text", "author", "is_reply", "like_count", "reply_count", "created_at", "deleted_at")
    list_filter = ("is_reply", "created_at")
    search_fields = ("author__handle", "=id", "=space_id")
    search_help_text = gettext_lazy("Handle of the author, id of the post, or id of the Space")
    list_select_related = ("author",)
    raw_id_fields = ("author", "parent")
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("delete_chosen",)

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """Whoever may delete posts."""
        return request.user.has_perm("social.delete_post")

    @admin.action(description=gettext_lazy("Delete the chosen posts for everybody"), permissions=["remove"])
    def delete_chosen(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        """Take those chosen out of every answer."""
        by: Any = request.user
        chosen = list(queryset.filter(deleted_at__isnull=True))
        for post in chosen:
            post_delete(post=post, by=by, now=timezone.now())
        self.message_user(request, _("Posts deleted: {n}.").format(n=len(chosen)), messages.SUCCESS)
