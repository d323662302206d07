"""What `fim-lsp doctor` looks at, and the calls it makes."""
