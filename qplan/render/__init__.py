"""Room: report to text. In: nouns of the hall. Out: strings in a chosen format; nothing is written or computed here."""

from __future__ import annotations

from qplan.render.base import Format, Options, Page, Renderer, renderer

__all__ = ["Format", "Options", "Page", "Renderer", "renderer"]
