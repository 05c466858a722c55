"""The pages of direct messages, of blocking, and of privacy; all of them work without a script."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, PersonMute
from accounts.services import person_block, person_mute
from social.models import ConversationSide, DirectMessage, InboxSettings
from social.services.direct import direct_send
from tests.factories import UserFactory
from tests.pages.documents import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    """`browser(user)` is that person's browser."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def visit(browser):
    """`visit(user, path)` is the page as a sound document; `status` is checked."""

    def read(user, path, *, status=200, **data):
        response = browser(user).get(path, data)
        assert response.status_code == status, (path, response.status_code)
        document = Document(response)
        assert document.problems() == []
        return document

    return read


@pytest.fixture
def message(listener, speaker, now):
    """What the listener wrote to the speaker."""
    return direct_send(author=listener, to=speaker, text="Hello <b>there</b>\nand on", now=now)


@pytest.fixture
def path(message):
    """The conversation's address."""
    return f"/inbox/{message.conversation_id}/"


class TestList:
    def test_empty(self, visit, listener):
        assert "No messages yet" in visit(listener, "/inbox/").text

    def test_unread_are_marked(self, visit, listener, speaker, message):
        [theirs] = visit(speaker, "/inbox/").all("li", class_="conversation-row")
        assert "is-unread" in theirs.classes
        assert "A Listener" in theirs.text
        assert "1 unread" in theirs.text
        [mine] = visit(listener, "/inbox/").all("li", class_="conversation-row")
        assert "is-unread" not in mine.classes
        assert "You: Hello" in mine.text

    def test_to_somebody(self, browser, visit, listener, speaker, now):
        for typed in ("@A_Speaker", " a_speaker "):
            response = browser(listener).get("/inbox/", {"to": typed})
            assert response.headers["Location"] == "/@a_speaker/message/"
        for typed in ("nobody_here", "", "\x00", "x" * 3000):
            assert (
                "There is nobody with this handle." in visit(listener, "/inbox/", status=404, to=typed).text
            )
        person_block(owner=speaker, person=listener, now=now)
        visit(listener, "/inbox/", status=404, to="a_speaker")

    def test_older(self, visit, listener, now, settings):
        for person in UserFactory.create_batch(35):
            direct_send(author=person, to=listener, text="Hello", now=now)
        first = visit(listener, "/inbox/")
        assert len(first.all("li", class_="conversation-row")) == 30
        [older] = [link["href"] for link in first.all("a") if link["href"].startswith("?before=")]
        assert len(visit(listener, f"/inbox/{older}").all("li", class_="conversation-row")) == 5
        visit(listener, "/inbox/", status=404, before="x")
        visit(listener, "/inbox/", status=404, before="9" * 19)

    def test_the_same_queries_for_more_rows(self, browser, listener, speaker, message, path, now, limit):
        limit("direct.send")
        client = browser(listener)

        def queries(address):
            client.get(address)
            with CaptureQueriesContext(connection) as counted:
                client.get(address)
            return len(counted)

        few = [queries("/inbox/"), queries(path)]
        for person in UserFactory.create_batch(40):
            direct_send(author=person, to=listener, text="Hello", now=now)
            direct_send(author=speaker, to=listener, text="Hello", now=now)
        assert [queries("/inbox/"), queries(path)] == few


class TestConversation:
    def test_words_are_words(self, visit, speaker, path):
        page = visit(speaker, path)
        [text] = page.all("p", class_="direct__text")
        assert text.text == "Hello <b>there</b> and on"
        assert page.all("br")

    def test_opening_is_reading(self, browser, visit, speaker, path):
        browser(speaker).head(path)
        assert ConversationSide.objects.get(user=speaker).unread_count == 1
        assert visit(speaker, path).all(class_="direct__new")
        assert ConversationSide.objects.get(user=speaker).unread_count == 0
        assert not visit(speaker, path).all(class_="direct__new")

    def test_sending_without_a_script(self, browser, visit, listener, speaker, path):
        response = browser(speaker).post(path, {"text": "Hi"})
        assert (response.status_code, response.headers["Location"]) == (302, path)
        assert [one.text for one in visit(listener, path).all("p", class_="direct__text")][-1] == "Hi"

    def test_what_is_refused_stays_typed(self, browser, speaker, path):
        response = browser(speaker).post(path, {"text": "x" * 1001})
        assert response.status_code == 400
        page = Document(response)
        assert page.problems() == []
        assert page.one("textarea", name="text").text == "x" * 1001
        assert "Use at most 1000 characters." in page.text
        assert browser(speaker).post(path).status_code == 400

    def test_the_first_message_begins_it(self, browser, visit, listener, outsider):
        page = visit(listener, "/@an_outsider/message/")
        assert not ConversationSide.objects.exists()
        assert page.one("textarea", name="text")
        response = browser(listener).post("/@an_outsider/message/", {"text": "Hello"})
        conversation = ConversationSide.objects.get(user=listener).conversation_id
        assert response.headers["Location"] == f"/inbox/{conversation}/"
        again = browser(listener).get("/@AN_outsider/message/")
        assert again.headers["Location"] == f"/inbox/{conversation}/"

    def test_to_oneself_and_to_nobody(self, visit, listener):
        visit(listener, "/@a_listener/message/", status=400)
        visit(listener, "/@nobody_here/message/", status=404)

    def test_parts(self, browser, listener, speaker, path, message, now, limit):
        limit("direct.send")
        sent = [direct_send(author=listener, to=speaker, text=f"n{n}", now=now) for n in range(45)]
        client = browser(speaker)

        def shown(**fields):
            return [
                one["data-message"]
                for one in Document(client.get(path, **fields)).all("li", class_="direct__message")
            ]

        newest = shown()
        assert newest == [str(one.pk) for one in sent[-40:]]
        earlier = shown(data={"before": newest[0]}, headers={"HX-Request": "true", "HX-Target": "earlier"})
        assert earlier == [str(one.pk) for one in [message, *sent[:5]]]
        whole = Document(client.get(path, {"before": newest[0]}))
        assert whole.problems() == []
        assert shown(data={"after": newest[-2]}) == newest[-1:]
        assert shown(data={"after": newest[-1]}) == []
        # Too many at once to be added: the client reads the page anew.
        assert any("data-gap" in one for one in Document(client.get(path, {"after": "0"})).all("li"))
        for query in ("before=x", "after=x", "before=-1", "after=" + "9" * 19):
            assert client.get(f"{path}?{query}").status_code == 404

    def test_delete(self, browser, visit, listener, speaker, path, message):
        form = visit(listener, path).one("form", data_direct_delete=str(message.pk))
        assert browser(speaker).post(form["action"]).status_code == 404
        assert browser(listener).get(form["action"]).status_code == 405
        assert browser(listener).post(form["action"]).headers["Location"] == path
        assert visit(speaker, path).all("li", class_="direct__message") == []
        assert not visit(speaker, path).all("form", data_direct_delete=str(message.pk))

    def test_nobody_elses(self, browser, visit, outsider, path, message):
        unknown = f"/inbox/{message.conversation_id + 1000}/"
        for address in (path, unknown, f"/inbox/{2**70}/"):
            assert "does not exist" in visit(outsider, address, status=404).text
            assert browser(outsider).post(address, {"text": "x"}).status_code == 404
            assert browser(outsider).post(f"{address}{message.pk}/delete/").status_code == 404
        assert DirectMessage.objects.filter(deleted_at__isnull=True).count() == 1

    def test_guests_are_led_to_sign_in(self, client, path):
        for address in ("/inbox/", path, "/@a_speaker/message/", "/settings/privacy/"):
            assert client.get(address).headers["Location"].startswith("/accounts/login/")

    def test_who_is_gone(self, visit, listener, speaker, path):
        speaker.is_active = False
        speaker.save()
        page = visit(listener, path)
        assert "Hello" in page.text
        assert "You cannot write to A Speaker." in page.text
        assert not [link for link in page.all("a") if link["href"] == "/@a_speaker/"]
        assert visit(listener, "/inbox/").all("li", class_="conversation-row")


class TestBlock:
    def test_on_the_profile(self, browser, visit, listener, speaker):
        page = visit(listener, "/@a_speaker/")
        dialog = page.one("dialog", id=f"block-{speaker.pk}")
        assert "Neither of you will see or be able to write to the other" in dialog.text
        assert page.all("a", href="/@a_speaker/message/")
        response = browser(listener).post("/@a_speaker/block/")
        assert response.headers["Location"] == "/@a_speaker/"

        mine = visit(listener, "/@a_speaker/")
        assert "You blocked A Speaker." in mine.text
        assert not mine.all("a", href="/@a_speaker/message/")
        assert "There is nobody with this handle." in visit(speaker, "/@a_listener/", status=404).text
        for kind in ("followers", "following"):
            visit(speaker, f"/@a_listener/{kind}/", status=404)
        visit(speaker, "/@a_listener/message/", status=404)
        assert "You blocked A Speaker." in visit(listener, "/@a_speaker/message/").text

        browser(listener).post("/@a_speaker/unblock/")
        assert not Block.objects.exists()
        visit(speaker, "/@a_listener/")

    def test_what_was_written_stays_readable(self, visit, listener, speaker, path, now):
        person_block(owner=listener, person=speaker, now=now)
        mine, theirs = visit(listener, path), visit(speaker, path)
        for page in (mine, theirs):
            assert "Hello" in page.text
            assert not page.all("textarea")
        assert "You blocked A Speaker." in mine.text
        # Nothing tells why.
        assert "You cannot write to A Listener." in theirs.text
        assert "block" not in theirs.one(class_="conversation__foot").text.lower()

    def test_mute(self, browser, visit, listener, speaker):
        assert visit(listener, "/@a_speaker/").all("form", action="/@a_speaker/mute/")
        elsewhere = browser(listener).post("/@a_speaker/mute/", {"next": "https://example.org/"})
        assert elsewhere.headers["Location"] == "/@a_speaker/"
        assert PersonMute.objects.get().person == speaker
        assert visit(listener, "/@a_speaker/").all("form", action="/@a_speaker/unmute/")
        browser(listener).post("/@a_speaker/unmute/")
        assert not PersonMute.objects.exists()

    def test_refusals(self, browser, client, listener, speaker):
        for act in ("block", "unblock", "mute", "unmute"):
            assert client.post(f"/@a_speaker/{act}/").headers["Location"].startswith("/accounts/login/")
            assert browser(listener).get(f"/@a_speaker/{act}/").status_code == 405
            assert browser(listener).post(f"/@nobody_here/{act}/").status_code == 404
        assert browser(listener).post("/@a_listener/block/").status_code == 400


class TestPrivacy:
    def test_who_may_write(self, browser, visit, listener):
        page = visit(listener, "/settings/privacy/")
        assert [one["value"] for one in page.all("input", name="who_may_write") if "checked" in one] == [
            "everyone"
        ]
        browser(listener).post("/settings/privacy/", {"who_may_write": "following"})
        assert InboxSettings.objects.get(user=listener).who_may_write == "following"
        bad = browser(listener).post("/settings/privacy/", {"who_may_write": "friends"})
        assert bad.status_code == 400
        assert Document(bad).problems() == []

    def test_people(self, browser, visit, listener, speaker, cohost, now):
        person_block(owner=listener, person=speaker, now=now)
        person_mute(owner=listener, person=cohost, now=now)
        page = visit(listener, "/settings/privacy/")
        assert page.one("form", action="/@a_speaker/unblock/")
        assert page.one("form", action="/@a_cohost/unmute/")
        back = browser(listener).post("/@a_speaker/unblock/", {"next": "/settings/privacy/"})
        assert back.headers["Location"] == "/settings/privacy/"
        assert "You have blocked nobody." in visit(listener, "/settings/privacy/").text

    def test_pages_of_people(self, visit, listener):
        Block.objects.bulk_create(Block(owner=listener, person=one) for one in UserFactory.create_batch(45))
        assert len(visit(listener, "/settings/privacy/").all("li", class_="person")) == 40
        assert len(visit(listener, "/settings/privacy/", blocked="2").all("li", class_="person")) == 5
