"""cors: what browsers on other sites may send, and which answers their scripts may read.

The list is what @segment/analytics-next and @rudderstack/analytics-js send; `*` does not cover Authorization (Fetch standard,
section 3.3.5). No SDK needs cookies, so credentials stay off and cookies are never read.
"""

from chalice.app import CORSConfig

SDK_CORS = CORSConfig(
    allow_origin="*",
    allow_headers=["Authorization", "Content-Type", "X-Retry-Count", "AnonymousId", "SentAt", "Rsa-Recovered", "Rsa-Retry-Attempt",
                   "Rsa-Retry-Reason", "Rsa-Since-First-Attempt", "Rsa-Since-Last-Attempt"],
    expose_headers=["Retry-After"],
    max_age=86_400,
)
