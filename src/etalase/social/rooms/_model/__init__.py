"""What a show and its room are, and how they change. No I/O."""
