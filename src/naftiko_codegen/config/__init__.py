"""What a user may set in a file: found, parsed, checked, with the line of every mistake."""
