"""The language-neutral model of operations, and the passes that lower documents into it."""
