"""conditions: the one language in which rules ask about events, customers and carts: JMESPath (https://jmespath.org)."""
