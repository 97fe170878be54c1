"""What may decide a command's doubt, as a class (reliability.md §4.3). Pure."""

from typing import Literal

CommandClass = Literal["U", "Q", "N"]
"""`U`: a second one is refused or changes nothing. `Q`: nothing refuses it, but it can be looked
for. `N`: neither; only a person decides."""
