"""Rasters, regions and tables that the jobs of recompute.sh ask for, made from those of `sinkcalc demo`."""
import os

import numpy as np
from osgeo import gdal, ogr

import oracle
from recompute_tables import CLASSES


HERBS = "shrubland|orchard|grassland|wetland|salt_marsh|seagrass|settlement|bare|moss_lichen|tidal_flat"
# Rows of quantity,class,disturbance,over,up_to,value,unit,depth_cm,se[,variable]; _dm is " d.m.", ~ a space.
FLOWS = {
    "flows": """
growth,forest|open_forest,,,20,6.3,t_dm~ha-1~yr-1,,1
growth,forest|open_forest,,20,60,3,t_dm~ha-1~yr-1,,0.5
growth,forest|open_forest,,60,,-0.2,t_dm~ha-1~yr-1,,0.1
growth,forest|open_forest,,,,2,t_dm~ha-1~yr-1,,0.4
growth,bamboo,,,,1.6,t~C~ha-1~yr-1,,0.3
growth,mangrove,,,,8,t_dm~ha-1~yr-1,,1
above_ground_biomass,forest|open_forest,,,,170,t_dm~ha-1,,20
above_ground_biomass,bamboo,,,,50,t~C~ha-1,,5
above_ground_biomass,mangrove,,,,121,t_dm~ha-1,,12
above_ground_biomass,HERBS|cropland,,,,9,t_dm~ha-1,,1
below_ground_biomass,cropland,,,,1,t~C~ha-1,,0.2
root_shoot,forest|open_forest|bamboo|mangrove,,,60,0.5,1,,0.05,roots
root_shoot,forest|open_forest|bamboo|mangrove,,60,140,0.3,1,,0.04,roots
root_shoot,forest|open_forest|bamboo|mangrove,,140,,0.2,1,,0.03
root_shoot,HERBS,,,,0.8,1,,0.1
dead_wood,forest|open_forest|bamboo|mangrove,,,,11,t~C~ha-1,,2,dead
litter,forest|open_forest|bamboo|mangrove,,,,5,t~C~ha-1,,1,dead
dead_wood,HERBS|cropland,,,,1,t~C~ha-1,,
litter,HERBS|cropland,,,,2,t~C~ha-1,,
soil_carbon,tidal_flat,,,,100,t~C~ha-1,100,
mature_biomass,forest|open_forest,,,,250,t_dm~ha-1,,30
fraction_lost,*,fire,,,0.6,1,,0.1
fraction_lost,forest,storm,,,0.3,1,,0.1
fraction_lost,*,storm,,,0.1,1,,
combustion_factor,*,fire,,,0.4,1,,
fire_ch4,*,fire,,,5,g~kg-1,,
fire_n2o,*,fire,,,0.2,g~kg-1,,
fuel,grassland,,,,3,t_dm~ha-1,,
bcef_removal,forest,,,40,1.5,t_dm~m-3,,0.1
bcef_removal,forest,,40,120,1.1,t_dm~m-3,,0.1
bcef_removal,forest,,120,,0.9,t_dm~m-3,,0.1
bcef_removal,bamboo,,,,0.7,t_dm~m-3,,0.1
karst_sink,shrubland,,,,0.05,t~C~ha-1~yr-1,,
permafrost_carbon,bare,,,,300,t~C~ha-1,,
water_burial,water,,,,0.2,t~C~ha-1~yr-1,,""",
    "curves": """
curve_asymptote,forest|mangrove,,,,220,t_dm~ha-1,,20
curve_rate,forest|mangrove,,,,0.04,yr-1,,0.004
curve_shape,forest|mangrove,,,,1.7,1,,0.1""",
    "partly": """
root_shoot,*,,,,0.4,1,,
root_shoot,forest,,100,150,0.2,1,,""",
    "stems": """
volume_growth,forest,,,30,5,m3~ha-1~yr-1,,0.5
volume_growth,forest,,30,,2,m3~ha-1~yr-1,,0.2
volume_growth,forest,,,,3,m3~ha-1~yr-1,,0.3
bcef_growth,forest,,,50,1.2,t_dm~m-3,,0.1
bcef_growth,forest,,50,150,0.8,t_dm~m-3,,0.1
bcef_growth,forest,,150,,0.7,t_dm~m-3,,0.1
bcef,forest|open_forest,,,30,2.4,t_dm~m-3,,0.2
bcef,forest|open_forest,,30,100,1.0,t_dm~m-3,,0.1
bcef,forest|open_forest,,100,,0.8,t_dm~m-3,,0.1"""}


def write(path, values, nodata=None, kind=gdal.GDT_Float32, cells=(0, 1), scale=(1, 0)):
    """cells: first column and row, and width of a cell, in those of the demo."""
    like = oracle.Raster("zone.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, *values.shape[::-1], 1, kind, ["TILED=YES"])
    dataset.SetSpatialRef(like.dataset.GetSpatialRef())
    first, wide = cells
    dataset.SetGeoTransform((like.x0 + first * like.dx, like.dx * wide, 0, like.y0 + first * like.dy, 0, like.dy * wide))
    band = dataset.GetRasterBand(1)
    band.SetScale(scale[0])
    band.SetOffset(scale[1])
    if nodata is not None:
        band.SetNoDataValue(nodata)
        values = np.where(np.isnan(values), nodata, values)
    band.WriteArray(values)


def make():
    random, shape, eighths = np.random.default_rng(11), (1000, 1200), (0.125, -12.5)

    def noise(size, of=shape):
        patches = random.random((of[0] // size + 1, of[1] // size + 1))
        return np.repeat(np.repeat(patches, size, 0), size, 1)[:of[0], :of[1]]

    def read(path):
        values = oracle.Raster(path).read().astype(float)
        return np.where(values == 65535, np.nan, values)

    write("types.tif", 1 + np.floor(noise(37) * 5), kind=gdal.GDT_Byte)
    write("coarse_zones.tif", np.where(noise(3, (337, 403)) < 0.5, 12, 21), kind=gdal.GDT_Byte, cells=(-4.25, 3))
    write("zones.tif", np.where(noise(50) < 0.5, 32, 21), kind=gdal.GDT_Byte)  # temperate and subtropical
    for year in (2020, 2025):
        cover, biomass, volume = (read("%s_%d.tif" % (name, year)) for name in ("landcover", "biomass", "volume"))
        uneven = volume + np.where(noise(5) < 0.5, random.random(shape), 0)  # the rest is whole, on the breaks too
        write("uneven_%d.tif" % year, np.where(noise(4) < 0.05, 0 * volume, uneven), -1)
        write("everywhere_%d.tif" % year, np.where(np.isnan(volume), 40 * noise(9), volume), -1)
        write("carbon_%d.tif" % year, np.maximum(biomass * 0.47 + random.normal(0, 2, shape), 0), -1)
        write("cut_%d.tif" % year, cover[300:, 300:], kind=gdal.GDT_Byte, cells=(300, 1))
        scaled = np.where(np.isnan(biomass), 0, 100 + 8 * biomass)
        write("scaled_%d.tif" % year, scaled, 0, gdal.GDT_UInt16, (0, 1), eighths)
        write("holes_%d.tif" % year, np.where(noise(11) < 0.1, np.nan, biomass), -1)
        write("volume_holes_%d.tif" % year, np.where(noise(8) < 0.1, np.nan, volume), -1)
        write("filled_%d.tif" % year, np.where(np.isnan(biomass), 33, biomass), -1)
        write("soil_%d.tif" % year, 3 + 9 * noise(23) + random.random(shape), -1)
        write("soil_holes_%d.tif" % year, np.where(noise(13) < 0.07, np.nan, 30 + 90 * noise(17)), -1)
        write("gaps_%d.tif" % year, np.where(noise(17) < 0.03, 0, np.where(noise(7) < 0.01, 99, cover)), 0, gdal.GDT_Byte)
        coarse = 60 + 90 * noise(5, (337, 403))  # of three cells, from -4.25 on: those of both cut each other
        write("coarse_%d.tif" % year, np.where(noise(4, coarse.shape) < 0.1, np.nan, coarse), -1, cells=(-4.25, 3))
        write("coarse_soil_%d.tif" % year, coarse * 0.7, -1, cells=(-4.25, 3))
        share, left = {}, 100 - 5.0 * (noise(3) < 0.3)
        for name, codes in (("forest", (11, 12)), ("wetland", (31,)), ("mangrove", (41,)), ("salt_marsh", (42,)),
                            ("grassland", (21,))):
            here = np.isin(cover, codes)
            write("%s_%d.tif" % (name, year), here | (noise(8) < 0.02), kind=gdal.GDT_Byte)
            share[name] = np.floor(left * np.where(here, 0.3 + 0.7 * random.random(shape), 0.2 * (noise(6) < 0.2)))
            left = left - share[name]
            write("%s_share_%d.tif" % (name, year), share[name], kind=gdal.GDT_Byte)
        for name, nodata in (("landcover", 0), ("biomass", 65535)):
            gdal.Warp("utm_%s_%d.tif" % (name, year), "%s_%d.tif" % (name, year), dstSRS="EPSG:32651", xRes=90, yRes=90,
                      dstNodata=nodata)
    felled = (noise(6) < 0.1) & (cover == 11)
    write("landcover_2033.tif", np.where(felled, 21, cover), kind=gdal.GDT_Byte)
    scaled = np.where(np.isnan(biomass) | felled, 0, 140 + 8 * biomass)
    write("scaled_2033.tif", scaled, 0, gdal.GDT_UInt16, (0, 1), eighths)
    write("volume_2033.tif", np.where(felled, np.nan, 1.1 * volume), -1)
    write("soil_2033.tif", 3 + 9 * noise(23), -1)
    write("drainage_2033.tif", read("drainage_2025.tif"), 0, gdal.GDT_Byte)
    counties = ogr.Open("counties.gpkg")
    oracle.region_file("levels.gpkg", counties.GetLayer(0).GetSpatialRef(), [
        ({"code": county["code"], "province": county["code"][:2], "prefecture": county["code"][:4]},
         county.GetGeometryRef().Clone()) for county in counties.GetLayer(0) if len(county["code"]) == 6])
    with open("types.csv", "w") as file:
        file.write("code,name,title,source\n1,broadleaf,,s\n2,pinus_massoniana,,s\n3,quercus,,s\n4,pine,,s\n5,nodata,,s\n")
    tables = {"more": "above_ground_biomass,bamboo|mangrove|forest,,,120,t d.m. ha-1,,s,own,\n",
              "near": "carbon_fraction,*,,,0.5,t C (t d.m.)-1,,s,own,\n" + "".join(
                  "root_shoot,forest,%s,1,,s,own,\n" % row for row in (",100,0.5", "100,110,0.3", "110,,0.2"))}
    for name, word in (("roots", "yes"), ("no_roots", "no")):
        tables[name] = ("root_shoot,forest,,60,0.5,1,,s,own,\nroot_shoot,forest,60,,0.2,1,,s,own,\n"
                        "volume_slope,forest,,,0.9,t d.m. m-3,{0},s,own,\n"
                        "volume_intercept,forest,,,10,t d.m. ha-1,{0},s,own,\n").format(word)
    mix(20)
    for name, rows in FLOWS.items():
        with open(name + ".csv", "w") as file:
            file.write("quantity,class,key:disturbance,over,up_to,value,unit,depth_cm,se,variable,source,verified\n")
            for row in rows.replace("_dm", " d.m.").replace("HERBS", HERBS).split("\n")[1:]:
                file.write(row.replace("~", " ") + "," * (row.count(",") < 9) + ",s,own\n")
    for name, rows in tables.items():
        with open(name + ".csv", "w") as file:
            file.write("quantity,class,over,up_to,value,unit,includes_roots,source,verified,note\n" + rows)


def thin(name, step):
    """Every so many cells of a raster of the demo's grid, as a raster of larger cells; its name."""
    found = "thin%d_%s" % (step, name)
    if not os.path.exists(found):
        source = oracle.Raster(name)
        values, band = source.read()[step // 2::step, step // 2::step], source.band
        write(found, values, None, band.DataType, (0, step), (band.GetScale() or 1, band.GetOffset() or 0))
        if band.GetNoDataValue() is not None:
            dataset = gdal.Open(found, gdal.GA_Update)
            dataset.GetRasterBand(1).SetNoDataValue(band.GetNoDataValue())
    return found


def thin_job(job):
    """The job on thin rasters, as many cells of the demo wide as it says."""
    step, years = job.pop("thin"), [year for key in ("years", "history") for year in np.atleast_1d(job.get(key, []))]

    def one(file):
        for path in (file.replace("{year}", str(year)) for year in years):
            if os.path.exists(path):
                thin(path, step)
        return "thin%d_%s" % (step, file)

    def layer(spec):
        if isinstance(spec, str):
            return one(spec)
        return {**spec, **{key: one(spec[key]) for key in ("file", "sd") if key in spec}}

    for key in {"layers", "disturbances"} & set(job):
        job[key] = {name: layer(spec) for name, spec in job[key].items()}
    return job


def mix(step):
    """Thin rasters of all classes that change into each other, stands of all ages, events, overlays that change."""
    random, like = np.random.default_rng(13), oracle.Raster(thin("zone.tif", step))
    shape = (like.height, like.width)

    def patches(size, count):
        few = random.integers(0, count, (shape[0] // size + 1, shape[1] // size + 1))
        return np.repeat(np.repeat(few, size, 0), size, 1)[:shape[0], :shape[1]]

    def save(name, values, nodata=None, kind=gdal.GDT_Byte):
        write("thin%d_%s" % (step, name), values.astype(float), nodata, kind, (0, step))

    with open("all.csv", "w") as file:
        file.write("code,name,source\n0,nodata,s\n" + "".join("%d,%s,s\n" % (k, n) for k, n in enumerate(CLASSES, 1)))
    with open("stands.csv", "w") as file:
        file.write("code,name,source\n1,secondary_up_to_20,s\n2,secondary_over_20,s\n3,nodata,s\n")
    with open("tillage.csv", "w") as file:
        file.write("code,name,source\n0,nodata,s\n1,full_tillage,s\n2,reduced_tillage,s\n3,no_till,s\n")
    with open("wood.csv", "w") as file:  # of a prefecture as a whole, and of single counties
        file.write("region,year,volume_m3,class\n")
        for year in range(2021, 2026):
            for name in ("forest", "bamboo"):
                file.write("0331,%d,%d,%s\n" % (year, 900 + 10 * (year - 2020), name))
            for region in ("033201", "033204", "033101"):
                file.write("%s,%d,%d,forest\n" % (region, year, 70 + 7 * (year - 2020)))
    woody = 1 + np.isin(patches(3, 4), (1, 2)) * patches(7, 2)
    cover, stand = np.where(patches(2, 2) == 0, 1 + patches(4, 20), woody), 1 + patches(6, 3)
    volume = 400 * random.random(shape) ** 2
    for year in (2005, 2010, 2015, 2020, 2025):
        cover = np.where(random.random(shape) < 0.2, random.integers(1, 21, shape), cover)
        gap = random.random(shape) < 0.02
        save("mixed_%d.tif" % year, np.where(gap, np.where(patches(9, 2), 0, 77), cover))
        stand = np.where(random.random(shape) < 0.15, random.integers(1, 4, shape), stand)
        save("stand_%d.tif" % year, stand)
        save("tillage_%d.tif" % year, patches(5, 4))
        volume = volume * (0.9 + 0.3 * random.random(shape))
        save("stock_%d.tif" % year, np.where(random.random(shape) < 0.03, np.nan, volume), -1, gdal.GDT_Float32)
        age = np.where(random.random(shape) < 0.2, np.nan, 0.5 * np.floor(240 * random.random(shape)))
        save("age_%d.tif" % year, age, -1, gdal.GDT_Float32)
        metre = np.where(random.random(shape) < 0.05, np.nan, 20 + 300 * random.random(shape))
        save("metre_%d.tif" % year, metre, -1, gdal.GDT_Float32)
    for name, part in (("fire", 0.3), ("storm", 0.2)):
        years = np.where(random.random(shape) < part, random.integers(2008, 2028, shape), 0)
        save(name + ".tif", years, 0, gdal.GDT_UInt16)
