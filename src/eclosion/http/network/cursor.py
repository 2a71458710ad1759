"""Cursors of lists, as the routes know them; pages share them."""

from eclosion.app.cursors import decode_cursor, encode_cursor

__all__ = ["decode_cursor", "encode_cursor"]
