"""Ciphers in running text: found as spans, decoded, with the key and a score in bits.

What always holds: a text that reads as well as English, code, another language or random letters as it stands is let
be; a letter stays a letter, so spans hold; slow work is asked for first. It knows nothing of encodings such as base64.
"""

from eclosion.monitor.detectors.ciphers.detector import Ciphers

__all__ = ["Ciphers"]
