"""Servers of a package → the files that run them in containers; the only folder that knows Docker and Kubernetes."""
