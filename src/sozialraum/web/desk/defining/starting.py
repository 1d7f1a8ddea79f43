"""What a new definition begins with: small, whole and right, so that a person changes instead of writing."""

INDICATOR = '''id = "my_share"
field = "demography"
unit = "percent"
polarity = "neutral"

[title]
de = "Mein Anteil"
en = "My share"

[definition]
de = "Anteil der unter 6-Jährigen an allen Einwohnerinnen und Einwohnern am Ort der Hauptwohnung."
en = "Share of residents under 6 among all residents at their main residence."

[formula]
de = "unter 6-Jährige / Einwohnerinnen und Einwohner × 100"
en = "residents under 6 / residents × 100"

[reading]
de = "Von 100 Einwohnerinnen und Einwohnern sind {value} unter 6 Jahre alt."
en = "Of 100 residents, {value} are under 6 years old."

[source]
de = "Melderegister"
en = "Population register"

[numerator]
facts = "population"
where = { age = { below = 6 }, residence = "main" }

[denominator]
facts = "population"
where = { residence = "main" }

[[example]]
title = "A child of 6 does not count"
result = """
area | period | value
A    | 2024   | 20.0
"""

[example.facts]
population = """
area | period | age | residence | persons
A    | 2024   | 5   | main      | 10
A    | 2024   | 6   | main      | 40
"""
'''
INDEX = """id = "my-index"
title = { de = "Mein Index", en = "My index" }
editions = { de = "ab 2024", en = "from 2024" }
edition_after = 0
input = "value"
missing = "exclude"
reference = "own"
attention = [{ lage = "low" }]

[credit]
source = "Sozialplanung"
publisher = "Sozialplanung"

[exclusion]
minimum_residents = 300
dates = ["end"]

[[dimension]]
id = "lage"
title = { de = "Lage", en = "Situation" }
standardise = "z"
sd = "n"
weighted = false
combine = "sum"
restandardise = true
deciles = false

[[dimension.indicator]]
id = "child_poverty_u15"
title = { de = "Kinderarmut", en = "Child poverty" }
polarity = "higher_worse"
weight = 1
bounds = [0, 100]

[[dimension.classes]]
id = "high"
de = "günstig"
en = "favourable"

[[dimension.classes]]
id = "middle"
de = "mittel"
en = "medium"
at_least = -1.0

[[dimension.classes]]
id = "low"
de = "ungünstig"
en = "unfavourable"
above = 1.0
"""
SOURCE = """id = "my_source"
publisher = "Meldebehörde"
licence = "dl-de/by-2-0"
title = { de = "Einwohner", en = "Residents" }

[area]
column = "Raum"
level = "planning_area"

[period]
column = "Jahr"

[[facts]]
table = "population"
measures = { persons = "Anzahl" }
"""
STARTS = {"indicator": INDICATOR, "index": INDEX, "source": SOURCE}
"""Kind of a definition -> the text that a new one begins with."""
