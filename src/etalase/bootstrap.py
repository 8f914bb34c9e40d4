"""The only wiring: settings -> pools -> contexts -> ASGI app of one or both planes."""
