"""Our own pages are known by the address that people use, whatever stands between them and us."""

import pytest

from etalase.platform.origins import OwnOrigins

OWN = ("https://live.example.com", "http://[2001:db8::1]:8080/", "https://toko-é.example/")


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "live.example.com", True),
        ("https://live.example.com", "live.example.com", True),
        ("https://live.example.com", "live.example.com:443", True),
        ("https://live.example.com:443", "live.example.com", True),
        ("https://LIVE.Example.com", "live.example.com", True),
        ("HTTPS://live.example.com", "LIVE.EXAMPLE.COM", True),
        ("https://live.example.com.", "live.example.com", True),
        ("https://live.example.com", "127.0.0.1:8000", True),
        ("https://live.example.com", "app.internal", True),
        ("https://live.example.com", None, True),
        ("http://[2001:db8::1]:8080", "127.0.0.1:8000", True),
        ("http://[2001:DB8:0:0::1]:8080", "[2001:db8::1]:8080", True),
        ("https://xn--toko--fsa.example", "127.0.0.1", True),
        ("http://live.example.com", "live.example.com", False),
        ("https://live.example.com:8443", "live.example.com", False),
        ("https://live.example.com.evil.example", "live.example.com", False),
        ("https://evil.example", "live.example.com", False),
        ("https://evil.example", "127.0.0.1:8000", False),
        ("https://sub.live.example.com", "live.example.com", False),
        ("https://live.example.com@evil.example", "live.example.com", False),
        ("https://evil.example:443", "127.0.0.1:8000", False),
        ("null", "live.example.com", False),
        ("null", "null", False),
        ("", "", False),
        ("file://", "live.example.com", False),
        ("https://", "", False),
        ("https://live.example.com:99999", "live.example.com", False),
        ("https://[::1", "live.example.com", False),
        ("ftp://live.example.com", "live.example.com", False),
        ("chrome-extension://abc", "abc", False),
        ("https://a\u3002b\udc80", "live.example.com", False),
        # addresses that nobody has told, as on a developer's machine
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://localhost:8000", "LOCALHOST:8000", True),
        ("http://192.168.1.7", "192.168.1.7:80", True),
        ("https://other.example", "other.example:443", True),
        ("http://[::1]:8000", "[0:0::1]:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8001", False),
        ("http://localhost:8000", "127.0.0.1:8000", False),
        ("http://localhost:8000", None, False),
    ],
)
def test_a_page_is_ours_or_not(origin: str | None, host: str | None, *, allowed: bool) -> None:
    headers = {name: value for name, value in (("origin", origin), ("host", host)) if value is not None}
    assert OwnOrigins(OWN).allow(headers) is allowed


def test_without_an_address_the_host_that_was_asked_for_counts() -> None:
    for addresses in ((), ("",), ("nonsense",)):
        own = OwnOrigins(addresses)
        assert own.allow({"origin": "http://a.example", "host": "A.example:80"})
        assert not own.allow({"origin": "http://b.example", "host": "a.example"})
