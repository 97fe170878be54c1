"""The invented words of the scenario: vendors, places, people, things bought. Pure."""

VENDOR_NAMES = (
    "Müller & Søn <Ltd>",
    "Café Brûlerie Montréal",
    "Ångström Instruments AB",
    'Baker "Quick" Print',
    "O'Leary Fasteners",
    "García y Peña Suministros",
    "Thüringer Glaswerke GmbH",
    "Société Générale de Papeterie",
    "North Shore Machining",
    "Blue Heron Office Supply",
    "Cascade Electrical",
    "Fraser Valley Packaging",
    "Granite Peak Software",
    "Hemlock Laboratory Services",
    "Inlet Marine & Industrial",
    "Juniper Facilities Care",
    "Kestrel Freight Lines",
    "Larch Technical Staffing",
    "Meridian Calibration",
    "Nordhavn Værktøj A/S",
    "Ocean Park Catering",
    "Pinecrest Safety Gear",
    "Quadra Metals",
    "Riverbend Chemicals",
    "Salish Data Hosting",
    "Tamarack Tooling",
    "Upland Printing House",
    "Vedder Water Systems",
    "Westwind Travel Desk",
    "Yew Street Legal",
    "Zephyr Air & Heating",
    "Crème Fournitures S.à r.l.",
)
VENDOR_SUFFIXES = ("Inc", "Co", "Group", "Works", "Partners", "Supply", "Trading", "Services")
OUTSIDE_CODE_PAGE = ("株式会社サクラ精機", "Łódź Śruby Ωmega", "Завод Прибор", "深圳明光电子")
STORY_VENDOR = "Brasserie & Traiteur Élysée"

PLACES = (
    ("Vancouver", "BC", "V6B 1A1", "Canada"),
    ("Burnaby", "BC", "V5H 2E4", "Canada"),
    ("Calgary", "AB", "T2P 0A1", "Canada"),
    ("Seattle", "WA", "98101", "United States"),
    ("Portland", "OR", "97201", "United States"),
    ("Denver", "CO", "80202", "United States"),
    ("Aarhus", "", "8000", "Denmark"),
    ("Jena", "", "07743", "Germany"),
    ("Bristol", "", "BS1 4DJ", "United Kingdom"),
)
STREETS = ("Harbour Road", "Mill Lane", "Industrial Way", "4th Avenue", "Werkstraße", "Quay & Dock")

PEOPLE = (
    ("Amara", "Okafor", "Purchasing lead", 0),
    ("Björn", "Lindqvist", "Buyer", 1),
    ("Chloé", "Tremblay", "Accounts payable", 2),
    ("Dana", "Whitfield", "Marketing buyer", 3),
    ("Emil", "Sørensen", "Laboratory buyer", 4),
)
PEOPLE_ELSEWHERE = (
    ("Farah", "Haddad", "Purchasing lead", 0),
    ("Gérard", "Lévesque", "Buyer", 1),
    ("Hana", "Novák", "Accounts payable", 2),
)

STOCKED = (
    ("B100", "Bearing 6204 sealed"),
    ("B210", "Bolt M8 x 40 stainless"),
    ("C330", "Cable gland PG16"),
    ("F050", "Filter cartridge 10 µm"),
    ("G220", "Gasket 3/4 in & sleeve"),
    ("H410", "Hydraulic hose 1 m"),
    ("M120", "Motor 0.75 kW"),
    ("P315", "Pump seal kit"),
    ("S505", "Sensor PT100"),
    ("V700", "Valve 1/2 in brass"),
)
BOUGHT = (
    ("Toner, black", "6100"),
    ("Desk lamp <LED>", "6100"),
    ("Paper A4, 80 g", "6100"),
    ("Annual licence, design suite", "6200"),
    ("Hosting, monthly", "6200"),
    ("Consulting, process review", "6300"),
    ("Calibration of gauges", "6300"),
    ("Torque wrench 20–100 Nm", "6400"),
    ("Drill bit set", "6400"),
    ("Boiler inspection", "6500"),
    ("Cleaning, east wing & lobby", "6500"),
    ("Trade fair stand", "6700"),
    ("Brochures, 5 000 pcs", "6700"),
)
UNITS = (("each", "EA"), ("box", "BX"), ("hour", "HR"), ("kg", "KG"), ("month", "MTH"))
COMMENTS = ("", "", "", "Deliver to dock 3.", "Call before delivery & ask for Björn.", "Urgent")
