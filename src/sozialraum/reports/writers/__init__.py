"""Writers: one document, several formats. Each takes a Document and a path and writes the file whole or not at all."""

from sozialraum.reports.writers.html import html, write_html
from sozialraum.reports.writers.pdf import pdf, write_pdf

__all__ = ["html", "pdf", "write_html", "write_pdf"]
