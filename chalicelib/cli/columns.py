"""columns: how the fields of customers, consents, suppressions and products are spelled in files that shops have: the whole mapping.

Only letters and digits count: `Email Address`, `email_address` and `EMAIL-ADDRESS` are one spelling. Of several columns for one field the
first one here that has something in it counts. Names are those of Mailchimp's, Klaviyo's and Shopify's exports, of Pinpoint's endpoints
and segments, of SES's suppression list, of Segment; of products those of Shopify's, WooCommerce's and Magento's exports and of Google
Merchant's product data. In NDJSON a field within another is spelled with a dot (`User.UserId`).
"""

import re
from functools import lru_cache

from ..model.identifier_kinds import CHANNEL_KIND

Spellings = dict[str, tuple[str, ...]]
Fields = dict[str, list[str]]

# Before names of traits: Segment's and Pinpoint's.
_PREFIX = re.compile(r"traits\.|user\.userattributes\.|attributes\.", re.IGNORECASE)

IDENTIFIERS: Spellings = {
    "email": ("email", "emailaddress", "mail"),
    "phone": ("phone", "phonenumber", "telephone", "mobile", "mobilephone", "mobilenumber", "smsphonenumber"),
    "loyaltyCard": ("loyaltycard", "loyaltycardnumber"),
    "whatsapp": ("whatsapp", "whatsappnumber"),
    "telegram": ("telegramid", "telegram"),
    "viber": ("viberid", "viber"),
    "messenger": ("messengerid", "psid"),
    "pushToken": ("pushtoken", "devicetoken"),
}
IDS: Spellings = {"userId": ("userid", "customerid", "externalid", "useruserid"), "anonymousId": ("anonymousid",)}
WHERE: Spellings = {"channel": ("channel", "channeltype"), "address": ("address",)}

TRAITS: Spellings = {
    "firstName": ("firstname", "fname", "givenname"), "lastName": ("lastname", "lname", "surname", "familyname"),
    "name": ("name", "fullname"), "birthday": ("birthday", "birthdate", "dateofbirth"), "gender": ("gender", "sex"),
    "locale": ("locale", "demographiclocale", "language", "preferredlanguage"), "timezone": ("timezone", "demographictimezone"),
    "country": ("country", "countrycode", "locationcountry"), "city": ("city", "locationcity"),
    "postalCode": ("postalcode", "zip", "zipcode", "postcode", "locationpostalcode"), "tags": ("tags",),
    "createdAt": ("createdat", "created", "profilecreatedon", "creationdate", "registeredat", "customersince"),
}
CUSTOMERS: Spellings = {
    **IDS, **IDENTIFIERS, **WHERE, **TRAITS, "unused": ("messageid",),
    "at": ("at", "timestamp", "originaltimestamp", "updatedat", "lastchanged", "effectivedate"),
    "since": ("confirmtime", "optintime", "dateadded"),
}

CONSENTS: Spellings = {
    **IDS, **IDENTIFIERS, **WHERE, "topic": ("topic",),
    "status": ("status", "consent", "consentstatus", "subscriptionstatus"), "optOut": ("optout",),
    "source": ("source", "consentsource", "consentmethod"),
    "textVersion": ("textversion", "text", "consenttext", "consenttextversion", "consentversion", "consentformversion"),
    "at": ("at", "timestamp", "consentat", "consentedat", "consenttimestamp"),
    "givenAt": ("confirmtime", "optintime", "subscribedat", "givenat"),
    "withdrawnAt": ("unsubtime", "unsubscribedat", "withdrawnat", "optoutdate"),
    "changedAt": ("lastchanged", "effectivedate", "updatedat"),
    # A column for each channel: Shopify's `Accepts Email Marketing`, Klaviyo's `SMS Marketing Consent`.
    **{f"{channel} status": (f"accepts{channel}marketing", f"{channel}marketingconsent", f"{channel}consent", f"{channel}optin",
                             *(("acceptsmarketing",) if channel == "email" else ())) for channel in CHANNEL_KIND},
    **{f"{channel} at": (f"{channel}marketingconsenttimestamp", f"{channel}consenttimestamp", f"{channel}consentat")
       for channel in CHANNEL_KIND},
}

SUPPRESSIONS: Spellings = {
    **IDENTIFIERS, **WHERE, "topic": ("topic",), "reason": ("reason", "suppressionreason"),
    "at": ("at", "timestamp", "lastupdatetime", "suppressedat", "createdat", "created"),
    "bouncedAt": ("cleantime", "bouncedat"), "unsubscribedAt": ("unsubtime", "unsubscribedat", "optoutdate"),
}

# What is kept of a product beside our own fields, under these names in `attributes`.
ATTRIBUTES: Spellings = {name: (name.lower(),) for name in (
    "color", "size", "gender", "ageGroup", "material", "pattern", "condition", "gtin", "mpn", "author", "genre", "tags",
    *(f"customLabel{number}" for number in range(5)))}
PRODUCTS: Spellings = {
    "productId": ("productid", "id", "sku", "handle"), "group": ("itemgroupid",), "variant": ("variant", "variantid", "variantsku"),
    "name": ("title", "name", "productname"), "brand": ("brand", "vendor", "manufacturer"),
    "category": ("producttype", "category", "categories", "productcategory", "googleproductcategory"),
    "url": ("url", "link", "producturl", "permalink"), "imageUrl": ("imageurl", "imagelink", "image", "imagesrc", "images"),
    "price": ("price", "variantprice", "regularprice"), "currency": ("currency", "currencycode"),
    "salePrice": ("saleprice", "specialprice"), "saleDates": ("salepriceeffectivedate",),
    "stock": ("stock", "quantity", "qty", "inventory", "stockquantity", "inventoryquantity", "variantinventoryqty",
              "quantitytosellonfacebook"),
    "available": ("available", "availability", "instock", "isinstock"), "timestamp": ("timestamp", "updatedat", "at"),
    **ATTRIBUTES,
}

FIELDS = {"customers": CUSTOMERS, "consents": CONSENTS, "suppressions": SUPPRESSIONS, "products": PRODUCTS}

# Whether it can be had now: what may be ordered before it is there cannot.
AVAILABLE = {
    **dict.fromkeys(("instock", "available", "yes", "true", "1", "limitedavailability", "onlineonly", "instoreonly"), True),
    **dict.fromkeys(("outofstock", "oos", "unavailable", "no", "false", "0", "preorder", "backorder", "discontinued", "soldout"), False),
}

CHANNELS = {
    **{channel: channel for channel in CHANNEL_KIND},
    "mail": "email", "text": "sms", "textmessage": "sms", "facebookmessenger": "messenger",
    **dict.fromkeys(("gcm", "fcm", "adm", "baidu", "apns", "apnssandbox", "apnsvoip", "apnsvoipsandbox"), "push"),
}
STATUSES = {
    **dict.fromkeys(("given", "granted", "subscribed", "optedin", "optin", "confirmed", "yes", "true", "1"), "given"),
    **dict.fromkeys(("withdrawn", "revoked", "unsubscribed", "optedout", "optout", "no", "false", "0"), "withdrawn"),
    # Neither: who has never been asked, or has not confirmed yet.
    **dict.fromkeys(("unknown", "none", "neversubscribed", "notsubscribed", "nonsubscribed", "pending"), "unknown"),
}


def letters(text: str) -> str:
    """What counts of a spelling."""
    return re.sub(r"[\W_]", "", text).lower()


def trait_of(column: str) -> str:
    """The trait of a column that says no field known here: `Total Spent` and `TOTAL_SPENT` are `totalSpent`; dotted names stay."""
    name = _PREFIX.sub("", column, count=1)
    words = [word.lower() if word.isupper() else word for word in re.findall(r"[^\W_]+", name)]
    if "." in name or not words:
        return name
    return words[0][0].lower() + words[0][1:] + "".join(word[0].upper() + word[1:] for word in words[1:])


@lru_cache(maxsize=256)  # nearly all rows of a file have the same columns
def fields_of(columns: tuple[str, ...], kind: str) -> Fields:
    """The columns that say each field of a kind of file, the best spelling first."""
    by_letters: dict[str, list[str]] = {}
    for column in columns:
        by_letters.setdefault(letters(_PREFIX.sub("", column, count=1)), []).append(column)
    found = {field: [column for spelling in spelled for column in by_letters.get(spelling, ())] for field, spelled in FIELDS[kind].items()}
    return {field: named for field, named in found.items() if named}
