"""The languages of a statement."""

from __future__ import annotations

from oracle.app.statement.english import ENGLISH
from oracle.app.statement.german import GERMAN

LANGUAGES = {texts.language: texts for texts in (ENGLISH, GERMAN)}
