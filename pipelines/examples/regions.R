# An inventory in R: Rscript regions.R inventory.nc inventory.gpkg
# The GeoPackage comes from `sinkcalc export inventory.nc -o inventory.gpkg`.
library(ncdf4)
library(sf)

paths <- commandArgs(trailingOnly = TRUE)
inventory <- nc_open(paths[1])
years <- as.integer(format(as.Date(ncvar_get(inventory, "time"), origin = "1970-01-01"), "%Y"))

# Dimensions come in reverse in R: regions first.
stock <- ncvar_get(inventory, "total_carbon_stock", collapse_degen = FALSE)
sink <- ncvar_get(inventory, "total_net_removal", collapse_degen = FALSE)
table <- data.frame(id = ncvar_get(inventory, "region_id"), name = ncvar_get(inventory, "region_name"),
                    carbon_t = stock[, length(years)], sink_tco2 = sink[, length(years)])
print(table[order(-table$sink_tco2), ])

# The same regions as polygons, with their figures.
levels <- grep("^regions_level_", st_layers(paths[2])$name, value = TRUE)
regions <- do.call(rbind, lapply(levels, function(layer) st_read(paths[2], layer, quiet = TRUE)))
regions <- regions[match(table$id, regions$region_id), ]
stopifnot(all.equal(regions$carbon_stock_t, table$carbon_t))
hectares <- as.numeric(st_area(regions)) / 1e4
polygons <- !st_is_empty(regions)
cat(sprintf("%d regions, outlines within %.1f %% of the areas counted with\n", sum(polygons),
            100 * max(abs(hectares / regions$region_area_ha - 1)[polygons])))

# All values in one table: tidy, one a row.
values <- st_read(paths[2], "inventory_values", quiet = TRUE)
forest <- values[values$quantity == "area" & values$class == "forest" & values$level == 0, c("year", "value", "unit")]
print(forest)
nc_close(inventory)
