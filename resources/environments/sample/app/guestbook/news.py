"""News of each note, published over MQTT."""

import json

import paho.mqtt.client as mqtt

TOPIC = "guestbook/notes"


class News:
    """Connects in the background, and again whenever the broker comes back."""

    def __init__(self, host: str, port: int) -> None:
        self._client = mqtt.Client(client_id="guestbook")
        self._client.reconnect_delay_set(min_delay=1, max_delay=5)
        self._client.connect_async(host, port, keepalive=30)
        self._client.loop_start()

    def is_connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, note: dict) -> None:
        """Tell of a note; the broker keeps the latest for those who subscribe later."""
        self._client.publish(TOPIC, json.dumps(note), qos=1, retain=True)
