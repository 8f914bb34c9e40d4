"""How fast one viewer, or a whole room, may go: a bucket that fills with time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `burst` at once, and `per_second` in the long run."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left of a burst, as of a moment (Unix milliseconds)."""

    left: float
    at: int


def take(bucket: Bucket | None, pace: Pace, now: int, amount: float = 1.0) -> tuple[Bucket, float]:
    """Return the bucket after taking, and 0; or the bucket untouched, and the seconds to wait."""
    if bucket is None:
        bucket = Bucket(pace.burst, now)
    elapsed_seconds = max(0, now - bucket.at) / 1000
    left = min(pace.burst, bucket.left + elapsed_seconds * pace.per_second)
    if left < amount:
        return Bucket(left, now), (amount - left) / pace.per_second
    return Bucket(left - amount, now), 0.0
