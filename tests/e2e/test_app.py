"""The site as an app in a real Chromium: it can be installed, says so without network, and shows nothing old."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM, PHONE

pytestmark = [pytest.mark.e2e]

CONTROLLED = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async () => {
  const names = await caches.keys();
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map((request) => new URL(request.url).pathname);
}"""


@pytest.fixture
def phone(playwright, chromium_path, tmp_path):
    """A browser of one's own, not a private window: only there apps can be installed."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile",
        executable_path=chromium_path,
        args=CHROMIUM,
        viewport=PHONE,
        is_mobile=True,
        has_touch=True,
    )
    yield context
    context.close()


def test_it_can_be_installed_and_knows_no_network(site, phone, pictures):
    page = phone.new_page()
    page.goto(site.url)
    page.wait_for_function(CONTROLLED)
    chrome = phone.new_cdp_session(page)
    manifest = chrome.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["display"] == "standalone"
    assert chrome.send("Page.getInstallabilityErrors")["installabilityErrors"] == []

    page.goto(f"{site.url}/spaces/")
    expect(page.locator("h1")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert "/offline/" in kept
    assert any(name.startswith("/static/app/main") for name in kept)
    # No page, and nothing of the API: what is shown is never old.
    assert [name for name in kept if not name.startswith("/static/")] == ["/offline/"]

    phone.set_offline(True)
    answer = page.goto(f"{site.url}/spaces/")
    assert answer is not None
    assert answer.status == 503
    expect(page.locator("h1")).to_have_text("No network")
    page.screenshot(path=pictures / "offline-phone.png")
    phone.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("h1")).not_to_have_text("No network")
    assert page.url == f"{site.url}/spaces/"
