"""The rules of the cipher detector, for those who read its findings."""

from __future__ import annotations

from eclosion.kernel.finding import Severity
from eclosion.monitor.ports import Rule

TAGS = ("hidden-speech", "attack:T1027", "atlas:AML.T0068")
REMEDY = "Read what it says, ask the agent's owner why it was hidden, and look at who answered."
_HOW = (
    "A stretch of words that reads as English once decoded, by more bits than English, code, fifty other languages,"
    " names and random letters explain it as it stands."
)

ROT = Rule(
    "ciphers/rot",
    "Words moved along the alphabet (ROT-n)",
    Severity.MEDIUM,
    f"{_HOW} Spoilers and jokes are written so, too.",
    REMEDY,
    TAGS,
)
ATBASH = Rule(
    "ciphers/atbash",
    "Words in a mirrored alphabet (Atbash)",
    Severity.MEDIUM,
    f"{_HOW} Puzzles are written so, too.",
    REMEDY,
    TAGS,
)
AFFINE = Rule("ciphers/affine", "Words in an affine cipher", Severity.MEDIUM, _HOW, REMEDY, TAGS)
SUBSTITUTION = Rule(
    "ciphers/substitution",
    "Words in an alphabet of their own (substitution)",
    Severity.HIGH,
    f"{_HOW} Each letter stands for another throughout; some letters of the reading may be wrong.",
    REMEDY,
    TAGS,
)
VIGENERE = Rule(
    "ciphers/vigenere",
    "Words under a repeated key (Vigen\u00e8re)",
    Severity.HIGH,
    f"{_HOW} The alphabet moves on with each letter of a key word.",
    REMEDY,
    TAGS,
)
TRANSPOSITION = Rule(
    "ciphers/transposition",
    "Words whose letters were put in another order",
    Severity.HIGH,
    f"{_HOW} Rail fence or columns; the letters are English ones, in an order that is not.",
    REMEDY,
    TAGS,
)
SPLIT = Rule(
    "ciphers/split",
    "A cipher in small pieces over several messages",
    Severity.HIGH,
    "Odd words in several messages of one agent to the same other that the same shift of the alphabet makes English;"
    " each alone proves little, all together do (a sequential test, as Wald's).",
    REMEDY,
    TAGS,
)

RULES = (ROT, ATBASH, AFFINE, SUBSTITUTION, VIGENERE, TRANSPOSITION, SPLIT)
