"""The next edit: what the user is likely to change next, from what was just changed."""
