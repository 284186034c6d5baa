"""dynamodb: the stores on DynamoDB. Every key stands in keys.py, every access pattern in infra/README.md."""
