"""Who is taken for a program on this machine."""

import pytest

from streaming.callers import Caller
from streaming.live import LocalDoor

HERE = {"host": "127.0.0.1:8050"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    "headers",
    [
        HERE,
        {"host": "localhost:8070"},
        {"host": "[::1]:8070"},
        {**HERE, "user-agent": "Prometheus/3.5.0", "accept-encoding": "gzip"},
        {**HERE, "origin": "http://127.0.0.1:8050"},  # as WebSocket libraries say
        {**HERE, "user-agent": FIREFOX},  # somebody at this machine looks at an address of the API
        {**HERE, "user-agent": FIREFOX, "sec-fetch-site": "none"},
    ],
)
def test_programs_here_speak_for_themselves(headers):
    assert Caller("127.0.0.1", headers).is_this_machine
    assert Caller("::1", headers).is_this_machine
    assert not Caller("10.0.0.7", headers).is_this_machine
    assert not Caller("", headers).is_this_machine


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "rebound.example"},
        {"host": "127.0.0.1.example:80"},
        {"host": "["},
        {**HERE, "cookie": "a=b"},
        {**HERE, "authorization": "Bearer x"},
        {**HERE, "x-forwarded-for": "10.0.0.7"},
        {**HERE, "x-forwarded-proto": "https"},
        {**HERE, "forwarded": "for=10.0.0.7"},
        {**HERE, "via": "1.1 proxy"},
        {**HERE, "x-real-ip": "10.0.0.7"},
        {**HERE, "origin": "https://elsewhere.example"},
        {**HERE, "origin": "null"},
        {**HERE, "origin": "http://[", "user-agent": FIREFOX},
        {**HERE, "user-agent": FIREFOX, "sec-fetch-site": "cross-site"},  # a picture or a link in another site's page
        {**HERE, "user-agent": FIREFOX, "sec-fetch-site": "same-site"},  # a page of another port of this machine
        {**HERE, "origin": "http://127.0.0.1:8050", "user-agent": FIREFOX},  # a page that nobody signed in to
    ],
)
def test_whoever_speaks_for_somebody_else_does_not(headers):
    assert not Caller("127.0.0.1", headers).is_this_machine


def test_an_environment_is_read_like_headers():
    environ = {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_X_FORWARDED_FOR": "10.0.0.7",
        "PATH_INFO": "/",
    }
    assert Caller.of_environ(environ) == Caller("127.0.0.1", {"host": "localhost", "x-forwarded-for": "10.0.0.7"})


def test_a_house_behind_a_proxy_can_trust_nobody_without_a_name():
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"}
    assert LocalDoor(True).admit(environ, None) is not None
    assert LocalDoor(False).admit(environ, None) is None
