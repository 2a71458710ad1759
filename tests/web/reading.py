"""A page as a browser would take it apart: which elements and attributes there are."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}
OPTIONAL = {"li", "p", "dt", "dd", "option", "tr", "td", "th"}


class Elements(HTMLParser):
    """The elements of a page, in order; ``unbalanced`` are the tags that were closed out of turn or never."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.unbalanced: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.unbalanced.append(tag)
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all elements of a kind."""
        return [attributes for name, attributes in self.found if name == tag]

    @property
    def text(self) -> str:
        """What there is to read."""
        return " ".join(" ".join(self.words).split())
