"""machines: programs that follow the links of messages, or fetch their pictures, before people do or instead of them.

Each is known by a part of its user agent, as their makers document it. A program that says it is a browser cannot be told from one.
"""

# Gateways that look into messages for what is harmful.
GATEWAYS = (
    "barracuda", "mimecast", "proofpoint", "urldefense", "symantec", "fireeye", "sophos", "trendmicro", "trend micro", "zscaler",
    "forcepoint", "cloudmark", "safelinks", "google-safety", "virustotal", "urlscan", "headless", "phantomjs",
    "messagelabs", "fortinet", "fortiguard", "ironport", "bitdefender", "mailguard",
)
# Previews in messengers and office programs, search engines. Outlook says `ms-office` too when a reader's message shows its pictures.
PREVIEWS = (
    "ms-office", "skypeuripreview", "bingpreview", "facebookexternalhit", "facebot", "slackbot", "slack-imgproxy", "telegrambot",
    "twitterbot", "linkedinbot", "discordbot", "whatsapp/", "vkshare", "odklbot", "googlebot", "google-inspectiontool", "bingbot",
    "yandexbot", "mail.ru_bot", "applebot", "duckduckbot",
)
# Mail services that fetch pictures for their users: Gmail, Yahoo.
PICTURE_PROXIES = ("googleimageproxy", "ggpht.com", "yahoomailproxy")
MAIL_PRIVACY = "mozilla/5.0"  # Apple's Mail Privacy Protection says this and nothing more


def follows_links(user_agent: str) -> bool:
    """Whether it is a program that follows links to see where they lead."""
    return user_agent.strip().lower() == MAIL_PRIVACY or _is_one_of(GATEWAYS + PREVIEWS, user_agent)


def fetches_pictures(user_agent: str) -> bool:
    """Whether it is a program that fetches pictures whether or not anybody opens the message."""
    return user_agent.strip().lower() == MAIL_PRIVACY or _is_one_of(PICTURE_PROXIES + GATEWAYS, user_agent)


def _is_one_of(names: tuple[str, ...], user_agent: str) -> bool:
    agent = user_agent.lower()
    return any(name in agent for name in names)
