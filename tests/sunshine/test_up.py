import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streaming.settings import Settings
from sunshine.up import CannotStart, processes, up

ROOT = Path(__file__).parent.parent.parent


def test_the_simulated_city_runs_in_the_demo_only(tmp_path):
    settings = Settings(sunshine_data=tmp_path, _env_file=None)
    assert "city" not in {child.name for child in processes(settings, demo=False)}
    assert "city" in {child.name for child in processes(settings, demo=True)}


def test_a_port_in_use_is_refused_with_the_setting_to_change(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = Settings(sunshine_data=tmp_path, web_port=other.getsockname()[1], _env_file=None)
        with pytest.raises(CannotStart, match="WEB_PORT"):
            up(settings, demo=False)


def test_two_houses_cannot_share_one_data_folder(tmp_path):
    import fcntl

    settings = Settings(sunshine_data=tmp_path, _env_file=None)
    with (tmp_path / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotStart, match="already runs"):
            up(settings, demo=False)


def test_the_compose_file_names_the_processes_of_the_procfile():
    import yaml

    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    product = {line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines()} - {"city"}
    assert product <= set(services)


def test_the_compose_file_follows_the_specification():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*check, str(ROOT / "deploy/compose.yaml")], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
