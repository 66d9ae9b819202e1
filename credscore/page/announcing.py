"""Words that announce an author on a page, in the languages whose news pages were read.

Alternations for regular expressions, to be used ignoring case.
"""

from __future__ import annotations

__all__ = ["BY", "LABEL", "WRITTEN"]

BY = r"(?:by|von|par|por|di|door|av|af|przez)"
# Before "by".
WRITTEN = (
    r"(?:written|posted|published|reported|reviewed|edited|story|words|article|text|submitted|"
    r"geschrieben|verfasst|veröffentlicht|erstellt|eingestellt|gepostet|ein\w*\s+\w+|"
    r"blog\s+beitrag|beitrag|artikel|publi[ée]|publicado|escrito|scritto|rédigé)"
)
# Before a colon.
LABEL = (
    r"(?:text(?:\s+und\s+fotos?)?|texte|texto|tekst|teksti|words|story|authors?|"
    r"autor(?:in|en|innen|es|a)?|auteure?s?|autore|autori|autrice|verfasser(?:in)?|redaktion|"
    r"redakteur(?:in)?|reporter|writer|bericht|interview|protokoll|recherche|yazan|автор|текст|"
    r"文|著者|作者|記者|筆者|執筆)"
)
