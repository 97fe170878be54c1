"""The texts of holds that people put on documents themselves, by hand or by policy. Pure."""

from engine.core.reason_texts.entry import PAYABLES, Texts, business

HELD_TEXTS: Texts = {
    "HELD_BY_PERSON": business(
        "A person holds the document.",
        "It was held with `hold`; the detail says by whom and why.",
        "whoever held it",
        "Let it go with `release`.",
    ),
    "NEEDS_APPROVAL": business(
        "The document is planned and waits for an approval.",
        "The company's mode for such documents is approve; each revision is approved by itself.",
        PAYABLES,
        "Look at what would be sent, then `approve` it, or `ignore` it.",
    ),
}
