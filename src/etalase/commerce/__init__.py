"""The till: shops, stock, orders, money. It knows nothing of rooms, video or viewers."""
