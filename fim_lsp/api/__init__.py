"""Talking to models; knows nothing of editors."""
