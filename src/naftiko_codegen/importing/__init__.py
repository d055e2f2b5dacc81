"""An OpenAPI document → capabilities, one for each of its tags."""
