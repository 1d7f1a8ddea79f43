"""`python -m sozialraum` is the command `sozialraum`."""

from sozialraum.cli import main

if __name__ == "__main__":  # a process that the server begins anew reads this file, too
    main()
