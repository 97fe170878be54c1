"""Bodies of Procurify's documents for planning tests, shaped as procurify.md §4 has them."""

from typing import Any

Body = dict[str, Any]


def vendor(identity: int = 200, **fields: object) -> Body:
    return {
        "id": identity,
        "name": "Nordlicht GmbH",
        "active": True,
        "type": 3,
        "external_id": None,
        "currency": 1,
        "payment_term_ref": {"id": 1, "name": "Net 30"},
        "addressLineOne": "Hafenstraße 12",
        "addressLineTwo": None,
        "city": "Hamburg",
        "state_province": None,
        "country": "Germany",
        "postalCode": "20457",
        "phoneOne": "+49 40 1234",
        "contact": "Jürgen Groß",
        "email": ["", "orders@nordlicht.example"],
        **fields,
    }


def account(code: str = "6100", department: str = "Engineering") -> Body:
    return {
        "id": 1,
        "account_code": {"id": 2, "code": code},
        "department": {"id": 3, "name": department, "branch": {"id": 7, "name": "HQ"}},
    }


def line(identity: int = 10421, **fields: object) -> Body:
    return {
        "id": identity,
        "sku": "",
        "name": "Desk lamp",
        "quantity": 3,
        "price": "12.50000000",
        "total_cost": "37.50",
        "tax_amount": "0.00000000",
        "taxes": [],
        "unit": "each",
        "status": 2,
        "active": True,
        "is_active": True,
        "receive_method": 0,
        "type": 0,
        "date_required": None,
        "account": account(),
        **fields,
    }


def order(identity: int = 1042, *lines: Body, **fields: object) -> Body:
    kept = list(lines) or [line()]
    subtotal = sum(float(item["total_cost"]) for item in kept)
    tax = sum(float(item["tax_amount"]) for item in kept)
    freight = float(str(fields.get("freight") or 0)) + float(str(fields.get("other") or 0))
    return {
        "procurify_PO": identity,
        "number": f"PO-{identity}",
        "PO_Num": f"PO-{identity}",
        "state": 0,
        "active": True,
        "version": 1,
        "creditcard": None,
        "pref_vendor": {"id": 118, "name": "Known"},
        "purchased_currency": {"id": 1, "name": "USD"},
        "date": "2026-11-02T06:30:00Z",
        "promise_date": "2026-11-20T12:00:00-08:00",
        "payment_term": {"id": 1, "name": "Net 30"},
        "subtotal": f"{subtotal:.2f}",
        "freight": "0.000000",
        "other": None,
        "tax": {"value": f"{tax:.2f}", "type": "amount"},
        "discount": {"value": 0, "type": "amount"},
        "total": f"{subtotal + tax + freight:.2f}",
        "comment": None,
        "has_blanket_order_items": False,
        "order_items": kept,
        **fields,
    }


def allocation(amount: str, code: str = "6100", department: str = "Engineering") -> Body:
    return {"id": 1, "budget": account(code, department), "amount": amount}


def bill_line(identity: int = 6011, **fields: object) -> Body:
    body: Body = {
        "id": identity,
        "orderitem": None,
        "po": None,
        "description": "Consulting",
        "quantity": "1.00000000",
        "total_cost": "100.00",
        "tax_name": "",
        "tax_amount": "0",
        "shipping_amount": "0.00000000",
        "archived": False,
        "bill_by_cost": False,
        **fields,
    }
    body.setdefault("cost_allocations", [allocation(str(body["total_cost"]))])
    return body


def ordered_line(order: int, item: int, **fields: object) -> Body:
    nested = {"id": item, "purchase_order": order}
    return bill_line(orderitem=nested, po={"id": order, "number": f"PO-{order}"}, **fields)


def bill(*lines: Body, costs: list[Body] | None = None, **fields: object) -> Body:
    kept = list(lines) or [bill_line()]
    subtotal = sum(float(item["total_cost"]) for item in kept)
    extra = sum(float(cost["amount"]) for cost in costs or [])
    tax = sum(float(item["tax_amount"]) for item in kept)
    shipping = sum(float(item["shipping_amount"]) for item in kept)
    return {
        "id": 601,
        "status": 2,
        "type": 0,
        "active": True,
        "version": 1,
        "group": None,
        "vendor": {"id": 118, "name": "Known"},
        "currency": {"id": 1, "name": "USD"},
        "invoice_number": "INV-601",
        "invoice_date": "2026-11-05T12:00:00-08:00",
        "due_date": "2026-12-05T12:00:00-08:00",
        "gl_post_date": None,
        "subtotal_cost": f"{subtotal:.2f}",
        "total_cost": f"{subtotal + extra:.2f}",
        "tax_amount": f"{tax:.2f}",
        "shipping_amount": f"{shipping:.2f}",
        "total_cost_with_tax": f"{subtotal + extra + tax + shipping:.2f}",
        "invoice_total": None,
        "items": kept,
        "costs": costs or [],
        **fields,
    }


def cost(amount: str = "20.00", code: str = "5100", name: str = "Freight") -> Body:
    return {"name": name, "amount": amount, "cost_allocation": allocation(amount, code)}
