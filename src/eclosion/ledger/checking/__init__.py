"""A runner of bounties: do the tests fail without a patch and pass with it?

What always holds: the repository itself is only read; the tests run in a copy that is gone afterwards, in a process
group that ends with them; and where bubblewrap works they see no network, no home and none of the caller's variables.
It refuses to know which bounty is worth it, and whether the tests are good ones.
"""
