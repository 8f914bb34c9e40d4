"""What payments decides, without asking anyone."""
