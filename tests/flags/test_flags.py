"""Features for some: by share and by person, for pages, API and templates, as staff say."""

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client

from flags import selectors
from flags.models import FeatureFlag, FlagPerson
from flags.selectors import flag_on, flags_of, in_share
from flags.services import flag_person_clear, flag_person_set, flag_share_set
from moderation.models import AuditEntry
from spaces_project.lib.errors import Invalid, NotAllowed, NotFound
from spaces_project.settings.flags import Flag
from tests.staffing import sign_in_staff, staff_of

LIST = "/admin/flags/featureflag/"
GUEST = AnonymousUser()


@pytest.fixture(autouse=True)
def declared(settings, flag) -> None:
    settings.FLAGS = {"sketches": Flag(0, "People draw."), "tickets": Flag(100, "People sell.")}
    selectors.forget()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is asked for is done once the transaction is through."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_share_is_stable_and_as_large_as_it_says():
    people = range(1, 20_001)
    tenth = {one for one in people if in_share("sketches", one, 10)}
    assert 1800 < len(tenth) < 2200
    assert tenth == {one for one in people if in_share("sketches", one, 10)}
    assert tenth < {one for one in people if in_share("sketches", one, 11)}
    # Another feature has other people.
    assert len(tenth & {one for one in people if in_share("tickets", one, 10)}) < 400
    assert not any(in_share("sketches", one, 0) for one in people)
    assert all(in_share("sketches", one, 100) for one in people)


@pytest.mark.django_db
class TestAsking:
    """`flag_on`."""

    def test_settings_count_until_staff_say_something(self, listener, staff, now, committed):
        assert (flag_on("sketches", listener), flag_on("tickets", listener)) == (False, True)
        with committed():
            flag_share_set(name="sketches", share=100, by=staff, now=now)
            flag_share_set(name="tickets", share=0, by=staff, now=now)
        assert flags_of(listener) == ["sketches"]
        with committed():
            flag_share_set(name="tickets", share=None, by=staff, now=now)
        assert flags_of(listener) == ["sketches", "tickets"]

    def test_what_is_said_of_a_person_counts_before_the_share(
        self, listener, outsider, staff, now, committed
    ):
        with committed():
            flag_person_set(name="sketches", user=listener, is_on=True, by=staff, now=now)
            flag_person_set(name="tickets", user=outsider, is_on=False, by=staff, now=now)
        assert flags_of(listener) == ["sketches", "tickets"]
        assert flags_of(outsider) == []
        with committed():
            assert flag_person_clear(name="tickets", user=outsider, by=staff, now=now)
            assert not flag_person_clear(name="tickets", user=outsider, by=staff, now=now)
        assert flags_of(outsider) == ["tickets"]

    def test_guests_have_what_everybody_has(self, staff, now, committed):
        with committed():
            flag_share_set(name="sketches", share=99, by=staff, now=now)
        assert flags_of(GUEST) == flags_of(None) == ["tickets"]

    def test_a_name_nobody_declared_is_a_mistake(self, listener):
        with pytest.raises(KeyError):
            flag_on("sketchs", listener)

    def test_asking_costs_no_query_and_a_change_is_seen_in_time(
        self, settings, listener, django_assert_num_queries
    ):
        settings.FLAGS_SECONDS = 0.05
        with django_assert_num_queries(2):
            assert not flag_on("sketches", listener)
        settings.FLAGS_SECONDS = 60
        # Said in another process: this one hears nothing of it, and looks again by itself.
        FeatureFlag.objects.update_or_create(name="sketches", defaults={"share": 100})
        until = time.monotonic() + 5
        while not flag_on("sketches", listener):
            assert time.monotonic() < until
        with django_assert_num_queries(0):
            for _ in range(100):
                assert flags_of(listener) == ["sketches", "tickets"]


@pytest.mark.django_db
class TestSaying:
    """The services."""

    def test_each_change_is_in_the_log_once(self, listener, staff, now):
        for _ in range(2):
            flag_share_set(name="sketches", share=5, by=staff, now=now)
            flag_person_set(name="sketches", user=listener, is_on=False, by=staff, now=now)
        share, person = AuditEntry.objects.order_by("pk")
        assert (share.act, share.target_id) == ("flag.share", "sketches")
        assert share.data == {"before": None, "after": 5}
        assert (person.act, person.target_handle) == ("flag.person", listener.handle)
        assert person.data == {"flag": "sketches", "after": "off"}

    @pytest.mark.parametrize("share", [-1, 101, 2**70])
    def test_a_share_is_a_percentage(self, staff, now, share):
        with pytest.raises(Invalid) as refused:
            flag_share_set(name="sketches", share=share, by=staff, now=now)
        assert list(refused.value.fields) == ["share"]

    def test_only_staff_and_only_what_is_declared(self, host, staff, now):
        with pytest.raises(NotAllowed):
            flag_share_set(name="sketches", share=5, by=host, now=now)
        with pytest.raises(NotFound) as refused:
            flag_person_set(name="nothing", user=host, is_on=True, by=staff, now=now)
        assert refused.value.code == "flag.unknown"

    def test_migrate_makes_a_row_for_each(self):
        call_command("migrate", verbosity=0)
        assert {"sketches", "tickets"} <= set(FeatureFlag.objects.values_list("name", flat=True))


@pytest.mark.django_db
class TestDoors:
    """API, templates, admin."""

    def test_apps_read_what_is_on(self, api, listener, flag):
        selectors.keep({}, seconds=60)
        assert api(listener).get("/api/v1/flags/").json() == {"features": ["tickets"]}
        assert api(None).get("/api/v1/flags/").json() == {"features": ["tickets"]}

    def test_templates_ask(self, listener):
        page = Template('{% load flags %}{% flag_on "tickets" as on %}{% if on %}sold{% endif %}')
        assert page.render(Context({"user": listener})) == "sold"

    @pytest.fixture
    def row(self) -> FeatureFlag:
        return FeatureFlag.objects.create(name="sketches")

    @staticmethod
    def post(desk: Client, row: FeatureFlag, share: str, *people: dict[str, str]):
        rows = FlagPerson.objects.filter(flag=row).count()
        data = {"share": share, "people-TOTAL_FORMS": len(people), "people-INITIAL_FORMS": rows}
        for number, person in enumerate(people):
            data |= {f"people-{number}-{name}": value for name, value in person.items()}
            data[f"people-{number}-flag"] = row.pk
        return desk.post(f"{LIST}{row.pk}/change/", data)

    def test_staff_set_share_and_people(self, row, listener, outsider):
        desk = sign_in_staff(Client(), staff_of("administrator"))
        page = desk.get(f"{LIST}{row.pk}/change/").content.decode()
        assert "People draw." in page
        new = [{"handle": "@A_LISTENER", "is_on": "on"}, {"handle": outsider.handle}]
        assert self.post(desk, row, "20", *new).status_code == 302
        said = list(FlagPerson.objects.order_by("pk"))
        assert [(one.user, one.is_on) for one in said] == [(listener, True), (outsider, False)]
        # One is turned off, the other taken out.
        rows = [{"id": str(said[0].pk)}, {"id": str(said[1].pk), "DELETE": "on"}]
        assert self.post(desk, row, "20", *rows).status_code == 302
        assert list(FlagPerson.objects.values_list("user__handle", "is_on")) == [(listener.handle, False)]
        acts = list(AuditEntry.objects.order_by("pk").values_list("act", "door"))
        assert acts == [("flag.share", "admin"), *[("flag.person", "admin")] * 4]
        assert "20%" in desk.get(LIST).content.decode()

    @pytest.mark.parametrize(
        ("share", "handles"),
        [("101", []), ("-1", []), ("x", []), ("5", ["nobody_at_all"])],
    )
    def test_what_is_wrong_is_said_and_nothing_is_saved(self, desk, row, listener, share, handles):
        answer = self.post(desk, row, share, *({"handle": one, "is_on": "on"} for one in handles))
        assert answer.status_code == 200
        assert answer.context["errors"]
        row.refresh_from_db()
        assert row.share is None
        assert not FlagPerson.objects.exists()

    def test_other_staff_see_nothing_of_it(self, row):
        moderator = sign_in_staff(Client(), staff_of("moderator"))
        assert moderator.get(f"{LIST}{row.pk}/change/").status_code == 403
