"""The embedded engine: completes from the workspace's own repetitions."""
