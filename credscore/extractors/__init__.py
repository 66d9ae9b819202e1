"""One folder an extractor; `credscore.registry` finds them."""
