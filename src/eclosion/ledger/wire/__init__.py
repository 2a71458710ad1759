"""The words of the paying protocols: what they look like on the wire, and what their signatures cover.

Pure: bytes and numbers in, structs out, no clock, no store, no connection. What always holds: everything that comes in
is bounded before it is decoded, and what does not fit a form is refused with a name (``refusals``).
"""
