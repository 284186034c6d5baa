"""hostile: whatever anybody sends, nothing hurts."""
