"""Scripts of steps, each run in a process of its own."""
