"""HTTP Message Signatures (RFC 9421) in the profile of Web Bot Auth: which domain a program's requests come from.

A signature says that whoever holds a key signed this request, and the key's directory says whose key that is. It is no
proof of being software and no leave to do anything: the gate counts quotas by it, and an application may look at it.

What always holds: one algorithm, Ed25519; a directory is believed only about itself, and was fetched by a port that
keeps away from private networks; what could not be found out is told apart from what is wrong.

Profile: draft-ietf-webbotauth-httpsig-protocol (2026): ``Signature-Agent`` as a dictionary, the bare string of older
drafts also read; key directories as JWKS. Not read: other algorithms, ``@query-param``, components of other messages.
"""

from eclosion.gate.signatures.checking import LENIENT, STRICT, Profile, Signed
from eclosion.gate.signatures.directories import Directories, Fetched
from eclosion.gate.signatures.guard import Signatures
from eclosion.gate.signatures.signing import Signer

__all__ = [
    "LENIENT",
    "STRICT",
    "Directories",
    "Fetched",
    "Profile",
    "Signatures",
    "Signed",
    "Signer",
]
