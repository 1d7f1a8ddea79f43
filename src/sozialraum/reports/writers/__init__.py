"""Writers: one document, several formats. Each takes a Document and a path and writes the file whole or not at all."""

from sozialraum.reports.writers.html import body, html, markup, pictured, stylesheet, write_html
from sozialraum.reports.writers.pdf import pdf, png, write_pdf

__all__ = ["body", "html", "markup", "pdf", "pictured", "png", "stylesheet", "write_html", "write_pdf"]
