"""sdks: the SDKs for Node and for browsers as clients."""
