"""A web server for the built site, on this machine alone."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["serve", "server", "serving"]

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Files under a sub-path; the browser asks each time whether its copy is still good."""

    protocol_version = "HTTP/1.1"  # one connection for many files
    extensions_map = {  # noqa: RUF012 (as its parent has it)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".ipynb": "application/json",
    }

    def __init__(self, *arguments, under: str, **options):
        self.under = under
        super().__init__(*arguments, **options)

    def send_head(self):
        if not self.path.startswith(self.under):
            self.send_error(404)
            return None
        self.path = "/" + self.path.removeprefix(self.under)
        return super().send_head()

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """A server for which a browser that goes away in the middle of a file is no trouble."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def server(folder: Path, port: int = 0, under: str = "/") -> ThreadingHTTPServer:
    """A server of `folder` that listens, and doesn't answer yet.

    Parameters
    ----------
    port : 0 takes a free one.
    under : the path at which the site begins, as ``/some/where/``.

    Raises
    ------
    OSError : the port is taken.
    """
    return _Server((HOST, port), partial(_Handler, directory=folder, under=under))


@contextlib.contextmanager
def serving(folder: Path, under: str = "/") -> Iterator[str]:
    """Serve `folder` on a free port, in a thread; the value is the site's address."""
    with server(folder, under=under) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{listening.server_port}{under}"
        finally:
            listening.shutdown()
            thread.join()


def serve(folder: Path, port: int) -> None:
    """Serve `folder` until Ctrl+C, and say where."""
    with server(folder, port) as listening, contextlib.suppress(KeyboardInterrupt):
        print(f"The site is at http://{HOST}:{listening.server_port}/ (Ctrl+C ends it)", flush=True)
        listening.serve_forever()
