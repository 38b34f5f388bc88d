import os
import signal
import subprocess
import sys
import time

from tests.small_registry import AREAS


def test_the_process_serves_and_ends_cleanly_when_asked(database, tmp_path, free_port, client):
    environment = {**os.environ, "DATABASE_URL": database, "API_PORT": str(free_port)}
    child = subprocess.Popen([sys.executable, "-m", "sunshine.cli", "api"], env=environment, cwd=tmp_path)
    try:
        api = client(free_port)
        until = time.monotonic() + 60
        while not api.answers():
            assert child.poll() is None and time.monotonic() < until
            time.sleep(0.1)
        assert api.post("/import/areas", AREAS).json["imported"] == 6
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def test_an_error_nobody_foresaw_is_a_problem_without_its_inside(api, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("api.routes.city.figures", broken)
    answer = api.get("/city")
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert b"secret" not in answer.body
