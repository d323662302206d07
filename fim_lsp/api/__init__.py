"""Requests to models over HTTP; nothing here knows of editors."""
