"""Areas (Gebiete): nested levels, vintages (Gebietsstände), crosswalks between them, outlines and neighbours."""

from sozialraum.areas.borders import clean
from sozialraum.areas.checks import is_known, is_metric
from sozialraum.areas.crosswalks import Carried, Crosswalk, crosswalk_file
from sozialraum.areas.files import read_layer, write_geopackage
from sozialraum.areas.layers import AreaLayer, area_layer, transformed
from sozialraum.areas.model import Areas, Vintage
from sozialraum.areas.plain import plain_layer, plain_zones
from sozialraum.areas.reading import level_titles, read_areas
from sozialraum.areas.settings import AreasSettings, CrosswalkSettings, LayerSettings, VintageSettings, areas_settings
from sozialraum.areas.weights import by_area, by_inhabited_area, by_overlap, by_points, by_population, calibrated

__all__ = [
    "AreaLayer",
    "Areas",
    "AreasSettings",
    "Carried",
    "Crosswalk",
    "CrosswalkSettings",
    "LayerSettings",
    "Vintage",
    "VintageSettings",
    "area_layer",
    "areas_settings",
    "by_area",
    "by_inhabited_area",
    "by_overlap",
    "by_points",
    "by_population",
    "calibrated",
    "clean",
    "crosswalk_file",
    "is_known",
    "is_metric",
    "level_titles",
    "plain_layer",
    "plain_zones",
    "read_areas",
    "read_layer",
    "transformed",
    "write_geopackage",
]
