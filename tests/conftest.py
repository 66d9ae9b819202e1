"""What every test may rely on: no network, repeatable examples, and where the data lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every run and machine; HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None)  # noqa: S104  a look-up


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None  # None: a Unix socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host not in LOOPBACK:
        raise RuntimeError(f"a test reached for the network: {event} {host!r}")


sys.addaudithook(_refuse_network)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the built wheel come last: they are slow, and say little while others fail."""
    items.sort(key=lambda item: item.get_closest_marker("wheel") is not None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything should be installed (``CREDSCORE_COMPLETE=1``), a test that was skipped
    because a package is missing fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CREDSCORE_COMPLETE") != "1" or reporter is None:
        return
    missing = [
        r for r in reporter.stats.get("skipped", ()) if "could not import" in str(r.longrepr)
    ]
    for report in missing:
        reporter.write_line(f"FAILED {report.nodeid}: skipped for a missing package", red=True)
    if missing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Research data that is not part of the project; tests that need it are skipped without it."""
    folder = Path(os.environ.get("CREDSCORE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no research data: set CREDSCORE_DATA to its folder")
    return folder


# Written for these tests; town, people and figures are made up.
ARTICLE = """\
Harbour bridge to close for repairs until spring

By Maren Holt

WESTERHAVEN, Oct. 3 - The bridge over the old harbour will close to cars on Monday after
inspectors found cracks in two of its six bearings, the city's works department said.

"We would rather close it for five months than for good," said Ines Okafor, the department's chief
engineer, at a news conference on Thursday. The repair is expected to cost 4.2 million crowns,
according to a contract published on the city's website.

About 11,000 vehicles cross the bridge on a weekday, a traffic count from May shows. Buses will be
sent over the ring road, which may add up to 15 minutes to a journey, the transport company said
in a statement.

Shop owners on the north bank fear for their trade. "In the last closure we lost a third of our
customers," said Tomas Reyl, who runs a bakery there. The council will vote next week on whether to
compensate them, said its speaker, Lea Brandt. She declined to name a sum.

The bridge was built in 1961 and last repaired in 1998.
"""


@pytest.fixture
def article() -> str:
    """A short news report that every scorer should be able to judge."""
    return ARTICLE


@pytest.fixture
def article_file(tmp_path: Path) -> Path:
    """The same report as a file."""
    path = tmp_path / "bridge.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path
