"""Gates side by side: ours and other reverse CAPTCHAs, each as a server of its own, under the same attacks in one run.

Peers are driven by their public API, or by their address if they are no Python package. None is installed or built
by anything in here, and one that is not installed is left out and said to be. See docs/gate-comparison.md.

    python -m benchmarks.gates --out gates.json
"""
