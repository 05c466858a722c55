"""Turning push on and off for a browser: service, API, pages, keys."""

import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from social.models import PushSubscription
from social.services.push import push_subscribe, push_unsubscribe
from social.webpush import encoding, keys
from spaces_project.lib.errors import Conflict, Invalid, NotFound
from tests.social.push_service import Browser

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/one"


@pytest.fixture(autouse=True)
def push_is_on(settings):
    settings.VAPID_PRIVATE_KEY, settings.VAPID_PUBLIC_KEY = keys.new_pair()


@pytest.fixture
def subscribe(now):
    """`subscribe(user, browser)`"""

    def done(user, browser=None, **fields):
        browser = browser or Browser(ENDPOINT)
        asked = {
            "endpoint": browser.endpoint,
            "p256dh": browser.p256dh,
            "auth": browser.auth,
            "device": "Mine",
        }
        return push_subscribe(user=user, now=now, **asked | fields)

    return done


def test_subscribed_twice_it_is_one(subscribe, listener):
    browser = Browser(ENDPOINT)
    assert subscribe(listener, browser).pk == subscribe(listener, browser).pk
    row = PushSubscription.objects.get()
    assert (row.user, row.endpoint, row.p256dh, row.auth) == (
        listener,
        ENDPOINT,
        browser.p256dh,
        browser.auth,
    )


def test_a_browser_belongs_to_whoever_turned_it_on_last(subscribe, listener, outsider):
    browser, renewed = Browser(ENDPOINT), Browser(ENDPOINT)
    subscribe(listener, browser)
    subscribe(outsider, renewed)
    row = PushSubscription.objects.get()
    assert (row.user, row.p256dh) == (outsider, renewed.p256dh)


def test_the_oldest_device_goes(subscribe, listener, outsider, settings):
    settings.PUSH_DEVICES_MAX = 2
    subscribe(outsider, Browser(f"{ENDPOINT}-other"))
    rows = [subscribe(listener, Browser(f"{ENDPOINT}{number}")) for number in range(3)]
    assert set(PushSubscription.objects.filter(user=listener)) == set(rows[1:])
    assert PushSubscription.objects.filter(user=outsider).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("p256dh", ""),
        ("p256dh", "not base64!"),
        ("p256dh", encoding.encode(b"\x04" + b"\x01" * 64)),
        ("p256dh", encoding.encode(b"\x02" + b"\x01" * 32)),
        ("p256dh", encoding.encode(b"\x00" * 65)),
        ("auth", ""),
        ("auth", encoding.encode(b"x" * 15)),
        ("auth", encoding.encode(b"x" * 17)),
        ("auth", "é" * 22),
    ],
)
def test_keys_of_no_browser(subscribe, listener, field, value):
    with pytest.raises(Invalid) as refused:
        subscribe(listener, **{field: value})
    assert refused.value.code == "push.keys"
    assert not PushSubscription.objects.exists()


def test_an_address_of_ours(subscribe, listener):
    with pytest.raises(Invalid) as refused:
        subscribe(listener, endpoint="https://127.0.0.1/x")
    assert refused.value.code == "push.endpoint"


def test_without_keys_push_is_off(subscribe, listener, settings, api):
    settings.VAPID_PRIVATE_KEY = settings.VAPID_PUBLIC_KEY = ""
    with pytest.raises(Conflict) as refused:
        subscribe(listener)
    assert refused.value.code == "push.off"
    assert api(listener).get("/api/v1/push-subscriptions/key/").json() == {"key": ""}


def test_removed_by_its_owner_alone(subscribe, listener, outsider):
    row = subscribe(listener)
    with pytest.raises(NotFound):
        push_unsubscribe(user=outsider, subscription_id=row.pk)
    push_unsubscribe(user=listener, subscription_id=row.pk)
    assert not PushSubscription.objects.exists()


# Over REST


def test_the_way_over_rest(api, listener, outsider, settings):
    browser = Browser(ENDPOINT)
    mine, theirs = api(listener), api(outsider)
    assert mine.get("/api/v1/push-subscriptions/key/").json() == {"key": settings.VAPID_PUBLIC_KEY}
    made = mine.post(
        "/api/v1/push-subscriptions/",
        browser.as_json(),
        HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    )
    assert made.status_code == 201
    card = made.json()
    assert (card["device"], card["last_sent_at"]) == ("Firefox on Linux", None)
    assert card["fingerprint"] == sha256(ENDPOINT.encode()).hexdigest()
    assert mine.get("/api/v1/push-subscriptions/").json()["results"] == [card]
    assert theirs.get("/api/v1/push-subscriptions/").json()["results"] == []
    assert ENDPOINT not in mine.get("/api/v1/push-subscriptions/").content.decode()
    assert theirs.delete(f"/api/v1/push-subscriptions/{card['id']}/").status_code == 404
    assert mine.delete(f"/api/v1/push-subscriptions/{card['id']}/").status_code == 204
    assert mine.delete(f"/api/v1/push-subscriptions/{card['id']}/").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"endpoint": ENDPOINT}, {"endpoint": ENDPOINT, "keys": "x"}, [], {"endpoint": 7}]
)
def test_bad_bodies(api, listener, body):
    answer = api(listener).post("/api/v1/push-subscriptions/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_not_for_guests(api, db):
    assert api(None).get("/api/v1/push-subscriptions/").status_code == 401
    assert api(None).post("/api/v1/push-subscriptions/", Browser(ENDPOINT).as_json()).status_code == 401
    assert api(None).get("/api/v1/push-subscriptions/key/").status_code == 401


def test_the_list_costs_the_same_for_many(api, listener, settings, django_assert_num_queries):
    client = api(listener)
    Browser(ENDPOINT).of(listener)
    # The first one notes that the session is in use.
    client.get("/api/v1/push-subscriptions/")
    with django_assert_num_queries(3):
        client.get("/api/v1/push-subscriptions/")
    for number in range(15):
        Browser(f"{ENDPOINT}{number}").of(listener)
    with django_assert_num_queries(3):
        assert len(client.get("/api/v1/push-subscriptions/").json()["results"]) == 16


def test_too_often(api, listener):
    client = api(listener)
    answers = [client.post("/api/v1/push-subscriptions/", Browser(ENDPOINT).as_json()) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]


# Pages


def test_a_device_is_removed_on_the_page(client, listener, outsider):
    row = Browser(ENDPOINT).of(listener)
    path = f"/settings/notifications/devices/{row.pk}/remove/"
    assert client.post(path).status_code == 302
    assert PushSubscription.objects.exists()
    client.force_login(outsider)
    assert client.post(path).status_code == 404
    client.force_login(listener)
    assert client.get(path).status_code == 405
    assert client.post(path).headers["Location"] == "/settings/notifications/"
    assert not PushSubscription.objects.exists()


def test_the_page_shows_devices_and_key(client, listener, settings):
    Browser(ENDPOINT).of(listener)
    client.force_login(listener)
    page = client.get("/settings/notifications/").content.decode()
    assert settings.VAPID_PUBLIC_KEY in page
    assert sha256(ENDPOINT.encode()).hexdigest() in page
    assert ENDPOINT not in page
    settings.VAPID_PRIVATE_KEY = settings.VAPID_PUBLIC_KEY = ""
    assert "Push is not set up on this site" in client.get("/settings/notifications/").content.decode()


# The site's own keys


def test_the_printed_pair_belongs_together(capsys, settings):
    call_command("vapid_keys")
    printed = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    settings.VAPID_PRIVATE_KEY = printed["VAPID_PRIVATE_KEY"]
    settings.VAPID_PUBLIC_KEY = printed["VAPID_PUBLIC_KEY"]
    assert keys.public_key() == printed["VAPID_PUBLIC_KEY"]
    # The private one is enough.
    settings.VAPID_PUBLIC_KEY = ""
    assert keys.public_key() == printed["VAPID_PUBLIC_KEY"]


@pytest.mark.parametrize("private", ["short", "not base64!", "A" * 43])
def test_a_bad_key_is_named(settings, private):
    settings.VAPID_PRIVATE_KEY = private
    with pytest.raises(ImproperlyConfigured, match="VAPID_PRIVATE_KEY"):
        keys.public_key()


def test_keys_of_two_pairs_are_named(settings):
    settings.VAPID_PUBLIC_KEY = keys.new_pair()[1]
    with pytest.raises(ImproperlyConfigured, match="VAPID_PUBLIC_KEY"):
        keys.public_key()


def test_with_debug_a_key_is_made_once_whoever_asks(settings, tmp_path):
    settings.DEBUG, settings.VAR_DIR = True, tmp_path / "new"
    settings.VAPID_PRIVATE_KEY = settings.VAPID_PUBLIC_KEY = ""
    # Past the cache, as in processes of their own.
    make = keys._development_key.__wrapped__
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: make(settings.VAR_DIR), range(32)))
    assert len(made) == 1
    assert [file.name for file in settings.VAR_DIR.iterdir()] == ["vapid.key"]
    assert stat.S_IMODE((settings.VAR_DIR / "vapid.key").stat().st_mode) == 0o600
    assert keys.vapid() is not None
    assert keys.public_key()
