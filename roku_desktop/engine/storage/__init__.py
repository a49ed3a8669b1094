"""Everything that lasts: one SQLite file under ROKU_HOME, behind the port `Store`.

`store.SqliteStore` is the name others use. peewee is touched in this room and nowhere else. Its modules
are loaded when they are first named, as in `storage.runs`: importing the package brings neither peewee
nor SQLite, and opening an up-to-date home brings SQLite alone.
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        try:
            return import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{name}":
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
