"""sdks: the real SDKs of shops as clients."""
