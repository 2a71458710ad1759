"""Paid requests: how many a second, what the defence costs, and nine published attacks, beside the official middleware.

python -m benchmarks.x402                              ours alone
python -m benchmarks.x402 --peer /path/to/python       beside an interpreter that has x402[fastapi,evm]==2.25.0
"""
