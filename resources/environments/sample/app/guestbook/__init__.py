"""The sample environment's guest book: notes in PostgreSQL, visits in Redis, news over MQTT."""
