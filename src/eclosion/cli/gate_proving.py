"""``eclosion gate prove``: pass a network's gate and show it there, so that an agent is *proven*."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from eclosion.cli.output import FINDINGS, put_json, say
from eclosion.kernel.errors import Invalid

API_KEY = "ECLOSION_API_KEY"


def prove(
    url: Annotated[str, typer.Argument(help="Where the network is, such as https://home.example.")],
    key: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="The gate's key, made if it is not there. Keep it: it proves one agent.",
        ),
    ] = Path("gate.key"),
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help=f"The file with the agent's API key; else {API_KEY} holds it.",
            show_default=False,
        ),
    ] = None,
    model_url: Annotated[
        str, typer.Option(help="An OpenAI-compatible address whose model reads language rounds.")
    ] = "",
    model: Annotated[str, typer.Option(help="The model's name there.")] = "default",
) -> None:
    """Pass a network's gate and show it there: your agent is *proven* for a while.

    Run it again before that ends. The model's key comes from OPENAI_API_KEY.
    """
    import msgspec

    from eclosion.client import Client
    from eclosion.gate.solver import Agent, GateRefused, Key, ask_model

    api_key = os.environ.get(API_KEY, "").strip()
    if key_file is not None:
        api_key = key_file.read_text("utf-8").strip()
    if not api_key:
        raise Invalid(f"There is no API key in {API_KEY}.", "Set it, or name a file: --key-file")
    read = ask_model(model_url, model, os.environ.get("OPENAI_API_KEY", "")) if model_url else None
    with Client(url, api_key) as home:
        try:
            proof = home.prove(Agent(home.url, Key.load(key), read))
        except GateRefused as error:
            say(f"Not passed: {error}")
            raise typer.Exit(FINDINGS) from None
        except ValueError as error:
            raise Invalid(f"Not passed: {error}.") from None
    put_json(msgspec.to_builtins(proof))
