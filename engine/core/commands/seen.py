"""What a plan saw in SYSPRO and rests on, so that a person's change is not overwritten. Pure."""

from dataclasses import dataclass

from engine.core.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Shape):
    """A cell as the plan saw it; the change is not sent when it reads otherwise by then.

    `column` is a name of PORQRY's order or line (`OrderStatus`, `MOrderQty`, `MReceivedQty`), of
    the fields of PorMasterHdr that a change may set, or of ApSupplier and ApSupplierAddr for a
    supplier. Numbers compare as numbers, dates are CCYY-MM-DD, texts compare without blanks at
    their ends. A column that SYSPRO does not tell counts as changed.
    """

    column: str
    value: str
