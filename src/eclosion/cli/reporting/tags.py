"""What findings' tags mean elsewhere: MITRE ATLAS and ATT&CK, OWASP."""

from __future__ import annotations

import re
from typing import NamedTuple

_ATLAS = re.compile(r"atlas:(AML\.T\d{4}(?:\.\d{3})?)")
_ATTACK = re.compile(r"attack[.:]([tT]\d{4}(?:\.\d{3})?)")

NAMES = {
    "AML.T0024": "Exfiltration via AI Inference API",
    "AML.T0025": "Exfiltration via Cyber Means",
    "AML.T0051": "LLM Prompt Injection",
    "AML.T0051.000": "Direct",
    "AML.T0051.001": "Indirect",
    "AML.T0052": "Phishing",
    "AML.T0053": "AI Agent Tool Invocation",
    "AML.T0054": "LLM Jailbreak",
    "AML.T0055": "Unsecured Credentials",
    "AML.T0057": "LLM Data Leakage",
    "AML.T0061": "LLM Prompt Self-Replication",
    "AML.T0068": "LLM Prompt Obfuscation",
    "T1020": "Automated Exfiltration",
    "T1027": "Obfuscated Files or Information",
    "T1041": "Exfiltration Over C2 Channel",
    "T1048": "Exfiltration Over Alternative Protocol",
    "T1056": "Input Capture",
    "T1059": "Command and Scripting Interpreter",
    "T1071": "Application Layer Protocol",
    "T1132": "Data Encoding",
    "T1132.001": "Standard Encoding",
    "T1140": "Deobfuscate/Decode Files or Information",
    "T1552": "Unsecured Credentials",
    "T1552.001": "Credentials In Files",
    "T1555": "Credentials from Password Stores",
    "T1566": "Phishing",
    "T1567": "Exfiltration Over Web Service",
    "T1598": "Phishing for Information",
}


class Technique(NamedTuple):
    """A technique of a framework; ``name`` is its id where we know no name."""

    framework: str
    id: str
    name: str


def techniques(tags: tuple[str, ...]) -> list[Technique]:
    """The techniques that some tags name."""
    found = []
    for tag in tags:
        if match := _ATLAS.fullmatch(tag):
            found.append(Technique("MITRE ATLAS", match[1], NAMES.get(match[1], match[1])))
        elif match := _ATTACK.fullmatch(tag):
            id_ = match[1].upper()
            found.append(Technique("MITRE ATT&CK", id_, NAMES.get(id_, id_)))
    return found
