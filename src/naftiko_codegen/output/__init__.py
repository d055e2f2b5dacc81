"""Files → disk: what differs, and the whole new tree put in place of the old one in a single step."""
