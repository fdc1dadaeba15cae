"""Okta's Python SDK against an org: a call is told in one line, and a refusal with the org's answer."""

import os
import unittest
from importlib.metadata import version

from okta.client import Client

# The SDK's own switch, which it reads of the environment or of `okta.yaml` alone: an org on this machine has no https.
os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"

NAME = f"okta {version('okta')}"


class Section(unittest.IsolatedAsyncioTestCase):
    """Calls that build on one another; the first that fails ends it."""

    def setUp(self):
        # What stands here wins over a developer's own `okta.yaml`, which may name a real org.
        self.client = Client({"orgUrl": os.environ["ORG_URL"], "token": os.environ["API_TOKEN"]})

    async def call(self, name, *args, **kwargs):
        """What the SDK makes of the answer to a call of it."""
        result, error = await self._made_of(name, args, kwargs)
        if error is not None:
            self.fail(f"{NAME}: {name}: {error}")
        print(f"ok  {NAME}: {name}", flush=True)
        return result

    async def gone(self, name, *args):
        """Sees that a call finds nothing."""
        _, error = await self._made_of(name, args, {})
        self.assertIn("E0000007", str(error), f"{NAME}: {name}")
        print(f"ok  {NAME}: {name} of what was deleted", flush=True)

    async def _made_of(self, name, args, kwargs):
        try:
            result, *_, error = await getattr(self.client, name)(*args, **kwargs)
        except Exception as exception:
            return None, f"the SDK cannot go on: {exception}"
        return result, error
