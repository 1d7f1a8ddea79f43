"""Methods that ask of a plain table how areas differ: one TOML file and one Python file each."""
