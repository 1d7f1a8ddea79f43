"""How the workbench runs: its process and settings, what every answer carries, its log and its counts."""
