"""The control server: what runs, how it does, and what may be changed while it runs."""
