"""What several packages offer together, besides tools."""
