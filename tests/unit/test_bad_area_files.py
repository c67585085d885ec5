"""Files of areas that cannot be used: each is refused by name, place and what to do."""

import json
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from gridsvc.core.geo.axis_doubt import doubt_axes
from gridsvc.core.geo.datum import from_4490
from gridsvc.services.area_files import AreaFile, read_areas
from gridsvc.services.broken_rings import fault_in_wkb, fault_in_wkt
from gridsvc.services.refusal import BadFile
from tests.builders import lattice

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")

RING = [[113.7, 23.0], [113.8, 23.0], [113.8, 23.1], [113.7, 23.1], [113.7, 23.0]]
HOLE = [[113.72, 23.02], [113.74, 23.02], [113.74, 23.04], [113.72, 23.02]]


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(BadFile) as refused:
        read_areas(path, **options)
    return str(refused.value)


def frame(outlines: list | None = None, **columns: list) -> geopandas.GeoDataFrame:
    outlines = outlines or list(lattice(2, 2))
    return geopandas.GeoDataFrame(
        {"code": [f"A{i}" for i in range(len(outlines))], **columns},
        geometry=outlines,
        crs="EPSG:4490",
    )


def geojson(*geometries: object, **more: object) -> str:
    features = [
        {"type": "Feature", "properties": {"id": f"g{n}"}, "geometry": geometry}
        for n, geometry in enumerate(geometries, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": rings}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", ["is empty"], id="nothing"),
        pytest.param('{\n"type": // areas\n1}', ["line 2", "a comment"], id="a comment"),
        pytest.param('{\n "a": 1,\n /* b */ "b": 2}', ["line 3", "a comment"], id="a C comment"),
        pytest.param('{"a": [1,\n2,\n]}', ["line 2", "a comma before ']'"], id="a trailing comma"),
        pytest.param('{"a": 1,\n}', ["line 1", "a comma before '}'"], id="a trailing comma in {}"),
        pytest.param('{"a":\n[NaN, 1]}', ["line 2", "NaN is not a number"], id="NaN"),
        pytest.param('{"a":\n\n[-Infinity]}', ["line 3", "-Infinity is not"], id="Infinity"),
        pytest.param('{"type": "Feature', ["line 1", "no JSON"], id="cut off in a string"),
        pytest.param('{"a": [1,\n', ["ends too early", "cut off"], id="cut off"),
        pytest.param("[1, 2]", ["is JSON, but no FeatureCollection"], id="a plain list"),
        pytest.param('{"type": "Topology"}', ["TopoJSON", "Export it as GeoJSON"], id="TopoJSON"),
        pytest.param(geojson(), ["holds no features"], id="no features"),
        pytest.param(geojson(None, None), ["2 features, but no outline"], id="null outlines only"),
        pytest.param(geojson(polygon()), ["1 features, but no outline"], id="empty outline"),
        pytest.param(
            geojson(polygon(RING), polygon(RING[:-1])),
            ["feature 2 (id g2)", "part 1, the outer ring is not closed", "(113.7 23.1)"],
            id="an unclosed ring",
        ),
        pytest.param(
            geojson(polygon(RING, HOLE, HOLE[:2])),
            ["feature 1 (id g1)", "part 1, hole 2 has 2 points"],
            id="a hole of two points",
        ),
        pytest.param(
            geojson({"type": "MultiPolygon", "coordinates": [[RING], [RING[:-1]]]}),
            ["part 2, the outer ring is not closed"],
            id="an unclosed ring of the second part",
        ),
        pytest.param(
            geojson(polygon([*RING[:2], ["113.8", 23.1], RING[0]])),
            ["a position that is not two numbers"],
            id="a number in quotes",
        ),
        pytest.param(
            geojson(polygon([*RING[:2], [113.8], RING[0]])),
            ["feature 1 (id g1)", "not two numbers"],
            id="a position of one number",
        ),
        pytest.param(
            geojson(polygon(RING), {"type": "Point", "coordinates": [1, 2]}),
            ["feature 2 (id g2) is a Point, not a polygon"],
            id="mixed types",
        ),
        pytest.param(
            geojson({"type": "Circle", "coordinates": [1, 2]}), ["'Circle'"], id="an unknown type"
        ),
        pytest.param(
            geojson(polygon([[y, x] for x, y in RING])), ["swapped lon and lat?"], id="lat, lon"
        ),
        pytest.param(
            geojson(polygon([[x * 1e5, y * 1e5] for x, y in RING])),
            ["metres taken for degrees?", "part 1, the outer ring"],
            id="metres as degrees",
        ),
        pytest.param(
            geojson(polygon([[1e300, 2], *RING[1:-1], [1e300, 2]])),
            ["feature 1 (id g1)", "lon = 1e+300"],
            id="a huge coordinate",
        ),
        pytest.param(
            geojson(polygon(RING), polygon(RING)).replace("g2", "g1"),
            ["used more than once: g1 (features 1, 2)"],
            id="a duplicate id",
        ),
        pytest.param(
            geojson(polygon(RING), crs={"type": "name", "properties": {"name": "local"}}),
            ["names no EPSG code", "--crs"],
            id="a crs nobody knows",
        ),
    ],
)
def test_geojson_is_refused_with_its_place(tmp_path: Path, text: str, told: list[str]) -> None:
    path = tmp_path / "towns.geojson"
    path.write_text(text)

    message = refusal(path)

    assert message.startswith("towns.geojson: ")
    assert [words for words in told if words not in message] == [], message


def test_geojson_in_the_windows_code_page_and_with_heights_is_read(tmp_path: Path) -> None:
    path = tmp_path / "towns.geojson"
    ring = [[*place, 12.5] for place in RING]
    ring[1] = RING[1]
    feature = {"type": "Feature", "id": 7, "properties": {"name": "东城"}}
    path.write_text(
        json.dumps({**feature, "geometry": polygon(ring)}, ensure_ascii=False), encoding="gb18030"
    )

    areas = read_areas(path)

    assert (areas.ids, list(areas.columns["name"]), areas.datum) == (("7",), ["东城"], "wgs84")
    assert not areas.outlines_4490[0].has_z
    assert areas.outlines_4490[0].equals(Polygon(RING))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4547", "EPSG:4547"])
def test_the_old_crs_member_counts(tmp_path: Path, name: str) -> None:
    path = tmp_path / "towns.geojson"
    ring = [list(from_4490(x, y, "EPSG:4547")) for x, y in RING]
    path.write_text(geojson(polygon(ring), crs={"type": "name", "properties": {"name": name}}))

    areas = read_areas(path)

    assert areas.datum == "EPSG:4547"
    assert areas.outlines_4490[0].equals_exact(Polygon(RING), 1e-8)


def projected(datum: str, change=lambda x, y: (x, y)) -> list[Polygon]:
    return [
        shapely.transform(
            outline, lambda xy: np.column_stack(change(*from_4490(xy[:, 0], xy[:, 1], datum)))
        )
        for outline in lattice(2, 2)
    ]


@pytest.mark.parametrize(
    ("really", "declared", "change", "told"),
    [
        ("EPSG:4547", "EPSG:4547", lambda x, y: (y, x), "axes are swapped"),
        ("EPSG:4526", "EPSG:4547", lambda x, y: (x, y), "probably --crs EPSG:4526"),
        ("EPSG:4547", "EPSG:4526", lambda x, y: (x, y), "lack the zone number"),
        ("EPSG:4547", "EPSG:4547", lambda x, y: (x / 0.3048, y / 0.3048), "seem to be in feet"),
        ("EPSG:4490", "EPSG:4547", lambda x, y: (x, y), "look like degrees"),
        ("EPSG:4547", "EPSG:32650", lambda x, y: (x + 5e6, y), "lie far from where EPSG:32650"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(
    tmp_path: Path, really: str, declared: str, change, told: str
) -> None:
    path = tmp_path / "a.gpkg"
    frame(projected(really, change)).set_crs(declared, allow_override=True).to_file(path)

    assert told in refusal(path)


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4526", "EPSG:2263", "ESRI:102733"])
def test_metres_feet_and_zones_are_read_as_declared(tmp_path: Path, crs: str) -> None:
    place = box(-73.99, 40.70, -73.98, 40.71) if crs == "EPSG:2263" else lattice(1, 1)[0]
    place = box(-81.05, 34.0, -81.0, 34.05) if crs.startswith("ESRI") else place
    path = tmp_path / "a.shp"
    frame([place]).to_crs(crs).to_file(path)

    areas = read_areas(path)

    assert areas.outlines_4490[0].normalize().equals_exact(place.normalize(), 3e-5)


@settings(deadline=None)
@given(
    lon=st.floats(112.5, 115.5),
    lat=st.floats(21.6, 45.4),
    datum=st.sampled_from(["EPSG:4547", "EPSG:4526", "EPSG:32649", "EPSG:3857", "EPSG:4490"]),
)
def test_honest_coordinates_are_never_doubted(lon: float, lat: float, datum: str) -> None:
    x, y = from_4490(np.array([lon]), np.array([lat]), datum)

    assert doubt_axes(x, y, datum) is None


@settings(deadline=None)
@given(lon=st.floats(112.5, 115.5), lat=st.floats(21.6, 45.4))
def test_swapped_metres_are_always_doubted(lon: float, lat: float) -> None:
    x, y = from_4490(np.array([lon]), np.array([lat]), "EPSG:4547")

    assert "axes are swapped" in (doubt_axes(y, x, "EPSG:4547") or ("",))[0]


@pytest.mark.parametrize("code", ["utf-8", "GBK", "GB18030"])
@pytest.mark.parametrize("with_cpg", [True, False])
def test_shapefiles_are_read_in_the_encoding_they_name(
    tmp_path: Path, code: str, with_cpg: bool
) -> None:
    path = tmp_path / "a.shp"
    frame(name=["东城", "南城街道", "万江", "莞城"]).to_file(path, encoding=code)
    path.with_suffix(".cpg").write_text(code)
    if not with_cpg:
        path.with_suffix(".cpg").unlink()

    assert list(read_areas(path).columns["name"]) == ["东城", "南城街道", "万江", "莞城"]


def test_a_shapefile_without_prj_wants_its_datum(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame(projected("EPSG:4547")).set_crs(None, allow_override=True).to_file(path)

    assert "needs its .prj" in refusal(path)
    assert "--crs" in refusal(path)
    areas = read_areas(path, crs="EPSG:4547")
    assert areas.outlines_4490[0].normalize().equals_exact(lattice(2, 2)[0].normalize(), 1e-8)


def test_a_shapefile_without_its_index_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame().to_file(path)
    path.with_suffix(".shx").unlink()

    assert "without its .shx" in refusal(path)


def test_z_and_m_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame([shapely.force_3d(o, 7.0) for o in lattice(2, 2)]).set_crs(
        "EPSG:4979", allow_override=True
    ).to_file(path)

    areas = read_areas(path)

    assert areas.datum == "wgs84"
    assert not any(outline.has_z for outline in areas.outlines_4490)


def test_a_feature_without_land_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame([*lattice(2, 1), None, Polygon()]).to_file(path)

    assert [o is not None for o in read_areas(path).outlines_4490] == [True, True, False, False]


def test_a_layer_is_chosen_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="grids")
    frame([Point(1, 2)]).to_file(path, layer="points")

    assert "holds several layers: grids, points. Choose one with --layer" in refusal(path)
    assert "has no layer 'towns'. Its layers are: grids, points" in refusal(path, layer="towns")
    assert len(read_areas(path, layer="grids").ids) == 4
    assert "is a Point" in refusal(path, layer="points")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code,lon,lat\nA,113.7,23\n", "holds points (code, lon, lat), and areas are wanted"),
        ("code,wkt\nA,POLYGON ((0 0,1 0,1 1\n", "row 1 (line 2) has"),
        ('code,wkt\nA,"POLYGON ((0 0,1 0,1 1,0 x))"\n', "the outer ring holds something that"),
        ('code,wkt\nA,"POLYGON ((0 0,1 0,1 1"\n', "brackets or commas do not match"),
        ("code,wkt\nA,square\n", "its text is no POLYGON"),
        (
            'code,wkt\nA,"MULTIPOLYGON (((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5),(5 5,5 6)))"\n',
            "feature 1 (id A) has an outline that cannot be read: part 2, hole 1 has 2 points",
        ),
        ('code,wkt\nA,"POINT (1 2)"\n', "is a Point, not a polygon"),
        ('code,wkt\nA,"POLYGON ((0 0,1 0,nan nan,0 0))"\n', "nan is not a number"),
    ],
)
def test_a_csv_of_areas_is_refused_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)

    assert told in refusal(path)


def test_a_broken_ring_in_parquet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame().to_parquet(path)
    table = pyarrow.parquet.read_table(path)
    wkb = table["geometry"].to_pylist()
    wkb[2] = unclosed(lattice(2, 2)[2])
    at = table.schema.get_field_index("geometry")
    broken = table.set_column(at, table.schema.field(at), pa.array(wkb))
    pyarrow.parquet.write_table(broken.replace_schema_metadata(table.schema.metadata), path)

    assert "feature 3 has a broken outline: part 1, the outer ring is not closed" in refusal(path)
    path.write_bytes(path.read_bytes()[:200])
    assert "cannot be read" in refusal(path)


def unclosed(outline: Polygon | MultiPolygon) -> bytes:
    wkb = bytearray(shapely.to_wkb(outline, byte_order=1))
    wkb[-8:] = np.array([1.0]).tobytes()
    return bytes(wkb)


@given(
    flavor=st.sampled_from(["iso", "extended"]),
    order=st.sampled_from([0, 1]),
    heights=st.booleans(),
    parts=st.integers(1, 3),
)
def test_the_last_ring_is_named_in_any_dialect_of_wkb(
    flavor: str, order: int, heights: bool, parts: int
) -> None:
    outline = MultiPolygon(
        [Polygon(RING, [HOLE]), *(box(n, 0, n + 0.5, 1) for n in range(1, parts))]
    )
    wkb = bytearray(
        shapely.to_wkb(
            shapely.force_3d(outline) if heights else outline, flavor=flavor, byte_order=order
        )
    )
    wkb[-24 if heights else -16 :] = b"\x00" * (24 if heights else 16)
    ring = "the outer ring" if parts > 1 else "hole 1"

    assert fault_in_wkb(bytes(wkb)).startswith(f"part {parts}, {ring} is not closed")


@given(text=st.text(alphabet="POLYGNMUTI()0123 ,.-e", max_size=40))
def test_any_text_that_is_no_wkt_has_a_reason(text: str) -> None:
    assert fault_in_wkt(text)


@given(wkb=st.binary(max_size=60))
def test_any_bytes_that_are_no_wkb_have_a_reason(wkb: bytes) -> None:
    assert fault_in_wkb(wkb)


def zipped(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def shapefile(folder: Path) -> dict[str, bytes]:
    frame().to_file(folder / "inner.shp")
    return {
        ending: (folder / f"inner{ending}").read_bytes()
        for ending in (".shp", ".shx", ".dbf", ".prj")
    }


def test_a_zipped_shapefile_may_lie_in_a_folder_with_a_chinese_name(tmp_path: Path) -> None:
    members = [(f"AAAA/BBBB{ending}", content) for ending, content in shapefile(tmp_path).items()]
    path = zipped(tmp_path / "a.zip", *members)
    # What Windows writes: the bytes of its code page, and no word about it.
    path.write_bytes(path.read_bytes().replace(b"AAAA/BBBB", "边界/东莞".encode("gb18030")))

    assert len(read_areas(path).ids) == 4
    assert len(read_areas(path, layer="东莞").ids) == 4
    assert "has no '深圳'. It holds: 边界/东莞.shp" in refusal(path, layer="深圳")


def test_several_shapefiles_in_a_zip_are_chosen_by_name(tmp_path: Path) -> None:
    parts = shapefile(tmp_path)
    members = [(f"{n}{ending}", c) for n in ("a", "b") for ending, c in parts.items()]
    path = zipped(tmp_path / "a.zip", *members)

    assert "holds several Shapefiles: a.shp, b.shp. Choose one with --layer" in refusal(path)
    assert "has no 'c'. It holds: a.shp, b.shp" in refusal(path, layer="c")
    assert len(read_areas(path, layer="b").ids) == 4


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ([("inner.zip", b"PK")], "holds another zip: inner.zip. Unpack it"),
        ([("readme.txt", b"hello")], "holds no Shapefile (.shp)"),
        ([("a.shp", b"\0" * (60 << 20))], "times its size, as no outlines do"),
        ([("../../a.geojson", b"{}")], "is JSON, but no FeatureCollection"),
    ],
)
def test_a_zip_of_something_else_is_refused(tmp_path: Path, members: list, told: str) -> None:
    path = zipped(tmp_path / "a.zip", *members)

    message = refusal(path)

    assert message.startswith("a.zip: ")
    assert told in message
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_zip_that_claims_too_much_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "a.zip", ("a.geojson", geojson(polygon(RING)).encode()))
    monkeypatch.setattr("gridsvc.services.zipped._LARGEST_BYTES", 100)

    assert "more than 0 GB" in refusal(path)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.geojson", geojson(polygon(RING)).encode() * 20))
    content = bytearray(path.read_bytes())
    content[60:80] = b"\xff" * 20
    path.write_bytes(content)

    assert "a.geojson cannot be unpacked" in refusal(path)


def test_an_id_column_with_gaps_or_repeats_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame(key=["1", "2", "2", None]).to_file(path)

    assert "feature 4 has no key" in refusal(path, area_id="key")
    assert "used more than once: 2 (features 2, 3)" in refusal(
        _saved(tmp_path, key=["1", "2", "2", "3"]), area_id="key"
    )


def _saved(folder: Path, **columns: list) -> Path:
    path = folder / "b.gpkg"
    frame(**columns).to_file(path)
    return path


def test_formats_agree(tmp_path: Path) -> None:
    def read(name: str, write) -> AreaFile:
        write(tmp_path / name)
        return read_areas(tmp_path / name)

    whole = frame()
    found = [
        read("a.gpkg", whole.to_file),
        read("a.fgb", whole.to_file),
        read("a.shp", whole.to_file),
        read("a.parquet", whole.to_parquet),
        read("a.geojson", whole.to_crs("OGC:CRS84").to_file),
    ]

    for one in found:
        by_id = dict(zip(one.ids, one.outlines_4490, strict=True))
        assert sorted(by_id) == ["A0", "A1", "A2", "A3"]
        for code, outline in zip(whole.code, whole.geometry, strict=True):
            assert by_id[code].normalize().equals_exact(outline.normalize(), 1e-9)
