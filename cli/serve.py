"""``lucai serve``."""

from __future__ import annotations

import multiprocessing
import socket

import click

from cli.house import open_database
from cli.output import say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Server processes.")
def command(host: str, port: int, workers: int) -> None:
    """Serve the site and the API until interrupted."""
    with open_database(create=True):
        pass  # The database is there, and at this program's version, before anybody asks.
    run_server(host, port, workers)


def run_server(host: str, port: int, workers: int) -> None:
    """Serve until interrupted. The application is named, not imported: doors don't meet.

    A worker is a process of its own from the start, not a copy of this one: threads don't survive
    the copying, so what this process calculated with before (the demo's figures) would hang there.
    """
    from granian.constants import Interfaces  # noqa: PLC0415  Only those who serve.
    from granian.server import Server  # noqa: PLC0415  As above.

    _refuse_a_taken_port(host, port)
    say(f"网站地址：http://{host}:{port}/", f"Serving at http://{host}:{port}/")
    multiprocessing.set_start_method("spawn", force=True)
    Server(
        "api.app:from_environment",
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        factory=True,
        log_access=False,
    ).serve()


def _refuse_a_taken_port(host: str, port: int) -> None:
    """Stop if somebody listens there: two servers on one port would answer in turns.

    Raises:
        click.ClickException: The address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be listened on ({error.strerror}). Choose another --port."
            ) from error
