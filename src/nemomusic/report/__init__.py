"""Write a report about many finished videos: an HTML page and JSON Lines.

    from nemomusic.report import timeline_svg

`timeline_svg` draws one timeline with the energy of its music; `Report` collects rows and writes
the page.
"""

from __future__ import annotations

from nemomusic._annotations import prepare_all
from nemomusic.report.row import ReportRow
from nemomusic.report.timeline_drawing import timeline_svg
from nemomusic.report.writer import Report

__all__ = ["Report", "ReportRow", "timeline_svg"]

prepare_all(globals())
