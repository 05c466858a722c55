"""What templates ask about push."""

from typing import Any

from django import template

from accounts.models import User
from social.models import AppDevice
from social.selectors.push import app_devices, fingerprint, push_devices
from social.webpush import keys

register = template.Library()


@register.simple_tag
def apps_of(user: User) -> list[AppDevice]:
    """The person's apps that show notifications, the latest first."""
    return list(app_devices(user))


@register.simple_tag
def push_state(user: User) -> dict[str, Any]:
    """The site's public `key` ("" where push is off), and the person's `devices`, each with its `fingerprint`."""
    devices = [{"subscription": found, "fingerprint": fingerprint(found)} for found in push_devices(user)]
    return {"key": keys.public_key(), "devices": devices}
