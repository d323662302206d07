"""What `workspace/executeCommand` runs."""
