"""Markup to a page: the text as a reader sees it, one block a line, and how the markup cut it."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dehusk.errors import TooLarge
from dehusk.page import Block, Image, Link, Page
from dehusk.read.declared import read_declared

MAX_NODES = 2_000_000  # of one page; past it a page is machine output, and is skipped
MAX_DEPTH = 256  # elements below this depth are read, but their paths no longer grow
MAX_STEP_WORDS = 4  # class words of one element in a path; sites made of utility classes carry dozens
MAX_IMAGES = 1000  # of one page
BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "noframes",
        "noscript",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
UNSEEN_TAGS = frozenset(
    [
        "script",
        "style",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "svg",
        "math",
        "iframe",
        "select",
        "textarea",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "datalist",
        "frame",
    ]
)
SPACE = re.compile("[ \t\n\r\f]+")  # what a browser folds; a no-break space stays
CLASS_WORD = re.compile(r"[A-Za-z_][\w-]{1,40}")
HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.I)


@dataclass(slots=True)
class _Open:
    """An element that the walk is inside of."""

    path: str
    tag: str
    hidden: bool
    target: str | None
    is_pre: bool
    unseen: bool


NOWHERE = _Open("", "", False, None, False, unseen=False)


class _Writer:
    """Collects pieces of text into blocks, white space folded."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.pieces: list[tuple[str, _Open]] = []
        self.ends_in_space = True

    def add(self, text: str, parent: _Open) -> None:
        """One text node of the block that is being written."""
        if parent.is_pre:
            self._add_pre(text, parent)
            return
        if text.isspace() and "\xa0" not in text:
            if not self.ends_in_space:
                self.pieces.append((" ", parent))
                self.ends_in_space = True
            return
        text = SPACE.sub(" ", text)
        if self.ends_in_space and text[0] == " ":
            text = text[1:]
        self.pieces.append((text, parent))
        self.ends_in_space = text[-1] == " "

    def _add_pre(self, text: str, parent: _Open) -> None:
        for number, line in enumerate(re.split("\r\n|\n|\r", text)):
            if number:
                self.close(parent, keep_space=True)
            if line:
                self.pieces.append((line, parent))
                self.ends_in_space = False

    def close(self, parent: _Open, *, keep_space: bool = False) -> None:
        """End the block, if anything is in it; `parent` is the block's own element."""
        pieces, self.pieces, self.ends_in_space = self.pieces, [], True
        if not pieces:
            return
        text = "".join([piece for piece, _ in pieces])
        text = text.rstrip() if keep_space else text.strip(" ")
        if not text or text.isspace():
            return
        start = self.length
        end = start + len(text)
        linked = self._add_links(pieces, start, end)
        path = pieces[0][1].path if pieces[0][1] is pieces[-1][1] else parent.path
        hidden = any(piece_parent.hidden for _, piece_parent in pieces)
        share = linked / (len(text) - text.count(" ")) if linked else 0.0
        self.blocks.append(Block(start, end, path, parent.tag, min(share, 1.0), hidden))
        self.lines.append(text)
        self.length = end + 1

    def _add_links(self, pieces: list[tuple[str, _Open]], start: int, end: int) -> int:
        """Note the links of a block; the number of its non-space characters inside links."""
        linked = 0
        for piece, parent in pieces:
            if parent.target is not None:
                inner = piece.strip()
                linked += len(inner) - inner.count(" ")
                at = start + len(piece) - len(piece.lstrip())
                if inner and at + len(inner) <= end:
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
            self.images.append(Image(self.length + sum(len(piece) for piece, _ in self.pieces), target, alt))


def read_html(markup: str, id: str, url: str | None = None) -> Page:
    """The page of this markup; raises `TooLarge` past the limit on nodes."""
    tree = LexborHTMLParser(markup)
    writer = _Writer()
    if (root := tree.body or tree.root) is not None:
        _walk(root, writer)
    return Page(
        id,
        "\n".join(writer.lines),
        tuple(writer.blocks),
        url,
        read_declared(tree),
        tuple(writer.links),
        tuple(writer.images),
        is_html=True,
    )


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Write the text below `root`, in one flat pass: an element is left when a node comes that is not inside it."""
    steps: dict[tuple[str | None, ...], str] = {}
    body = _open(root, NOWHERE, steps, grow=True)
    stack, keys = [body], [root.mem_id]
    homes = [body]  # the block elements among them
    for count, node in enumerate(root.traverse(include_text=True)):
        if not count:
            continue  # the root itself
        key = node.parent.mem_id
        while keys[-1] != key:
            keys.pop()
            if stack.pop() is homes[-1]:
                writer.close(homes.pop())
        above = stack[-1]
        if node.is_text_node:
            if not above.unseen:
                writer.add(node.text_content, above)
        elif node.is_element_node:
            here = _open(node, above, steps, grow=len(stack) < MAX_DEPTH)
            if here.tag in BLOCK_TAGS and not here.unseen:
                writer.close(homes[-1])
                homes.append(here)
            stack.append(here)
            keys.append(node.mem_id)
            if here.tag == "img" and not above.unseen:
                _see_image(node, writer)
            if count > MAX_NODES:
                raise TooLarge(f"more than {MAX_NODES} nodes")
    while homes:
        writer.close(homes.pop())


def _open(node: LexborNode, above: _Open, steps: dict[tuple[str | None, ...], str], *, grow: bool) -> _Open:
    """The element as the walk needs it: where it stands, and what it passes on to its text."""
    tag = node.tag or ""
    if above.unseen or tag in UNSEEN_TAGS:
        return _Open(above.path, tag, above.hidden, None, above.is_pre, unseen=True)
    given = node.attributes
    hidden, target, path = above.hidden, above.target, above.path
    if not given:
        step = tag
    else:
        key = (tag, given.get("id"), given.get("class"), given.get("role"), given.get("itemprop"))
        step = steps.get(key) or steps.setdefault(key, _step(*key))
        if "hidden" in given or ("style" in given and HIDING_STYLE.search(given["style"] or "")):
            hidden = True
        if tag == "a":
            target = given.get("href") or ""
    if grow:
        path = f"{path}>{step}" if path else step
    return _Open(path, tag, hidden, target, above.is_pre or tag == "pre", unseen=False)


def _step(tag: str, name: str | None, classes: str | None, role: str | None, item: str | None) -> str:
    """One element of a path, with the names its author gave it."""
    if name and CLASS_WORD.fullmatch(name):
        tag += f"#{name}"
    if classes:
        tag += "".join([f".{word}" for word in CLASS_WORD.findall(classes)[:MAX_STEP_WORDS]])
    for key, value in (("role", role), ("itemprop", item)):
        if value and CLASS_WORD.fullmatch(value):
            tag += f"[{key}={value}]"
    return tag


def _see_image(node: LexborNode, writer: _Writer) -> None:
    given = node.attributes
    if source := given.get("src") or given.get("data-src"):
        writer.add_image(source, given.get("alt") or "")
