"""`python -m fim_lsp.echo` is the child process that holds the index."""

from .child import main

if __name__ == "__main__":
    main()
