"""Templates compiled once in a process, for the environments of both planes and of every test."""

from typing import ClassVar

from jinja2.bccache import Bucket, BytecodeCache


class CompiledOnce(BytecodeCache):
    """Keeps what a template was compiled to, as long as its source is the same.

    Environments that share this must be made with the same options.
    """

    _compiled: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of the template; Jinja compares the source."""
        if (known := self._compiled.get(bucket.key)) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()
