"""Where pushes may go: whoever names an address must not make us call into our own network."""

import socket

import pytest

from spaces_project.lib.addresses import AddressRefused, check_address, check_endpoint, connect

TRICKS = [
    "http://push.services.mozilla.com/x",
    "ftp://push.services.mozilla.com/x",
    "//push.services.mozilla.com/x",
    "push.services.mozilla.com/x",
    "https:///x",
    "https://",
    "",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0x7f.0.0.1/x",
    "https://0177.0.0.1/x",
    "https://1.1.1.1/x",
    "https://10.1.2.3/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.168.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://[2606:4700::1111]/x",
    "https://[::1",
    "https://localhost/x",
    "https://localhost./x",
    "https://LOCALHOST/x",
    "https://push.localhost/x",
    "https://push.local/x",
    "https://db.internal/x",
    "https://metadata.google.internal/x",
    "https://redis/x",
    "https://push.example.com./x",
    "https://push..example.com/x",
    "https://user@push.services.mozilla.com/x",
    "https://user:password@push.services.mozilla.com/x",
    "https://@push.services.mozilla.com/x",
    "https://push.services.mozilla.com@127.0.0.1/x",
    "https://127.0.0.1\\@push.services.mozilla.com/x",
    "https://push.services.mozilla.com:8443/x",
    "https://push.services.mozilla.com:22/x",
    "https://push.services.mozilla.com:/x",
    "https://push.services.mozilla.com:0/x",
    "https://push.services.mozilla.com:99999/x",
    "https://push.services.mozilla.com:443a/x",
    "https://push.services.mozilla.com/x#y",
    "https://push.services.mozilla.com/x\r\nHost: localhost",
    "https://push.services.mozilla.com/x y",
    "https://push.services.mozilla.com/\x00",
    "https://ｐｕｓｈ.example.com/x",
    "https://push.exámple.com/x",
    "https://push.services.mozilla.com/" + "x" * 1000,
]

PUSH_SERVICES = [
    "https://fcm.googleapis.com/fcm/send/abc:def-_123",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com/QO1-_x",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
    "https://updates.push.services.mozilla.com:443/wpush/v2/gAAAA",
]


@pytest.mark.parametrize("url", TRICKS)
def test_refused(url):
    with pytest.raises(AddressRefused):
        check_endpoint(url)


@pytest.mark.parametrize("url", PUSH_SERVICES)
def test_push_services_pass(url):
    assert check_endpoint(url) == url


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
        ),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    ],
)
def test_addresses_that_are_ours(address):
    with pytest.raises(AddressRefused):
        check_address(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses(address):
    check_address(address)


def test_a_name_that_leads_to_us_is_not_connected_to():
    """The name is looked up when it is connected to, and what was checked is what is connected to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        with pytest.raises(AddressRefused, match=r"it leads to"):
            connect("localhost", server.getsockname()[1], 5)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_local_ones_pass_where_they_are_allowed(settings):
    settings.OUTGOING_ALLOW_LOCAL = True
    assert check_endpoint("http://127.0.0.1:8123/x") == "http://127.0.0.1:8123/x"
    with pytest.raises(AddressRefused):
        check_endpoint("file:///etc/passwd")
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect("127.0.0.1", server.getsockname()[1], 5).close()
