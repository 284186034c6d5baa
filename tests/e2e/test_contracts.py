"""test_contracts: the stores keep their contracts also on the emulator's DynamoDB, which is stricter than moto in other places.

The same tests as in tests/contracts; conftest gives them tables in an emulated account of their own.
"""

# ruff: noqa: F403
import pytest

from ..contracts.test_coupons import *
from ..contracts.test_customers import *
from ..contracts.test_decisions import *
from ..contracts.test_deliveries import *
from ..contracts.test_events import *
from ..contracts.test_identifiers import *
from ..contracts.test_outbox import *
from ..contracts.test_parking import *
from ..contracts.test_sources import *
from ..contracts.test_stream_records import *
from ..contracts.test_suppressions import *

pytestmark = pytest.mark.e2e
