"""Our own media engine: three protocol servers, one remuxing thread and one task per stream."""
