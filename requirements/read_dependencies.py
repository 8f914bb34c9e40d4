"""Hatch reads the run-time dependencies from runtime.in, so that they are written down once."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RuntimeRequirements(MetadataHookInterface):
    """Fills the dependencies of the wheel."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set dependencies to the lines of runtime.in, in their order."""
        listed = Path(self.root, "requirements", "runtime.in").read_text(encoding="utf-8")
        metadata["dependencies"] = [line for line in listed.splitlines() if line and not line.startswith("#")]
