"""Decoders: what an encoded part of a text says, for every detector that must not be blinded by an encoding."""
