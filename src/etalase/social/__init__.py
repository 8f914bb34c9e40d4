"""The window: people, rooms, video. It knows nothing of carts, orders or money."""
