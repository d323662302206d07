"""`python -m fim_lsp` is `fim-lsp`."""

from .cli import main

if __name__ == "__main__":
    main()
