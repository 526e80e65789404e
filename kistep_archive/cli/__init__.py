"""The command line: commands, their options, and how answers look in a terminal."""
