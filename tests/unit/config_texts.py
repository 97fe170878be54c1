"""Configuration files for tests: the sandbox's, and the least that a site needs."""

import base64

KEY = base64.b64encode(b"k" * 32).decode()
SANDBOX = f"""
[service]
name = "engine"
listen = "127.0.0.1:0"
lease_ttl_s = 3
[database]
folder = "run/pg"
[vault]
key = "{KEY}"
[[tenants]]
name = "acme"
[tenants.procurify]
source = "acme"
base_url = "http://127.0.0.1:8001"
token_url = ""
requests_per_second = 0
page_size = 50
timeout_s = 60
since = "2026-08-01"
[tenants.procurify.schedule]
purchase_orders = 0.3
bills = 0.3
reference = 1.0
[[tenants.companies]]
company = "EDU1"
base_url = "http://127.0.0.1:8002/SYSPROWCFService/Rest"
operator = "PROCSYNC"
requests_per_second = 0
transport = "auto"
ca_file = ""
timeout_s = 2
drain_s = 3
double_read_s = 0.5
odata_url = "http://127.0.0.1:8002/SYSPRO8Odata/SYSPROOData/EDU1"
odata_user = "odata"
read_every_s = 0.5
[tenants.companies.policy]
po_numbering = "auto"
create_suppliers = true
supplier_prefix = "V"
supplier_branch = "10"
supplier_terms = "30"
supplier_bank = ""
default_warehouse = "FG"
product_class = "NONS"
default_unit = "EA"
local_currency = "USD"
[bootstrap]
mappings = [
    {{kind="vendor", key="118", target="S00118"}}, {{kind="unit", key="each", target="EA"}},
]
[bootstrap.credentials]
"procurify/acme/client_id" = "id"
"procurify/acme/client_secret" = "canary-secret"
"syspro/EDU1/company_password" = ""
[bootstrap.probe]
EDU1 = "passed"
"""
SITE = """
[database]
url = "postgresql://engine@db.example.com/engine"
[vault]
key_env = "VAULT_KEY"
[[tenants]]
name = "acme"
[tenants.procurify]
source = "acme"
base_url = "https://acme.procurify.com"
[[tenants.companies]]
company = "A"
base_url = "https://syspro.example.com/SYSPROWCFService/Rest"
operator = "PROCSYNC"
"""


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)
