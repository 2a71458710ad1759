"""What can be done on the network: one module a subject, one function a use case."""
