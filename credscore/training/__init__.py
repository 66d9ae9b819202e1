"""Training and evaluation: the only code that imports scikit-learn. Never needed for scoring."""
