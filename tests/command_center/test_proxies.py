"""Behind a reverse proxy: whose address is written down, whose name is believed, and when cookies are Secure."""

import pytest

from command_center.web import behind_proxies
from records.accounts.demo import PASSWORD
from tests.command_center.people import Center

FORWARDED = {
    "X-Forwarded-For": "198.51.100.1, 10.9.8.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "food.example",
}


@pytest.mark.parametrize(("proxies", "address", "secure"), [(0, "127.0.0.1", False), (1, "10.9.8.7", True)])
def test_headers_of_a_proxy_count_only_where_there_is_one(database, connection, proxies, address, secure):
    center = Center(database)
    behind_proxies(center.server, proxies)
    try:
        center.person()
        told = {"name": "somebody", "password": PASSWORD}
        answer = center.nobody().client.post("/sign-in", json=told, headers=FORWARDED)
        assert answer.status_code == 200
        assert ("Secure" in answer.headers["Set-Cookie"]) == secure
        assert ("Strict-Transport-Security" in answer.headers) == secure
        assert connection.execute("SELECT address FROM audit ORDER BY id DESC LIMIT 1").fetchone() == (address,)
        ours = {**FORWARDED, "Origin": "https://food.example"}
        seen = center.nobody().client.post("/sign-in", json=told, headers=ours).status_code
        assert seen == (200 if secure else 403)  # a page of the name that the proxy tells, and of no other
    finally:
        center.close()
