"""A web server with live frames and nothing else, for tests and measures: arguments DATABASE PORT MODE [public]."""

import sys

if sys.argv[3] == "gevent":
    from gevent import monkey

    monkey.patch_all()

import resource

from flask import Flask

from streaming.health import Health
from streaming.settings import Settings
from twin.live import attach


def main() -> None:
    database, port, mode, *rest = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    app = Flask(__name__)
    settings = Settings(database_url=database, async_mode=mode, _env_file=None)
    live = attach(app, settings, public="public" in rest)
    Health(twin=live.ready).add_to_flask(app)
    more = {"allow_unsafe_werkzeug": True} if mode == "threading" else {"log_output": False}
    live.socketio.run(app, host="127.0.0.1", port=int(port), **more)


if __name__ == "__main__":
    main()
