"""What a segment, a window, a stream key and a recording are. No I/O."""
