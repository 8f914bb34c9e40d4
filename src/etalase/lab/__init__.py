"""Synthetic shows and markets, driven through the same doors as users: HTTP, WebSocket, RTMP.

Nothing in here reads or writes a database, or calls a context's command.
"""
