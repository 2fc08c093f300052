"""``python3 -m guestbook`` serves the guest book until it is stopped."""

import logging
import signal
import sys

import redis
import waitress

from guestbook import settings as settings_module
from guestbook.news import News
from guestbook.notes import Notes
from guestbook.web import create_app


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # As a container's first process it would otherwise ignore the request to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = settings_module.from_environment()
    app = create_app(
        settings,
        Notes(settings.database_url),
        redis.Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3),
        News(settings.mqtt_host, settings.mqtt_port),
    )
    waitress.serve(app, listen=settings.listen, threads=8, ident=None)


main()
