"""credscore inside other people's pipelines: Arrow, files, Spark, scikit-learn, spaCy."""
