"""Opens what qgis.sh makes as QGIS does, and draws each layer to images/."""
import glob
import os

import numpy as np
from qgis.core import (QgsApplication, QgsFeatureRequest, QgsMapRendererSequentialJob, QgsMapSettings, QgsRasterLayer,
                       QgsRectangle, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

FIGURES = {"carbon_density_t_per_ha", "net_sink_tco2_per_ha_yr"}
count = 0


def true(holds, *what):
    global count
    count += 1
    assert holds, what


def draw(layer, name):
    """More than paper and one colour."""
    settings = QgsMapSettings()
    extent = layer.extent()
    extent.scale(1.05)
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(800, 600))
    settings.setExtent(extent)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    true(not job.errors() and image.save("images/%s.png" % name), name, [e.message for e in job.errors()])
    return len({image.pixel(x, y) for x in range(0, 800, 3) for y in range(0, 600, 3)}) - 1


def check_choropleth(layer, name):
    """Every region is in one class, or has no value; regions that differ, if not in the last digits, have several classes."""
    renderer = layer.renderer()
    true(renderer.type() == "graduatedSymbol", name, renderer.type())
    column = renderer.classAttribute()
    true(column in FIGURES and layer.fields().indexOf(column) >= 0, name, column)
    values = [feature[column] for feature in layer.getFeatures(QgsFeatureRequest()) if feature.hasGeometry()]
    values = [value for value in values if isinstance(value, float)]
    ranges = renderer.ranges()
    held = [next((i for i, r in enumerate(ranges) if r.lowerValue() <= value <= r.upperValue()), None) for value in values]
    true(values and None not in held, name, values, held)
    true(len(set(held)) > 1 or len(set(values)) == 1, name, values, held)
    true(all(r.label().endswith("/ha" if "sink" not in column else "/ha/yr") for r in ranges), name, [r.label() for r in ranges])
    colours = {r.symbol().color().name() for r in ranges}
    true(len(colours) == len(ranges), name, colours)
    true(draw(layer, name) >= len(set(held)), name)
    return column


def check_package(path):
    package = QgsVectorLayer(path, "all", "ogr")
    names = [sub.split("!!::!!")[1] for sub in package.dataProvider().subLayers()]
    levels = [name for name in names if name.startswith("regions_level_")]
    true(len(levels) == 3 and {"inventory_values", "inventory_quantities"} <= set(names), names)
    for name in names:
        layer = QgsVectorLayer("%s|layername=%s" % (path, name), name, "ogr")
        true(layer.isValid() and layer.featureCount() > 0, path, name)
        true(bool(layer.isSpatial()) == (name in levels), name)
        if name not in levels:
            continue
        true(layer.crs().authid() == "EPSG:4326", layer.crs().authid())
        true(check_choropleth(layer, "%s_%s" % (path[:2], name)) == "carbon_density_t_per_ha", name)
        true(all(layer.attributeAlias(layer.fields().indexOf(figure)) for figure in FIGURES), name)
        own, ids, titles, _, _ = layer.listStylesInDatabase()
        true(own == 2 and all(titles), name, titles)
        for id in ids[:own]:
            style = QDomDocument()
            true(style.setContent(layer.getStyleFromDatabase(id)[0])[0], name, id)
            message_free, message = layer.importNamedStyle(style)
            true(message_free and not message, name, message)
            check_choropleth(layer, "%s_%s_%s" % (path[:2], name, id))


def pixels(layer):
    """The values of the raster as QGIS reads them, NaN where it has none, and the colours it gives them."""
    side = 200
    extent = QgsRectangle(layer.extent())
    block = layer.dataProvider().block(1, extent, side, side)
    drawn = layer.renderer().block(1, extent, side, side)
    values = np.array([[np.nan if block.isNoData(y, x) else block.value(y, x) for x in range(side)] for y in range(side)])
    return values, np.array([[drawn.color(y, x) for x in range(side)] for y in range(side)], np.uint32)


def check_raster(path):
    name = os.path.basename(path)[:-4]
    layer = QgsRasterLayer(path, name)
    true(layer.isValid() and layer.crs().isValid(), path)
    true("factor_rows" in path or "_" not in layer.bandName(1), path, layer.bandName(1))
    renderer = layer.renderer()  # by itself, from the style beside it
    shows_names = name.startswith(("class_change", "factor_rows"))
    true(renderer.type() == ("paletted" if shows_names else "singlebandpseudocolor"), path, renderer.type())
    message, is_good = layer.loadNamedStyle(path[:-4] + ".qml")
    true(is_good and not message, path, message)
    values, colours = pixels(layer)
    seen = ~np.isnan(values)
    true(seen.any() and not seen.all(), path)
    true(not (colours[~seen] >> 24).any() and (colours[seen] >> 24 == 255).all(), path, "no data are transparent, data are not")
    if shows_names:
        classes = {int(c.value): c for c in layer.renderer().classes()}
        true(set(np.unique(values[seen]).astype(int)) <= classes.keys(), path)
        true(len(classes) > 1 and all(c.label and c.color.isValid() for c in classes.values()), path)
    else:
        items = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
        true(len(items) == 5 and all(a.value < b.value for a, b in zip(items, items[1:])), path)
        true(all(item.label.endswith("/ha/yr" if name.startswith("sink") else "/ha") for item in items), path)
        true(name.startswith("sink") == (items[0].value < 0), path)
        beyond = np.mean((values[seen] < items[0].value) | (values[seen] > items[-1].value))
        true(beyond < 0.05, path, beyond)
    true(draw(layer, name) > 1, path)


def main():
    os.mkdir("images")
    for path in ("en.gpkg", "zh.gpkg"):
        check_package(path)
    rasters = sorted(glob.glob("maps/*.tif"))
    true(len(rasters) >= 10, rasters)
    for path in rasters:
        check_raster(path)


application = QgsApplication([], False)
application.initQgis()
main()
application.exitQgis()
print("%d images, %d cases" % (len(os.listdir("images")), count))
