"""asked_of_catalog: which products a world asks its catalog for."""

from typing import Any

from chalicelib.backtest.world import World


def asked_of(world: World) -> list[list[str]]:
    """A list that grows by the keys of every request from now on."""
    asked: list[list[str]] = []
    plain = world.products.find

    def find(keys: Any) -> Any:
        asked.append(list(keys))
        return plain(asked[-1])

    world.products.find = find  # type: ignore[method-assign]
    return asked
