"""From a request to an answer, page by page."""
