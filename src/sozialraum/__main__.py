"""`python -m sozialraum` is the command `sozialraum`."""

from sozialraum.cli import main

main()
