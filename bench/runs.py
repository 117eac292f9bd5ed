"""Many systems over many pages, each page by weights that did not see its site."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

from bench.folds import Predictor, assign
from bench.peers import PAGE_SECONDS, Peer, Ran, run_over

SLOWEST = "newspaper4k"  # begun first, so that the others get done beside it


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that systems are asked about."""

    key: str
    site: str
    data: str


def run_peer(
    peer: Peer, pages: Sequence[Asked], predictors: Sequence[Predictor], page_seconds: float = PAGE_SECONDS
) -> Ran:
    """What a system makes of the pages; one that labels is run once for each predictor. Raises `Leak`."""
    if not peer.labels:
        return run_over(peer, {page.key: page.data for page in pages}, page_seconds)
    ran = Ran(peer)
    for predictor, share in assign(predictors, pages):
        own = replace(peer, arguments=(*peer.arguments, *predictor.arguments))
        part = run_over(own, {page.key: page.data for page in share}, page_seconds)
        refusal = ran.refusal or part.refusal
        ran = Ran(peer, {**ran.outcomes, **part.outcomes}, part.version or ran.version, refusal)
    return ran


def run_all(peers: Iterable[Peer], pages: Sequence[Asked], predictors: Sequence[Predictor], jobs: int) -> Iterator[Ran]:
    """What each system makes of the pages, as they get done; `jobs` at a time, so nothing here is timed."""
    with ThreadPoolExecutor(jobs) as pool:
        ordered = sorted(peers, key=lambda peer: peer.name != SLOWEST)
        waiting = {pool.submit(run_peer, peer, pages, predictors) for peer in ordered}
        for done in as_completed(waiting):
            waiting.discard(done)  # what it made is large
            yield done.result()
