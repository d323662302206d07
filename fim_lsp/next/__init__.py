"""The next edit: what the user is likely to change next, after the last changes."""
