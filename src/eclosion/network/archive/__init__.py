"""Archives of Moltbook: bringing one in, and writing ours out in the same shape.

An archive is a folder of JSON Lines files packed with xz (``jan2026_posts.jsonl.xz``). Its texts are hostile:
whatever they hold, an import ends with a report, and never halfway through a batch.
"""
