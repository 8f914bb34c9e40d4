"""Pages: small controllers around the contexts, rendered on the server."""
