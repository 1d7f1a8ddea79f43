"""The web workbench: a Django project that shows the newest release of a workspace; nothing else of it is ever read."""

from sozialraum.web.serving import serve

__all__ = ["serve"]
