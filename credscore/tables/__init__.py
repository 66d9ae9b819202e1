"""Tables of articles on disk: Parquet, JSON lines, CSV, packed or not; read row by row.

``files`` says what a file is and opens it, ``readers`` and ``parquet`` make rows of it. Both the
comparison and the pipelines read through here.
"""
