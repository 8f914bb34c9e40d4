"""What every room of the house speaks: money, ids, time, refusals, events. Standard library only."""
