"""What the environment tells the guest book."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    title: str
    listen: str
    database_url: str
    redis_url: str
    mqtt_host: str
    mqtt_port: int
    demo_notes: int


def from_environment() -> Settings:
    """Read the settings; ``DATABASE_URL`` has no default because a guess would hide a mistake."""
    env = os.environ
    return Settings(
        title=env.get("GUESTBOOK_TITLE", "Guest book"),
        listen=env.get("GUESTBOOK_LISTEN", "0.0.0.0:8000"),
        database_url=env["DATABASE_URL"],
        redis_url=env.get("REDIS_URL", "redis://redis:6379/0"),
        mqtt_host=env.get("MQTT_HOST", "mqtt"),
        mqtt_port=int(env.get("MQTT_PORT", "1883")),
        demo_notes=int(env.get("GUESTBOOK_DEMO_NOTES", "0")),
    )
