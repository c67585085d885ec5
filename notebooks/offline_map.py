"""Maps that open without a network: folium, with Leaflet written into the page.

folium links Leaflet, jQuery, Bootstrap and three icon fonts from other people's servers. A map of
a city's incidents must not tell them who looks at it, and must open where there is no network. So
nothing is linked: Leaflet comes from the built web pages (`gridsvc/web/dist/vendor/leaflet`), and
what folium needs the rest for (popups, awesome markers, tiles, branca's colour bars) is not used.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import folium
import geopandas
import shapely
from branca.element import Element, MacroElement
from folium.template import Template

from gridsvc.api.pages import DIST

LEAFLET = DIST / "vendor" / "leaflet"

#: The dispatch map's colours by daylight.
GROUND, TEXT, HALO = "#e6e4dc", "#2c4144", "#faf8f2"
GRID, TOWN = "#b9b3a1", "#4c6a6c"

_LOOK = f"""
.leaflet-container, .legend {{ font-family: system-ui, "Noto Sans CJK SC", sans-serif; }}
.leaflet-container {{ background: {GROUND}; }}
.leaflet-tooltip {{ opacity: .97 !important; border: 0; border-radius: 6px; padding: 8px 10px;
  color: {TEXT}; box-shadow: 0 2px 10px rgb(44 65 68 / .28); }}
.leaflet-tooltip th {{ padding: 1px 14px 1px 0; text-align: left; font-weight: 400; opacity: .72; }}
.leaflet-tooltip td {{ text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }}
.place-name {{ display: grid; place-content: center; pointer-events: none; color: {TEXT};
  font-size: 12px; font-weight: 600; white-space: nowrap;
  text-shadow: 0 0 3px {HALO}, 0 0 3px {HALO}, 0 0 3px {HALO}, 0 0 4px {HALO}; }}
.leaflet-control-scale-line:not(:first-child) {{ display: none; }} /* miles */
.legend {{ position: absolute; z-index: 1000; left: 16px; top: 16px; width: 232px;
  padding: 12px 16px; border-radius: 8px; background: rgb(255 253 248 / .94); color: {TEXT};
  font-size: 13px; line-height: 1.55; box-shadow: 0 2px 10px rgb(44 65 68 / .2); }}
.legend h1 {{ margin: 0; font-size: 15px; }}
.legend p {{ margin: 0 0 8px; opacity: .72; }}
.legend li {{ display: flex; align-items: center; gap: 8px; margin: 3px 0; }}
.legend ul {{ margin: 0; padding: 0; list-style: none; }}
.legend i {{ width: 22px; height: 14px; border-radius: 3px; border: 1px solid {GRID}; }}
"""


class Verbatim(Element):
    """A piece of the page that is no template: minified scripts are full of braces."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:
        return self._text


class PlaceName(MacroElement):
    """A name on the map. folium's own marker first fetches the picture of a pin."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        L.marker({{ this.at|tojson }}, {
            interactive: false,
            icon: L.divIcon({
                html: {{ this.text|tojson }}, className: "place-name", iconSize: [120, 18],
            }),
        }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """)

    def __init__(self, text: str, at: tuple[float, float]) -> None:
        super().__init__()
        self.text, self.at = text, at


class OfflineMap(folium.Map):
    """A folium map whose page asks nobody for anything."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, title: str, *, height: str = "680px") -> None:
        super().__init__(
            tiles=None,
            control_scale=True,
            zoom_control="topright",
            zoom_snap=0.25,
            attribution_control=False,
            font_size="13px",
        )
        page = self.get_root()
        page.title, page.height = title, height
        for name, text in (
            ("leaflet_css", f"<style>{leaflet_style()}</style>"),
            ("leaflet", f"<script>{leaflet_script()}</script>"),
            ("look", f"<style>{_LOOK}</style>"),
        ):
            page.header.add_child(Verbatim(text), name=name)

    def add_areas(
        self,
        frame: geopandas.GeoDataFrame,
        style: Callable[[dict[str, Any]], dict[str, Any]],
        tooltip: Mapping[str, str] | None = None,
    ) -> None:
        """Draw areas styled by their columns; `tooltip` maps columns to what they are called."""
        shown = {"highlight_function": lambda _: {"weight": 2.5, "color": TEXT}} if tooltip else {}
        folium.GeoJson(
            features(frame),
            style_function=lambda feature: style(feature["properties"]),
            tooltip=folium.GeoJsonTooltip(list(tooltip), list(tooltip.values()), style="")
            if tooltip
            else None,
            interactive=bool(tooltip),
            **shown,
        ).add_to(self)

    def add_names(self, frame: geopandas.GeoDataFrame, column: str) -> None:
        """Write a name inside each area."""
        named = frame[~frame.geometry.isna()]
        for name, at in zip(named[column], named.representative_point(), strict=True):
            PlaceName(html.escape(name), (at.y, at.x)).add_to(self)

    def show_all(self, frame: geopandas.GeoDataFrame) -> None:
        """Open the map on these areas, beside the legend."""
        west, south, east, north = frame.to_crs("EPSG:4326").total_bounds
        self.fit_bounds(
            [(south, west), (north, east)],
            padding_top_left=(280, 16),
            padding_bottom_right=(16, 16),
        )

    def add_legend(
        self, title: str, notes: Iterable[str], classes: Iterable[tuple[str, str]]
    ) -> None:
        """Say what is shown and explain its colours, given as pairs of colour and words."""
        lines = "<br>".join(html.escape(note) for note in notes)
        rows = "".join(
            f'<li><i style="background:{colour}"></i>{html.escape(words)}</li>'
            for colour, words in classes
        )
        self.get_root().html.add_child(
            Verbatim(
                f'<aside class="legend"><h1>{html.escape(title)}</h1>'
                f"<p>{lines}</p><ul>{rows}</ul></aside>"
            )
        )


def features(frame: geopandas.GeoDataFrame) -> dict[str, Any]:
    """Return a frame as GeoJSON in WGS 84, which Leaflet draws; to 0.1 m, text made harmless.

    folium's tooltips put values into the page as HTML, and names come from imported files.
    """
    drawn = frame[~frame.geometry.isna()].to_crs("EPSG:4326")
    drawn = drawn.set_geometry(shapely.transform(drawn.geometry.array, lambda xy: xy.round(6)))
    drawn = drawn.set_crs("EPSG:4326", allow_override=True)
    for column in drawn.columns.difference([drawn.geometry.name]):
        drawn[column] = [html.escape(str(value)) for value in drawn[column]]
    found: dict[str, Any] = json.loads(drawn.to_json(drop_id=True))
    return found


def leaflet_script() -> str:
    """Return Leaflet without the pointer to its source map, which would be looked for."""
    return re.sub(r"//# sourceMappingURL=\S+", "", _vendored("leaflet.js").decode())


def leaflet_style() -> str:
    """Return Leaflet's style sheet with its pictures inside."""

    def inlined(found: re.Match[str]) -> str:
        picture = base64.b64encode(_vendored(found[1])).decode()
        return f"url(data:image/png;base64,{picture})"

    return re.sub(r"url\((images/[\w.-]+)\)", inlined, _vendored("leaflet.css").decode())


def _vendored(name: str) -> bytes:
    path: Path = LEAFLET / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is not there: the web pages have not been built; run scripts/prepare run"
        ) from None
