"""The only code of this part that runs queries."""
