"""Scripts that drive one client each; run by the client's own interpreter, never imported by the tests."""
