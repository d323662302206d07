"""The language server protocol, and nothing but."""
