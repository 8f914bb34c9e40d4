"""Sign-in and sessions. Each plane has its own copy of these tables."""
