"""lint: everything wrong with a rules folder, each finding in one line that says where and what to do."""

from .document import document_of as document_of
from .find import find_all as find_all
from .find import find_problems as find_problems
from .find import find_remarks as find_remarks
from .find import level_of as level_of
from .named import all_pools as all_pools
from .named import all_stores as all_stores
from .seen import Seen as Seen
from .seen import seen_from as seen_from
