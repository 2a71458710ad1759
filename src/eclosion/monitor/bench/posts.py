"""Reads posts and comments of a forum from JSON Lines, compressed by xz."""

from __future__ import annotations

import json
import lzma
from pathlib import Path


def read_posts(file: Path, most: int) -> list[str]:
    """Title and content of each, up to ``most``, without exact repeats and empty ones.

    Raises:
        FileNotFoundError: the file is not there.
    """
    texts: dict[str, None] = {}
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            post = json.loads(line)
            text = f"{post.get('title') or ''}\n{post.get('content') or ''}".strip()
            if text:
                texts[text] = None
            if len(texts) >= most:
                break
    return list(texts)
