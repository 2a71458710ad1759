"""Distils what English words mean from a sentence model; one command, the same vectors each time.

    python -m eclosion.monitor.training.meaning --model FOLDER

FOLDER holds all-MiniLM-L6-v2 (Apache-2.0). Each word and some pairs of words are run through it alone; principal
components make the vectors narrow, and frequent words are made short, since they say little: the recipe of model2vec
(Tulkens and van Dongen 2024, after Arora et al. 2017). It takes about three minutes of one core.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eclosion.monitor import meaning
from eclosion.monitor.training.minilm import MiniLM

WIDTH = 96
PAIRS = """
api key, access key, private key, public key, secret key, signing key, ssh key, host key, session key, license key,
spare key, house key, key pair, seed phrase, recovery phrase, secret phrase, pass phrase, recovery code, backup code,
security code, verification code, access code, door code, alarm code, lock code, source code, dress code, zip code,
access token, bearer token, session token, refresh token, auth token, security token, recovery key, backup key,
master key, master password, security question, maiden name, phone number, card number, account number, order number,
serial number, birth date, pin number, one time, log in, sign in, log on, two factor, environment variable,
connection string, text message, lock screen, secret words, twelve words, unlock pattern, fill in, read out,
read aloud, write down, hand over, send over, pass on, pass along, give away, type in, copy paste, look up,
set up, keep safe, give back, never share, do not, help desk, service desk, support team, password reset,
password manager, password dialog, credit card, bank account, email address, user name, private message, direct message
"""
"""Two words that mean together what neither does: names of secrets, of what is like one, and verbs of two words."""
_WORD = re.compile(r"[a-z]{2,24}")
Floats = npt.NDArray[np.float32]


def main() -> None:
    """Run the words through the model, make the vectors narrow, write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--to", type=Path, default=meaning.FILE, help="where to write")
    given = parser.parse_args()
    model = MiniLM(given.model)
    words = words_of(model.vocabulary)
    vectors = narrowed(model.vectors_of(words)) * _sizes(words)[:, None]
    meaning.write(given.to, words, vectors)
    size = given.to.stat().st_size
    sys.stdout.write(f"{given.to.name}: {len(words):,} words and pairs, {size:,} bytes\n")


def words_of(vocabulary: Sequence[str]) -> list[str]:
    """Our list of English words, the model's own whole words, the most frequent first; then pairs."""
    listed = resources.files("eclosion.monitor").joinpath("decoders/words.txt").read_text("utf-8")
    single = dict.fromkeys([*listed.split(), *vocabulary])
    words = [word for word in single if _WORD.fullmatch(word) or word in {"i", "a"}]
    return [*words, *sorted(pair.strip() for pair in PAIRS.split(","))]


def narrowed(vectors: Floats) -> Floats:
    """The first principal components, each row of length one."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    main_axes = axes[:, ::-1][:, :WIDTH]
    main_axes = main_axes * np.sign(main_axes[np.abs(main_axes).argmax(axis=0), range(WIDTH)])
    found = centred @ main_axes
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def _sizes(words: Sequence[str]) -> Floats:
    """How much a word says: the logarithm of its rank (Zipf), 1 for the rarest; pairs as the rarest."""
    ranks = np.log2(np.arange(len(words)) + 2.0)
    return np.asarray(ranks / ranks[-1], np.float32)


if __name__ == "__main__":
    main()
