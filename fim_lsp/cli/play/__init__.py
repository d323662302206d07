"""What `fim-lsp try` plays: a real editing session with a real server process."""
