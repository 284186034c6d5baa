"""channels: HOW a message reaches a person. One channel, one file: a pure translator, message to request and callback to receipt."""
