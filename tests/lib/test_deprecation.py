"""What is to go says so, in time."""

from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator

from accounts.api.me import MeView
from spaces_project.lib.api.deprecation import Notice, deprecated

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"
NOTICE = Notice(date(2026, 5, 1), date(2026, 11, 1), "https://spaces.example/docs/api#versions")


@pytest.fixture
def going(monkeypatch):
    """Reading one's own account is to go; changing it is not."""
    monkeypatch.setattr(MeView.get, "deprecation", NOTICE, raising=False)


def test_each_answer_says_when(api, listener, going):
    for answer in (api(listener).get(ME), api(None).get(ME)):
        assert answer["Deprecation"] == "@1777593600"
        assert answer["Sunset"] == "Sun, 01 Nov 2026 00:00:00 GMT"
        assert answer["Link"] == (
            '<https://spaces.example/docs/api#versions>; rel="deprecation", '
            '<https://spaces.example/docs/api#versions>; rel="sunset"'
        )


def test_what_stays_says_nothing(api, listener, going):
    answer = api(listener).patch(ME, {"bio": "Here to stay"})
    assert answer.status_code == 200
    assert not {"Deprecation", "Sunset"} & set(answer.headers)


def test_the_description_says_it_too(going):
    class OnlyMe(SchemaGenerator):
        def _get_paths_and_endpoints(self):
            return [row for row in super()._get_paths_and_endpoints() if row[0] == ME]

    paths = OnlyMe().get_schema(request=None, public=True)["paths"][ME]
    assert paths["get"]["deprecated"] is True
    assert "deprecated" not in paths["patch"]


def test_nothing_goes_sooner_than_was_promised():
    with pytest.raises(ValueError, match="180 days"):
        deprecated(named=date(2026, 5, 1), gone=date(2026, 10, 27), link="https://spaces.example/")

    @deprecated(named=date(2026, 5, 1), gone=date(2026, 10, 28), link="https://spaces.example/")
    def get() -> None: ...

    assert get.deprecation.gone == date(2026, 10, 28)
