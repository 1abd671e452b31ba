"""Reads a map export with shapely and, of Parquet, pyarrow: one line of JSON with what it found, and what breaks the rules."""

import json
import sys

import shapely
from shapely.geometry import shape


def told(geometries, properties, faults):
    bounds = shapely.total_bounds(geometries).tolist() if len(geometries) else None
    lengths = [geometry.length for geometry in geometries]
    answer = {
        "rows": len(geometries),
        "types": sorted({geometry.geom_type for geometry in geometries}),
        "points": int(shapely.get_num_coordinates(geometries).sum()) if len(geometries) else 0,
        "lengthDeg": sum(lengths),
        "bounds": bounds,
        "properties": properties,
        "faults": faults,
    }
    print(json.dumps(answer))


def geojson(path):
    with open(path, encoding="utf-8") as file:
        collection = json.load(file)
    faults = []
    if collection.get("type") != "FeatureCollection" or "crs" in collection:
        faults.append("it is no FeatureCollection of RFC 7946")
    geometries = []
    for feature in collection["features"]:
        geometry = shape(feature["geometry"])
        geometries.append(geometry)
        west, south, east, north = geometry.bounds
        box = feature["bbox"]
        if not (-180 <= west and east <= 180 and -90 <= south and north <= 90):
            faults.append(f"{geometry.bounds} is beyond the Earth")
        if box[0] <= box[2] and max(abs(a - b) for a, b in zip(box, geometry.bounds)) > 1e-9:
            faults.append(f"the bbox {box} is not that of {geometry.bounds}")
    told(geometries, [feature["properties"] for feature in collection["features"]], faults)


def geoparquet(path):
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(path)
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    faults = []
    column = geo["columns"][geo["primary_column"]]
    if geo["version"] != "1.1.0" or column["encoding"] != "WKB" or column["crs"]["id"] != {"authority": "OGC", "code": "CRS84"}:
        faults.append(f"the geo metadata is not that of GeoParquet 1.1 with WKB on OGC:CRS84: {geo}")
    if column["covering"]["bbox"] != {side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")}:
        faults.append("its covering names no column bbox")
    table = file.read()
    geometries = [shapely.from_wkb(value.as_py()) for value in table.column(geo["primary_column"])]
    if sorted({geometry.geom_type for geometry in geometries}) != sorted(column["geometry_types"]):
        faults.append("geometry_types are not those of the rows")
    for geometry, box in zip(geometries, table.column("bbox").to_pylist()):
        found = (box["xmin"], box["ymin"], box["xmax"], box["ymax"])
        if box["xmin"] <= box["xmax"] and max(abs(a - b) for a, b in zip(found, geometry.bounds)) > 1e-9:
            faults.append(f"the bbox {found} is not that of {geometry.bounds}")
    if geometries and max(abs(a - b) for a, b in zip(column["bbox"], shapely.total_bounds(geometries))) > 1e-9:
        faults.append(f"the bbox of the file {column['bbox']} is not that of its rows")
    plain = table.drop_columns([geo["primary_column"], "bbox"])
    told(geometries, plain.to_pylist(), faults)


def gpx(path):
    import gpxpy

    with open(path, encoding="utf-8") as file:
        tracks = gpxpy.parse(file).tracks
    answer = []
    for track in tracks:
        points = [point for segment in track.segments for point in segment.points]
        pairs = [pair for segment in track.segments for pair in zip(segment.points, segment.points[1:])]
        timed = [(a, b) for a, b in pairs if a.time and b.time]
        metres = sum(a.distance_2d(b) for a, b in timed if a.time.timestamp() // 60 == b.time.timestamp() // 60)
        answer.append({"points": len(points), "inMinutesM": metres})
    print(json.dumps(answer))


{"geojson": geojson, "geoparquet": geoparquet, "gpx": gpx}[sys.argv[1]](sys.argv[2])
