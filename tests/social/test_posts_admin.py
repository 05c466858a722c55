"""Posts in the admin: read, found, deleted by the service."""

from datetime import datetime

from django.test import Client

from accounts.models import User
from social.models import Post
from social.services.posts import post_create
from tests.staffing import sign_in_staff

LIST = "/admin/social/post/"


def test_read_and_delete(client: Client, host: User, listener: User, staff: User, now: datetime) -> None:
    post = post_create(author=host, text="<b>Hello</b>", now=now)
    reply = post_create(author=listener, text="Hm", parent=post, now=now)
    sign_in_staff(client, staff)

    assert "&lt;b&gt;Hello&lt;/b&gt;" in client.get(f"{LIST}?q=the_host").content.decode()
    assert client.get(f"{LIST}{post.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{post.pk}/delete/").status_code == client.get(f"{LIST}add/").status_code == 403
    done = client.post(
        LIST, {"action": "delete_chosen", "_selected_action": [str(reply.pk)]}, follow=True
    ).content.decode()
    assert "Posts deleted: 1." in done
    post.refresh_from_db()
    assert post.reply_count == 0
    assert Post.objects.get(pk=reply.pk).text == ""


def test_staff_who_may_only_look(client: Client, host: User, staff: User, now: datetime) -> None:
    from django.contrib.auth.models import Permission

    post = post_create(author=host, text="Hello", now=now)
    User.objects.filter(pk=staff.pk).update(is_superuser=False)
    staff.user_permissions.add(Permission.objects.get(codename="view_post"))
    sign_in_staff(client, staff)

    assert "delete_chosen" not in client.get(LIST).content.decode()
    client.post(LIST, {"action": "delete_chosen", "_selected_action": [str(post.pk)]})
    assert Post.objects.get(pk=post.pk).deleted_at is None
