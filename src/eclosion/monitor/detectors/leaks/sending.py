"""What leaves, and by which way: calls that send, words that are public, and where they go."""

from __future__ import annotations

import re

from eclosion.monitor.passage import Passage

_SENDING_TOOL = re.compile(
    r"send|post|mail|message|msg|upload|publish|share|tweet|reply|comment|webhook|http|fetch|request|browse|navigate|open_?url|notify|slack|"
    r"discord|telegram|sms|push|export|transfer|pay|invite|forward|dm\b|web",
    re.IGNORECASE,
)
_COMMAND_TOOL = re.compile(
    r"bash|shell|exec|terminal|command|run|process|python|code|repl|powershell|cmd", re.IGNORECASE
)
_COMMAND_SENDS = re.compile(
    r"\b(?:curl|wget|nc|ncat|netcat|scp|rsync|sftp|ftp|ssh|mail|mutt|sendmail|dig|nslookup|ping|host)\b|requests\.|httpx\.|urllib|fetch\(|"
    r"Invoke-|smtplib|socket\.|git\s+push|gh\s+gist|aws\s+s3|gsutil|rclone",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"//(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.)", re.IGNORECASE)
_READING_TOOL = re.compile(r"read|cat|open|view|get_?file|load|file", re.IGNORECASE)

PUBLIC_ACTIONS = ("post.", "comment.", "message.")


def is_call(passage: Passage) -> bool:
    """Whether it is a tool's call, or one argument of it."""
    return passage.observation.action.startswith("tool.called")


def is_answer(passage: Passage) -> bool:
    """Whether it is what a tool answered."""
    return (
        passage.observation.action.startswith("tool.answered")
        or passage.attribute("role") == "tool"
    )


def is_asking(passage: Passage) -> bool:
    """Whether the user, or whoever set the agent up, speaks."""
    return passage.attribute("role") in {"user", "system", "developer"}


def sends(passage: Passage) -> bool:
    """Whether it puts its text before others: a call that sends, or public words."""
    if is_call(passage):
        tool = passage.attribute("tool")
        if _COMMAND_TOOL.search(tool) or not tool:
            return bool(_COMMAND_SENDS.search(passage.text)) and not is_local(passage.text)
        return bool(_SENDING_TOOL.search(tool)) and not is_local(passage.text)
    if is_answer(passage) or is_asking(passage) or passage.attribute("role") == "thinking":
        return False
    if passage.attribute("recipient") == "owner":
        return False
    return passage.observation.action.startswith(PUBLIC_ACTIONS)


def reads(passage: Passage) -> bool:
    """Whether it is a call that reads something."""
    tool = passage.attribute("tool")
    return is_call(passage) and bool(
        _READING_TOOL.search(tool) or _COMMAND_TOOL.search(tool) or not tool
    )


def is_local(text: str) -> bool:
    """Whether all that it speaks to is this machine or its own network."""
    hosts = re.findall(r"//[^\s/\"']+", text)
    return bool(hosts) and all(_LOCAL.match(host) for host in hosts)
