"""What the commands do, without a command line: settings in, exit code out."""
