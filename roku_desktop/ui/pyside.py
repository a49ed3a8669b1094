"""Loads PySide without what this program has no use for. Called by `app.py` before the window.

Two things that PySide does at its own start are put off or taken back:

- What it knows of signatures (for the message of a `TypeError`, for `__doc__`) are modules that come
  as source and are compiled at every start, a tenth of ours. Here each is compiled when something
  first asks it for a name.
- It replaces `builtins.__import__` by a Python function that looks at every import of the process
  for `from __feature__ import …`. That costs a twentieth of the start, and something ever after.
"""

from __future__ import annotations

import builtins
import sys
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Final, SupportsIndex, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec

    from _typeshed.importlib import MetaPathFinderProtocol

# `mapping` is not among them: PySide's C++ looks into its dictionary, past any `__getattr__`.
_AT_FIRST_USE: Final = frozenset(
    f"shibokensupport.signature.{name}"
    for name in ("errorhandler", "layout", "lib.enum_sig", "lib.pyi_generator", "parser")
)


def load_pyside() -> None:
    finders = sys.meta_path
    sys.meta_path = _Finders(finders)
    try:
        import PySide6.QtCore  # noqa: F401  # which also replaces `import`
    finally:
        sys.meta_path = finders
    original = getattr(builtins, "__orig_import__", None)  # where PySide keeps what it replaced
    if original is not None:
        builtins.__import__ = original


class _Finders(list["MetaPathFinderProtocol"]):
    """`sys.meta_path` with ours at its head, also when PySide puts one there while it is loaded."""

    def __init__(self, finders: Sequence[MetaPathFinderProtocol]) -> None:
        super().__init__([_PutOff(self), *finders])

    def insert(self, index: SupportsIndex, finder: MetaPathFinderProtocol) -> None:
        super().insert(max(1, int(index)), finder)


class _PutOff:
    """Finds the modules of `_AT_FIRST_USE` where all others do, but lets their code wait."""

    def __init__(self, finders: _Finders) -> None:
        self._finders = finders

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _AT_FIRST_USE:
            return None
        others = (finder for finder in self._finders if finder is not self)
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = cast("Loader", _PutOffLoader(spec.loader))
        return spec


class _PutOffLoader:
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _PutOffModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["_put_off"] = (module.__name__, self._loader)


_executing = RLock()


class _PutOffModule(ModuleType):
    """A module whose code runs at the first look at something that only its code makes.

    `importlib.util.LazyLoader`'s runs at any look, and PySide looks at the spec of each at once, to
    publish it under a second name.
    """

    def __getattr__(self, name: str) -> object:
        with _executing:
            put_off = self.__dict__.pop("_put_off", None)
            spec = self.__spec__
            if put_off is not None and spec is not None:
                published, (spec.name, loader) = spec.name, put_off
                try:
                    loader.exec_module(self)
                finally:
                    spec.name = published
        return super().__getattribute__(name)
