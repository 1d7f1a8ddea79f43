"""Jobs: ordered by a page, run by the worker in a process of their own that can be stopped, watched with a bar."""
