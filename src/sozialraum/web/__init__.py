"""The web workbench: a Django project that shows the newest release of a workspace; nothing else of it is ever read."""

from sozialraum.web.server.serving import first_free, serve

__all__ = ["first_free", "serve"]
