import os
import signal
import sys

from tests.conftest import free_port, running, wait_for_port
from tests.small_registry import AREAS


def test_the_process_serves_and_ends_cleanly_when_asked(database, tmp_path, client):
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": database, "API_PORT": str(port)}
    with running([sys.executable, "-m", "sunshine.cli", "api"], env=environment, cwd=tmp_path) as child:
        wait_for_port(port, 60)
        api = client(port)
        assert api.post("/import/areas", AREAS).json["imported"] == 6
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0


def test_an_error_nobody_foresaw_is_a_problem_without_its_inside(api, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("api.routes.city.figures", broken)
    answer = api.get("/city")
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert b"secret" not in answer.body
