"""A thread that hears from the database which revision was committed last."""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any

import psycopg

CHANNEL = "onemap_head"
HEAD = "SELECT coalesce(max(number), 0) FROM onemap_revision"
BEAT_S = 1.0
"""How long the database may say nothing until it is asked."""

_TRUSTED_S = 3 * BEAT_S
_LOG = logging.getLogger(__name__)


class HeadListener:
    """Knows the last committed revision within a second, without a question for each answer.

    PostgreSQL signals a commit (NOTIFY). Whatever is heard, the database is then asked, and it
    is asked every second anyway, so that a signal that went astray costs no more than that.
    """

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self._parameters = parameters
        self._known, self._heard = 0, float("-inf")
        self._lock = threading.Lock()
        self._bell, self._ear = socket.socketpair()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="onemap-listener", daemon=True)
        self._thread.start()

    def head(self) -> int | None:
        """Return the last revision, null while the database has not been heard from."""
        return self._known if time.monotonic() - self._heard < _TRUSTED_S else None

    def advance(self, number: int) -> None:
        """Take note of a revision that this process has committed itself."""
        with self._lock:
            self._known = max(self._known, number)

    def close(self) -> None:
        """End the thread and its connection."""
        self._closing = True
        self._bell.close()
        self._thread.join()
        self._ear.close()

    def _run(self) -> None:
        while not self._closing:
            try:
                self._listen()
            except psycopg.Error as error:
                self._heard = float("-inf")
                _LOG.warning("change signal lost (%s), connecting again", type(error).__name__)
                self._wait(self._ear)

    def _listen(self) -> None:
        with psycopg.connect(**self._parameters, autocommit=True) as connection:
            connection.add_notify_handler(lambda _: None)  # else they would pile up
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._closing:
                row = connection.execute(HEAD).fetchone()
                self.advance(0 if row is None else row[0])
                self._heard = time.monotonic()
                self._wait(self._ear, connection)

    @staticmethod
    def _wait(*sources: Any) -> None:  # noqa: ANN401
        """Wait until one of the sources has something to read, a second at most."""
        with selectors.DefaultSelector() as selector:
            for source in sources:
                selector.register(source, selectors.EVENT_READ)
            selector.select(BEAT_S)
