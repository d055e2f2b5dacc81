"""Replies that are pages of a list."""
