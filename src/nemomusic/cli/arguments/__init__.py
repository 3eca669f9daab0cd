"""The parser of the command line, and the arguments of each command."""
