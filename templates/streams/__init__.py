"""Replies that come in parts: events and lines, each with a type."""
