"""Files become facts (Fakten) through a declared source (Quelle); the importer doubts everything it reads.

load_sources(workspace_folder) -> dict[str, SourceDefinition]     every sources/*.toml, by id
load_source(path), parse_source(text) -> SourceDefinition         `.credit()`, `.absent_for(table)`, `.protected`
load_corrections(workspace_folder) -> tuple[Correction, ...]      corrections.toml; () when there is none
read_delivery(file, definition, areas, previous=None, corrections=(), others=None) -> Delivery
    never raises for what stands in the file; `.facts`, `.faults`, `.errors`, `.warnings`, `.accepted({code: person})`
store_delivery(workspace_folder, delivery, original_file, received, by) -> StoredDelivery
in_force(deliveries) -> tuple[StoredDelivery, ...]                those whose facts count: nobody has undone them
undone(deliveries) -> frozenset[str]                              ids that a later record took out of force
undo_delivery(workspace_folder, id, received, by, reason)         a record that takes a delivery out of force
deliveries(workspace_folder, source="") -> tuple[StoredDelivery, ...]    `.facts` = {fact table: Parquet path}
other_facts(workspace_folder, definition) -> dict[str, list[pa.Table]]   facts of other sources, for `others`
sha256(file) -> str                                               of the bytes of a file, as deliveries record it
faults_text(faults, language), faults_html(faults, language) -> str      the report of a doubting import
propose(file, areas) -> Proposal    `.say(language)`, `.toml(language)`, `.write(workspace_folder, language) -> Path`
look(file) -> (Sheet, settings)                                   every column of an unknown file as texts
declaration(settings) -> str                                      the TOML text of a source that is decided
vocabulary() -> dict[str, FactTable]                              fact tables, their dimensions and measures
disagreements(tables, place) -> list[Fault]                       breakdowns of one fact table with other totals
"""

from sozialraum.sources.corrections import Correction, load_corrections
from sozialraum.sources.definition import SourceDefinition, load_source, load_sources, parse_source
from sozialraum.sources.delivery import Delivery, read_delivery, sha256
from sozialraum.sources.doubts import disagreements
from sozialraum.sources.keeping.archive import store_delivery
from sozialraum.sources.keeping.stored import StoredDelivery, deliveries, in_force, other_facts, undone
from sozialraum.sources.keeping.undoing import undo_delivery
from sozialraum.sources.proposal import Proposal, declaration, look, propose
from sozialraum.sources.report import faults_html, faults_text
from sozialraum.sources.vocabulary import FactTable, vocabulary

__all__ = [
    "Correction",
    "Delivery",
    "FactTable",
    "Proposal",
    "SourceDefinition",
    "StoredDelivery",
    "declaration",
    "deliveries",
    "disagreements",
    "faults_html",
    "faults_text",
    "in_force",
    "load_corrections",
    "load_source",
    "load_sources",
    "look",
    "other_facts",
    "parse_source",
    "propose",
    "read_delivery",
    "sha256",
    "store_delivery",
    "undo_delivery",
    "undone",
    "vocabulary",
]
