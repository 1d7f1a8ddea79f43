"""Administration: accounts and roles, the log, and the words for them."""
