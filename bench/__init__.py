"""Paired measurements of the compiler and of what it generates against peers; `python -m bench` runs them."""
