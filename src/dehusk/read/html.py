"""Markup to a page: the text as a reader sees it, one block a line, and how the markup cut it."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dehusk.errors import TooLarge
from dehusk.page import Block, Image, Link, Page
from dehusk.read.declared import read_declared

MAX_NODES = 2_000_000  # of one page; past it a page is machine output, and is skipped
MAX_OPEN = 10_000  # elements of one kind left open; the parser's time grows with the square of them
NESTING = ("div", "ul", "ol", "dl", "section", "article", "blockquote", "center", "form", "p", "li", "DIV")
MAX_DEPTH = 256  # elements below this depth are read, but their paths no longer grow
MAX_STEP_WORDS = 4  # class words of one element in a path; sites made of utility classes carry dozens
MAX_IMAGES = 1000  # of one page
# fmt: off
BLOCK_TAGS = frozenset([
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "label", "legend", "li", "main", "menu", "nav", "noframes", "noscript", "ol",
    "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])
UNSEEN_TAGS = frozenset([
    "script", "style", "template", "head", "title", "meta", "link", "base", "svg", "math", "iframe", "select",
    "textarea", "object", "embed", "canvas", "audio", "video", "map", "datalist", "frame",
])
# fmt: on
LINE_BREAK = re.compile("\r\n|\n|\r")
SPACE = re.compile("[ \t\n\r\f]+")  # what a browser folds; a no-break space stays
CLASS_WORD = re.compile(r"[A-Za-z_][\w-]{1,40}")
HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.I)


class _Open:
    """An element that the walk is inside of; its path is worked out when it is first asked for."""

    __slots__ = ("above", "given", "hidden", "is_block", "is_pre", "known_path", "tag", "target")

    def __init__(self, tag: str, given: Mapping[str, str | None], above: "_Open | None") -> None:
        self.tag = tag
        self.given = given
        self.above = above
        self.is_block = tag in BLOCK_TAGS
        self.known_path: str | None = None
        if above is None:
            self.hidden, self.target, self.is_pre = False, None, False
        else:
            self.hidden, self.target, self.is_pre = above.hidden, above.target, above.is_pre
        if given and ("hidden" in given or ("style" in given and HIDING_STYLE.search(given["style"] or ""))):
            self.hidden = True
        if tag == "a":
            self.target = given.get("href") or ""
        elif tag == "pre":
            self.is_pre = True

    @property
    def path(self) -> str:
        """The steps from the body down to the element, no more than `MAX_DEPTH`."""
        waiting: list[_Open] = []
        at: _Open | None = self
        while at is not None and at.known_path is None:
            waiting.append(at)
            at = at.above
        path = at.known_path or "" if at is not None else ""
        for element in reversed(waiting):
            given = element.given
            if given:
                step = _step(element.tag, given.get("id"), given.get("class"), given.get("role"), given.get("itemprop"))
            else:
                step = element.tag
            if path.count(">") < MAX_DEPTH:
                path = f"{path}>{step}" if path else step
            element.known_path = path
        return path


class _Writer:
    """Collects pieces of text into blocks, white space folded."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.pieces: list[str] = []
        self.parents: list[_Open] = []
        self.ends_in_space = True

    def enter(self, here: _Open, homes: list[_Open]) -> None:
        """An element begins; one of `homes` if it sets its text apart."""
        if here.is_block:
            self.close(homes[-1])
            homes.append(here)
        elif here.tag == "img" and (source := here.given.get("src") or here.given.get("data-src")):
            self.add_image(source, here.given.get("alt") or "")

    def see(self, text: str, parent: _Open) -> None:
        """One text node; white space alone at the start of a block, as between most tags, is passed over at once."""
        if not (self.ends_in_space and text.isspace() and "\xa0" not in text) or parent.is_pre:
            self.add(text, parent)

    def add(self, text: str, parent: _Open) -> None:
        """One text node of the block that is being written."""
        if parent.is_pre:
            self._add_pre(text, parent)
            return
        if text.isspace() and "\xa0" not in text:
            text = " "
        else:
            text = SPACE.sub(" ", text)
            if self.ends_in_space and text[0] == " ":
                text = text[1:]
        self.pieces.append(text)
        self.parents.append(parent)
        self.ends_in_space = text[-1] == " "

    def _add_pre(self, text: str, parent: _Open) -> None:
        for number, line in enumerate(LINE_BREAK.split(text)):
            if number:
                self.close(parent)
            if line:
                self.pieces.append(line)
                self.parents.append(parent)
                self.ends_in_space = False

    def close(self, parent: _Open) -> None:
        """End the block, if anything is in it; `parent` is the block's own element."""
        if not self.pieces:
            return
        pieces, parents = self.pieces, self.parents
        self.pieces, self.parents, self.ends_in_space = [], [], True
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        text = text.rstrip() if parents[0].is_pre else text.strip(" ")
        if not text or text.isspace():
            return
        start, end = self.length, self.length + len(text)
        share, hidden = 0.0, parents[0].hidden
        if len(parents) > 1:
            hidden = any(piece_parent.hidden for piece_parent in parents)
        if any(piece_parent.target is not None for piece_parent in parents):
            linked = self._add_links(pieces, parents, end)
            share = min(linked / (len(text) - text.count(" ")), 1.0)
        path = parents[0].path if parents[0] is parents[-1] else parent.path
        self.blocks.append(Block(start, end, path, parent.tag, share, hidden))
        self.lines.append(text)
        self.length = end + 1

    def _add_links(self, pieces: list[str], parents: list[_Open], end: int) -> int:
        """Note the links of a block; the number of its non-space characters inside links."""
        linked, start = 0, self.length
        for piece, parent in zip(pieces, parents, strict=True):
            inner = piece.strip()
            if parent.target is not None and inner:
                linked += len(inner) - inner.count(" ")
                at = start + len(piece) - len(piece.lstrip())
                if at + len(inner) <= end:
                    self._add_link(Link(at, at + len(inner), parent.target))
            start += len(piece)
        return linked

    def _add_link(self, link: Link) -> None:
        last = self.links[-1] if self.links else None
        if last and last.target == link.target and link.start - last.end <= 1:
            link = Link(last.start, link.end, link.target)
            self.links.pop()
        self.links.append(link)

    def add_image(self, target: str, alt: str) -> None:
        """An image, which stands before what is written next."""
        if len(self.images) < MAX_IMAGES:
            self.images.append(Image(self.length + sum(map(len, self.pieces)), target, alt))


def read_html(markup: str, id: str, url: str | None = None) -> Page:
    """The page of this markup; raises `TooLarge` past the limit on nodes."""
    if markup.count("<") > MAX_OPEN and max(map(partial(_left_open, markup), NESTING)) > MAX_OPEN:
        raise TooLarge(f"more than {MAX_OPEN} elements inside one another")
    tree = LexborHTMLParser(markup)
    writer = _Writer()
    declared = read_declared(tree)
    tree.strip_tags(list(UNSEEN_TAGS))
    if (root := tree.body or tree.root) is not None:
        _walk(root, writer)
    return Page(
        id,
        "\n".join(writer.lines),
        tuple(writer.blocks),
        url,
        declared,
        tuple(writer.links),
        tuple(writer.images),
        is_html=True,
    )


def _left_open(markup: str, tag: str) -> int:
    """How many elements of this kind are opened and never closed, about."""
    return markup.count(f"<{tag}>") + markup.count(f"<{tag} ") - markup.count(f"</{tag}")


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Write the text below `root`, in one flat pass: an element is left when a node comes that is not inside it."""
    stack, keys = [_Open(root.tag or "", root.attributes, None)], [root.mem_id]
    homes = stack[:]  # the block elements among them
    nodes = root.traverse(include_text=True)
    next(nodes)
    for node in islice(nodes, MAX_NODES):
        key = node.parent.mem_id  # type: ignore[union-attr]  # only the root has no parent
        while keys[-1] != key:
            keys.pop()
            if stack.pop().is_block:
                writer.close(homes.pop())
        tag = node.tag or ""
        if tag == "-text":
            writer.see(node.text_content or "", stack[-1])
        elif tag and tag[0] not in "-!":  # comments and the like are no elements
            here = _Open(tag, node.attributes, stack[-1])
            writer.enter(here, homes)
            stack.append(here)
            keys.append(node.mem_id)
    if next(nodes, None) is not None:
        raise TooLarge(f"more than {MAX_NODES} nodes")
    while homes:
        writer.close(homes.pop())


@lru_cache(maxsize=65536)
def _step(tag: str, name: str | None, classes: str | None, role: str | None, item: str | None) -> str:
    """One element of a path, with the names its author gave it."""
    step = tag
    if name and CLASS_WORD.fullmatch(name):
        step += f"#{name}"
    if classes:
        step += "".join([f".{word}" for word in CLASS_WORD.findall(classes)[:MAX_STEP_WORDS]])
    for key, value in (("role", role), ("itemprop", item)):
        if value and CLASS_WORD.fullmatch(value):
            step += f"[{key}={value}]"
    return step
