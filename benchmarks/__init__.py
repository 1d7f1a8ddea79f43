"""Timed runs on generated sizes, side by side with a plain pandas version of the same work: `python -m benchmarks`.

Every other file here is one benchmark (`analysis.py` is a group of them). Its docstring's first line is the title, and it has

    AIM = "at least 5 times faster"       # what the product wants to reach; a text for the reader
    def prepare(folder: Path) -> None     # writes the input for both sides; not timed
    def ready(folder: Path) -> object     # optional: what each side may load beforehand; not timed
    def ours(given) -> object             # the product
    def plain(given) -> object            # optional: the same work with plain pandas
    PEER = "segregation"                  # optional: a package of the field, and
    def peer(given) -> object             #   the same work with it; it replaces `plain` where it is installed
    LOADED = ("segregation.local",)       # optional: its modules, loaded before the time runs
    RUNS = {"ours": 5}                    # optional: how often a side is run; the one of median time counts
    COMPARED = False                      # optional: the package's answer is another one, for a reason the file tells
    FLOORS = {"times": 50}                # optional: least ratio to the package; most CPU `seconds`; most `more_mb` of memory

`given` is what `ready` gave back, or the folder. Both sides return the numbers that must agree (a number, or a list or
dictionary of numbers), so that nobody compares the speed of different answers. Each side runs in a process of its own.
"""
