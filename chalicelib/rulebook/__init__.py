"""rulebook: what marketers write: rules, templates, the brand; read, checked and indexed. Nothing in it changes once loaded."""
