"""Pages for people: HTML in one self-contained file each, from templates that escape everything put into them."""

from arflow.papers.pages.html_page import Made, render

__all__ = ["Made", "render"]
