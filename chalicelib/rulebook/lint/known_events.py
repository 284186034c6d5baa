"""known_events: names and properties that need not have been seen to be known: Segment's specs, and what Beckon reads or writes itself.

Source: https://segment.com/docs/connections/spec/ecommerce/v2/, .../spec/email/, .../spec/mobile/, .../spec/live-chat/, .../spec/video/.
"""

from ...model.event import FREQUENCY_CHOSEN, LOCATION_UPDATED, OWN_TRACKS
from ...model.receipt import RECEIPTS
from ...triggers.order_life import EVENTS

_ECOMMERCE = (
    "Products Searched", "Product List Viewed", "Product List Filtered", "Promotion Viewed", "Promotion Clicked", "Product Clicked",
    "Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Checkout Started", "Checkout Step Viewed",
    "Checkout Step Completed",
    "Payment Info Entered", "Order Updated", "Order Completed", "Order Refunded", "Order Cancelled", "Coupon Entered", "Coupon Applied",
    "Coupon Denied", "Coupon Removed", "Product Added to Wishlist", "Product Removed from Wishlist", "Wishlist Product Added to Cart",
    "Product Shared", "Cart Shared", "Product Reviewed",
)
_MOBILE = ("Application Installed", "Application Opened", "Application Backgrounded", "Application Updated", "Application Uninstalled",
           "Application Crashed", "Deep Link Opened", "Deep Link Clicked", "Install Attributed", "Unsubscribed", "Subscribed", "Signed Up",
           "Signed In", "Signed Out", "Chat Opened", "Cart Updated", "Cart Emptied", "Product Back In Stock Requested",
           "Product Back In Stock Request Cancelled")

KNOWN_EVENTS = frozenset({*_ECOMMERCE, *_MOBILE, *RECEIPTS, *OWN_TRACKS, LOCATION_UPDATED, FREQUENCY_CHOSEN,
                          *(name for names in EVENTS.values() for name in names)})
KNOWN_PROPERTIES = frozenset({
    "product_id", "sku", "category", "name", "brand", "variant", "price", "quantity", "coupon", "position", "url", "image_url",
    "currency", "value", "cart_id", "products", "order_id", "checkout_id", "affiliation", "subtotal", "total", "revenue", "shipping",
    "tax", "discount", "step", "shipping_method", "payment_method", "query", "list_id", "filters", "sorts", "wishlist_id",
    "wishlist_name", "promotion_id", "creative", "share_via", "share_message", "recipient", "review_id", "review_body", "rating",
    "coupon_id", "coupon_name", "reason", "channel", "topic", "message", "rule", "link", "link_url", "text", "machine", "audience",
    "store_id", "store", "tracking_url", "carrier", "pickup_code", "every",
})
