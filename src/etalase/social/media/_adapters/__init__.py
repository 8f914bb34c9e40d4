"""Our own media engine: protocol servers, a thread and a task per stream, disk and database behind ports."""
