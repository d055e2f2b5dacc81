"""Files of this machine that a server shows."""
