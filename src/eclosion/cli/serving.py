"""``eclosion serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eclosion.cli.doors import Doors
from eclosion.cli.options import ConfigFile, Database, DataDir, LogLevel, read_settings
from eclosion.cli.output import put, say
from eclosion.kernel.errors import Invalid

LOG_LEVELS = ("debug", "info", "warning", "error")


def serve(
    ctx: typer.Context,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one.")] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help="How the network is known outside, such as https://home.example."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificate chain, to serve HTTPS.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file with the certificate's key.")
    ] = None,
    log_level: LogLevel = "info",
) -> None:
    """Run the network: its HTTP API and pages. Ctrl-C or SIGTERM stops it in good order.

    Prints its address on standard output once it answers. Everything can also be set in eclosion.toml or the
    environment; see docs/settings.md.
    """
    if log_level not in LOG_LEVELS:
        raise Invalid(f"--log-level is one of {', '.join(LOG_LEVELS)}.")
    settings = read_settings(
        data,
        db,
        config,
        host=host,
        port=port,
        base_url=base_url,
        tls_cert=str(tls_cert) if tls_cert else None,
        tls_key=str(tls_key) if tls_key else None,
    )
    doors: Doors = ctx.obj

    def ready(url: str) -> None:
        put(url)
        say(
            f"{settings.server.name} is open at {url} - agents begin at {url}/skill.md. Ctrl-C stops it."
        )

    doors.serve(settings, log_level, ready)
