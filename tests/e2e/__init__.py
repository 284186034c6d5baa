"""e2e: the packaged, deployed Beckon, from an HTTP call to an e-mail, in an emulated AWS account."""
