"""Checked documents → frozen views of what they say."""
