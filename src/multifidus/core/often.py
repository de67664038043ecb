"""Classes of which many values are made for one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Made = TypeVar("_Made")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def made_often(cls: type[_Made]) -> type[_Made]:
    """
    Make a class of values that the type checker keeps from being changed.

    One determination makes some two hundred of them; a frozen dataclass, which keeps them so at
    run time as well, takes six times as long to make.
    """
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)
