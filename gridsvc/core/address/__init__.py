"""Chinese addresses: read as they are written, matched by structure, never guessed.

`text` brings to one spelling, `numbers` takes house numbers apart, `lexicon` finds known
names, `reading` weighs how well they explain a text, `choice` decides. Nothing here reads a
table; houses are looked up by whoever asks.
"""
