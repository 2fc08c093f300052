"""The page and its JSON API."""

import logging
from collections.abc import Callable
from pathlib import Path
from socket import gethostname

import bottle
import psycopg2
import redis

from guestbook.news import News
from guestbook.notes import Notes
from guestbook.settings import Settings

STATIC = Path(__file__).parent.parent / "static"
PAGE_SIZE = 100
log = logging.getLogger("guestbook")


def create_app(settings: Settings, notes: Notes, visits: redis.Redis, news: News) -> bottle.Bottle:
    app = bottle.Bottle()

    def fail(status: int, message: str) -> bottle.HTTPResponse:
        return bottle.HTTPResponse({"error": message}, status)

    @app.error(404)
    @app.error(405)
    @app.error(500)
    def explain(error: bottle.HTTPError) -> str:
        bottle.response.content_type = "text/plain; charset=utf-8"
        return f"{error.status_line}\n"

    def unavailable_as_503(handler: Callable) -> Callable:
        def handle(*args, **kwargs):
            try:
                return handler(*args, **kwargs)
            except (psycopg2.OperationalError, redis.ConnectionError, redis.TimeoutError) as error:
                log.warning("a service is away: %s", error)
                return fail(503, "The database or the cache does not answer.")

        return handle

    app.install(unavailable_as_503)

    @app.get("/")
    def page():
        return bottle.static_file("index.html", STATIC)

    @app.get("/static/<name>")
    def asset(name: str):
        return bottle.static_file(name, STATIC)

    @app.get("/api/about")
    def about():
        return {"title": settings.title, "host": gethostname(), "visits": visits.incr("visits")}

    @app.get("/api/notes")
    def list_notes():
        return {"total": notes.count(), "notes": notes.newest(PAGE_SIZE)}

    @app.post("/api/notes")
    def add_note():
        given = _json_object(bottle.request)
        author, message = (str(given.get(key) or "").strip() for key in ("author", "message"))
        if not 1 <= len(author) <= 80 or not 1 <= len(message) <= 2000:
            return fail(400, "A note needs an author (up to 80 characters) and a message (up to 2000).")
        note = notes.add(author, message)
        news.publish(note)
        bottle.response.status = 201
        return note

    @app.delete("/api/notes")
    def remove_notes():
        return {"removed": notes.remove_all()}

    @app.get("/healthz")
    def health():
        parts = {
            "database": _works(notes.count),
            "cache": _works(visits.ping),
            "broker": news.is_connected(),
        }
        return bottle.HTTPResponse({"ok": all(parts.values()), **parts}, 200 if all(parts.values()) else 503)

    return app


def _json_object(request: bottle.BaseRequest) -> dict:
    """The request's body, or an empty object when it is anything but a JSON object."""
    try:
        given = request.json
    except (ValueError, bottle.HTTPError):
        return {}
    return given if isinstance(given, dict) else {}


def _works(call: Callable[[], object]) -> bool:
    try:
        call()
        return True
    except (psycopg2.Error, redis.RedisError) as error:
        log.warning("not healthy: %s", error)
        return False
