"""Video in, low-latency segments out, recordings."""
