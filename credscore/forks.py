"""A fork waits until nothing is half loaded and nothing is half noted.

A child process has only the thread that forked. A lock that another thread held at that moment
stays locked in it for good, the locks of modules on their way in among them. So what is loaded at
first use is loaded under ``loading``, and ``os.fork`` takes that lock before it copies anything.
"""

from __future__ import annotations

import os
from _thread import RLock  # `threading` would cost `import credscore` a millisecond

__all__ = ["loading"]

loading = RLock()

if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(
        before=loading.acquire, after_in_parent=loading.release, after_in_child=loading.release
    )
