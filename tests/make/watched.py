"""Looking on while forms are read: which fields a handler asks for."""

from typing import Any

import pytest
from litestar.datastructures import FormMultiDict

from etalase.web._request import HouseRequest


class Watched(FormMultiDict):
    """A form that remembers which of its fields were asked for."""

    asked: set[str]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the first field of this name."""
        self.asked.add(key)
        return super().get(key, default)

    def getall(self, key: str, default: Any = None) -> Any:
        """Return all fields of this name."""
        self.asked.add(key)
        return super().getall(key, default)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


def look_on(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set into which goes the name of each field that is asked for."""
    names: set[str] = set()
    read = HouseRequest.form

    async def form(self: HouseRequest) -> FormMultiDict:
        watched = Watched(await read(self))
        watched.asked = names
        return watched

    monkeypatch.setattr(HouseRequest, "form", form)
    return names
