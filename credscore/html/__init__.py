"""Pages for readers: one self-contained HTML file each, of an article or of a comparison.

Jinja2 escapes everything; charts are templated SVG. The page loads nothing, and its content
security policy names the hashes of its own style and script, so text from an article cannot run.
"""
