"""What an export gives: the content, and what the language cannot say of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from multifidus.errors import NotExpressible

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Generic[Content]):
    """The content of an export, and the gaps: each names the criterion and the reason."""

    content: Content
    gaps: tuple[NotExpressible, ...] = ()
