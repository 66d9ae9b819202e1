"""Values that are worked out when first looked at, without a lock that a fork could inherit."""

from __future__ import annotations

import functools
from typing import Self, TypeVar, overload

__all__ = ["cached_property"]

T_co = TypeVar("T_co", covariant=True)


class cached_property(functools.cached_property[T_co]):  # noqa: N801  used as `property` is
    """As that of functools from Python 3.12 on; 3.11's takes a lock, one for all instances.

    Two threads may both work a value out; both then see the one that was done first.
    """

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T_co: ...
    def __get__(self, instance: object, owner: type | None = None) -> Self | T_co:
        if instance is None:
            return self
        name = self.attrname
        if name is None:
            raise TypeError("a cached property needs a name: assign it in a class")
        value: T_co = instance.__dict__.setdefault(name, self.func(instance))
        return value
