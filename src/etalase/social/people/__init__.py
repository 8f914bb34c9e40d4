"""Hosts and viewers as the social plane knows them."""
