# %% [markdown]
# An inventory in xarray: `python3 notebook.py inventory.nc`, or cell by cell in an editor that knows `# %%`.

# %%
import sys

import numpy as np
import xarray as xr

path = sys.argv[1] if len(sys.argv) > 1 else "inventory.nc"
data = xr.open_dataset(path)
data = data.assign_coords(region=data.region_id, pool=data.pool_name, cover=data.cover_name)
year = data.time.dt.year

# %% Carbon of the top level by pool, in million t
top = data.region_id[data.region_level == 0].values[0]
stock = data.carbon_stock.sel(region=top) / 1e6
print(stock.to_pandas().set_axis(year.values).round(3).T)

# %% The sink with its interval, of all regions in the last year
last = data.isel(time=-1)
table = last[["total_net_removal", "total_net_removal_lower", "total_net_removal_upper"]].to_dataframe()
table = table[["region_name"] + [name for name in table if name.startswith("total_net")]]
print(table.sort_values("total_net_removal", ascending=False).round(0).to_string())

# %% What it is per hectare, and which class gives it
per_ha = last.total_net_removal / last.classified_area.where(last.classified_area > 0)
by_class = last.net_removal_by_cover.sum("pool").sel(region=top)
print("%.2f t CO2 a year and ha; most of it: %s" % (per_ha.sel(region=top), by_class.cover.values[by_class.argmax()]))

# %% All adds up: pools to totals, children to their parent
assert np.allclose(data.carbon_stock.sum("pool"), data.total_carbon_stock)
children = data.total_carbon_stock.sel(region=(data.region_parent == top).values).sum("region")
assert np.allclose(children, data.total_carbon_stock.sel(region=top))
print("adds up")
