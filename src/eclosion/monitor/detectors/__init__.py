"""The detectors, a folder each: what one looks for, how it decides, and the tables that it learned.

Each folder is named for its class in lower case (``ciphers`` holds ``Ciphers``), and is loaded when it is first used:
some bring numpy or Hyperscan.
"""
