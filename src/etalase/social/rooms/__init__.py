"""Shows and their rooms: one numbered log each."""
