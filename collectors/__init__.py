"""From devices to samples."""
