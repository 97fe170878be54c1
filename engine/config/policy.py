"""What the engine may decide for a company: the table `[tenants.companies.policy]`.

The file's table becomes a `PolicySet` event; what a person changes with `policy set` is checked by
the same rules (`changed`) and lies over it. Amounts and percentages are exact decimals, written
in quotes, because a number of TOML is a binary float. Where rules.md names the choices, its
default is the default here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from engine.config.base import Code, Day, Table
from engine.config.policy_bills import BillRules
from engine.config.policy_orders import OrderRules

Owner = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f]*$")]
Mode = Literal["off", "observe", "shadow", "approve", "auto"]
VendorField = Literal["name", "terms", "telephone", "contact", "email", "address"]
_GROUP = "(country|currency|type):[^,=]{1,80}"
VendorGroup = Annotated[str, Field(pattern=f"^{_GROUP}$")]
Template = Annotated[
    str, Field(pattern=f"^{_GROUP}( (branch|terms|bank|class)=[!-+.-<>-~-]{{1,15}})+$")
]
_DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01][0-9]|2[0-3]):[0-5][0-9]"
Window = Annotated[str, Field(pattern=f"^{_DAY}-{_DAY}$")]


class Carriage(Table):
    """How each kind of document is carried, from which day on, and when nothing is sent."""

    mode_vendor: Mode = Field(
        default="auto",
        description="How vendors are carried: off and observe plan nothing, shadow plans and sends "
        "nothing, approve sends what a person approved, auto sends.",
    )
    mode_purchase_order: Mode = Field(default="auto", description="The same for purchase orders.")
    mode_bill: Mode = Field(default="auto", description="The same for bills.")
    cut_over_on: Day | None = Field(
        default=None, description="Orders and bills of an earlier day are not carried."
    )
    blackout: tuple[Window, ...] = Field(
        default=(),
        strict=False,
        description="Windows in which nothing is sent, such as `Fri 18:00-Mon 06:00`.",
    )
    time_zone: str = Field(
        default="UTC",
        pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,62}$",
        description="Time zone of `blackout`, such as `America/Vancouver`.",
    )


class Policy(BillRules, OrderRules, Carriage):
    """What the engine may decide for a company; becomes a `PolicySet` event."""

    create_suppliers: bool = Field(
        default=False, description="True lets the engine create a supplier for a vendor not found."
    )
    supplier_prefix: str = Field(
        default="V",
        pattern=r"^[A-Z]{1,4}$",
        description="Prefix of the codes of created suppliers.",
    )
    supplier_branch: Code = Field(default="", description="AP branch of created suppliers.")
    supplier_terms: Code = Field(
        default="", description="Terms code of created suppliers without a map."
    )
    supplier_bank: Code = Field(default="", description="Bank code of created suppliers.")
    supplier_class: Annotated[Code, Field(max_length=10)] = Field(
        default="", description="Supplier class of created suppliers."
    )
    supplier_grn_match: bool = Field(
        default=False, description="True: bills of created suppliers are matched against receipts."
    )
    supplier_templates: tuple[Template, ...] = Field(
        default=(),
        strict=False,
        description="What suppliers of a group of vendors are created with instead, such as "
        "`country:Canada branch=20 terms=30 bank=RBC class=CA`; groups are `country:`, "
        "`currency:` and `type:` (other, preferred, regular), the first that fits counts.",
    )
    auto_vendors: tuple[VendorGroup, ...] = Field(
        default=(),
        strict=False,
        description="Groups of vendors whose suppliers `mode_vendor` approve creates without an "
        "approval.",
    )
    vendor_fields: tuple[VendorField, ...] = Field(
        default=(),
        strict=False,
        description="What of a supplier Procurify owns and keeps up to date: name, terms, "
        "telephone, contact, email, address.",
    )
    write_back_vendor_codes: bool = Field(
        default=False,
        description="True writes the supplier's code to the vendor's external id in Procurify.",
    )
    offer_suppliers: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="New and changed suppliers of SYSPRO become vendors of Procurify: never, each "
        "time a person approves it, or by themselves.",
    )
    create_account_codes: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="The same for ledger codes of SYSPRO that no account code is or is mapped to.",
    )
    create_departments: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="The same for warehouses that no department is or is mapped to.",
    )
    departments_location: str = Field(
        default="",
        pattern=r"^[0-9]{0,9}$",
        description="Id of the location that departments are made in; create_departments needs it.",
    )
    create_ledger_codes: Literal["off", "approve", "auto"] = Field(
        default="off",
        description="Account codes of Procurify without a ledger code become ledger codes of "
        "SYSPRO: never, each time a person approves it, or by themselves.",
    )
    default_warehouse: Code = Field(
        default="", description="Warehouse of departments and locations without a mapping."
    )
    product_class: Code = Field(default="", description="Product class of non-stocked lines.")
    default_unit: Code = Field(
        default="EA", description="Unit of measure of units without a mapping."
    )
    local_currency: str = Field(
        default="USD", pattern=r"^[A-Z]{3}$", description="The company's own currency."
    )
    owner_source: Owner = Field(
        default="",
        description="Who acts on what documents and mappings say (class data); empty: as `explain` "
        "says.",
    )
    owner_business: Owner = Field(default="", description="The same for class business.")
    owner_conflict: Owner = Field(default="", description="The same for class conflict.")
    owner_config: Owner = Field(default="", description="The same for class config.")

    @model_validator(mode="after")
    def _complete(self) -> "Policy":
        if self.create_suppliers and not (self.supplier_branch and self.supplier_terms):
            raise ValueError("create_suppliers needs supplier_branch and supplier_terms")
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("time_zone: there is no time zone of that name") from None
        if self.create_departments != "off" and not self.departments_location:
            raise ValueError("create_departments needs departments_location")
        if self.po_numbering == "prefix" and not self.po_prefix:
            raise ValueError("po_numbering prefix needs po_prefix")
        if self.report_receipts and self.receipt_owner != "syspro":
            raise ValueError("report_receipts needs receipt_owner syspro: goods have one owner")
        if self.report_payments and self.payment_owner != "syspro":
            raise ValueError("report_payments needs payment_owner syspro")
        return self

    def body(self) -> dict[str, str | bool | int | list[str] | None]:
        """The table as the body of a `PolicySet` event; decimals and days as text."""
        return {name: _plain(value) for name, value in self}


def changed(base: Policy, changes: Mapping[str, object]) -> Policy:
    """The policy with some of its settings changed; raises `ValueError` that says what is wrong.

    A change is as an event holds it, or the text that a person typed.
    """
    unknown = [name for name in changes if name not in Policy.model_fields]
    if unknown:
        raise ValueError(f"there is no setting {unknown[0]!r}")
    typed = {name: _typed(name, value) for name, value in changes.items()}
    try:
        return Policy.model_validate({**dict(base), **typed})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = f"{fault['loc'][0]}: " if fault["loc"] else ""
        raise ValueError(f"{place}{fault['msg'].removeprefix('Value error, ')}") from None


def _plain(value: object) -> str | bool | int | list[str] | None:
    match value:
        case bool() | int() | str() | None:
            return value
        case date():
            return value.isoformat()
        case tuple():
            return [str(item) for item in value]
        case _:
            return str(value)


def _typed(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    annotation = Policy.model_fields[name].annotation
    if annotation is bool and value in {"true", "false"}:
        return value == "true"
    if int in (annotation, *get_args(annotation)) and value.isascii() and value.isdecimal():
        return int(value)
    if get_origin(annotation) is tuple:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    is_optional = type(None) in get_args(annotation)
    return None if is_optional and value in {"", "none"} else value
