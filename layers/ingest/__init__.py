"""Files that others send: found out, explained, and never trusted."""
