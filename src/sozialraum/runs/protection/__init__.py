"""Methods that make a plain table safe, or prove that it is: one TOML file and one Python file each."""
