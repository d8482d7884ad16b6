"""The application on a port of its own, as a client of any kind meets it."""

import threading
import time
from contextlib import contextmanager

import uvicorn

from api.app import create_app


@contextmanager
def running(settings, workspace):
    """Serve the application from a thread; gives its address."""
    config = uvicorn.Config(
        create_app(settings, workspace), port=0, ws="none", log_level="warning", lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
