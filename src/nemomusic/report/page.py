"""Make the page: one HTML file that loads no other file and can be opened offline."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 media-src * file:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>%(title)s</title>
<style>
:root{--back:#fff;--front:#1b1b1f;--soft:#667;--line:#d5d7de;--bad:#b3261e;--mark:#0b57d0;
 --video:#4c78a8;--music:#4f8f45;--text:#8a5a82;--cut:#d1495b;--energy:#6ab04c}
@media (prefers-color-scheme:dark){:root{--back:#141417;--front:#e7e7ea;--soft:#9aa;--line:#3a3b42;
 --bad:#ff8a80;--mark:#8ab4f8;--energy:#4f8f45}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1400px;padding:1rem;background:var(--back);color:var(--front);
 font:15px/1.4 system-ui,sans-serif}
h1{font-size:1.3rem;margin:0 0 .5rem}
form{display:flex;gap:1rem;flex-wrap:wrap;align-items:center;margin:.5rem 0 1rem}
input[type=search]{font:inherit;padding:.3rem .5rem;min-width:16rem}
table{border-collapse:collapse;width:100%%}
th,td{text-align:left;vertical-align:top;padding:.4rem .5rem;border-bottom:1px solid var(--line)}
th button{font:inherit;font-weight:600;background:none;border:0;color:inherit;cursor:pointer;
 padding:0}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
tbody tr:focus{outline:2px solid var(--mark);outline-offset:-2px}
.name{word-break:break-all;font-weight:600}
.soft{color:var(--soft);font-size:.87em}
.bad{color:var(--bad)}
.strip{display:block;max-width:100%%;border-radius:3px}
.strip,svg{max-width:360px}
video{display:block;max-width:480px;width:100%%;margin-top:.4rem}
.play{font:inherit;padding:.15rem .6rem;cursor:pointer}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
</style>
</head>
<body>
<h1>%(title)s</h1>
<p id="summary">%(summary)s</p>
<form role="search" onsubmit="return false">
<label>Search <input type="search" id="search" placeholder="name, words, error ( / )"></label>
<label><input type="checkbox" id="failures"> Failures only ( f )</label>
<span class="soft" id="shown" aria-live="polite"></span>
<span class="soft">Keys: j and k move, Enter plays</span>
</form>
<table>
<thead><tr>%(columns)s</tr></thead>
<tbody id="rows">
"""
COLUMNS: Final = (
    ("number", "#", "number"),
    ("input", "Clip", "text"),
    ("picture", "Result", None),
    ("tempo", "Tempo", "number"),
    ("hits", "Hits on cuts", "number"),
    ("loudness", "Loudness", "number"),
    ("seconds", "Time", "number"),
    ("credits", "Credits", "number"),
    ("state", "State", "text"),
)
"""Key, title and kind of each column. A column without a kind can't be sorted."""
FOOT: Final = """</tbody>
</table>
<script>
"use strict";
const body = document.getElementById("rows");
const rows = [...body.rows];
const search = document.getElementById("search");
const failures = document.getElementById("failures");
const visible = () => [...body.rows].filter((row) => !row.hidden);
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = (failures.checked && row.dataset.state !== "failed")
      || !words.every((word) => text.includes(word));
  }
  document.getElementById("shown").textContent = visible().length + " of " + rows.length + " shown";
}
function sort(header, key, kind) {
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.dataset[key] ?? "";
  rows.sort((a, b) => {
    const x = value(a), y = value(b);
    if (x === "" || y === "") return (x === "") - (y === "");  // unknown ones last
    const order = kind === "number" ? x - y : x.localeCompare(y);
    return down ? -order : order;
  });
  body.append(...rows);
}
for (const header of document.querySelectorAll("th[data-kind]")) {
  header.querySelector("button").addEventListener("click",
    () => sort(header, header.dataset.key, header.dataset.kind));
}
function play(row) {
  const button = row.querySelector(".play");
  if (!button) return;
  let video = row.querySelector("video");
  if (!video) {
    video = document.createElement("video");
    video.controls = true;
    video.src = button.dataset.src;
    button.after(video);
  }
  if (video.paused) video.play().catch(() => {}); else video.pause();
}
body.addEventListener("click", (event) => {
  if (event.target.matches(".play")) play(event.target.closest("tr"));
});
search.addEventListener("input", filter);
failures.addEventListener("change", filter);
document.addEventListener("keydown", (event) => {
  const typing = event.target === search;
  if (event.key === "Escape" && typing) { search.value = ""; filter(); search.blur(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const list = visible(), at = list.indexOf(document.activeElement);
  if (event.key === "/") { search.focus(); event.preventDefault(); }
  else if (event.key === "f") { failures.checked = !failures.checked; filter(); }
  else if (event.key === "j" || event.key === "k") {
    const next = Math.max(0, Math.min(list.length - 1, at + (event.key === "j" ? 1 : -1)));
    if (list[next]) list[next].focus();
  } else if (event.key === "Enter" && at >= 0) { play(list[at]); event.preventDefault(); }
});
filter();
</script>
</body>
</html>
"""


def head(title: str, summary: str) -> str:
    """Return the page up to its first row."""
    columns = "".join(
        f'<th scope="col" data-key="{key}" data-kind="{kind}">'
        f'<button type="button">{escape(name)}</button></th>'
        if kind
        else f'<th scope="col">{escape(name)}</th>'
        for key, name, kind in COLUMNS
    )
    return HEAD % {"title": escape(title), "summary": escape(summary), "columns": columns}


def row_html(row: Mapping[str, Any], source: str | None) -> str:
    """Return one row of the table.

    Args:
        row: A `ReportRow` as a dictionary.
        source: Address of the result, relative to the page; None if there is no file to play.
    """
    data = "".join(
        f' data-{key}="{escape(str(row[key]))}"'
        for key, _, kind in COLUMNS
        if kind and row.get(key) is not None
    )
    cells = [
        f'<td class="number">{row["number"]}</td>',
        (
            f'<td><div class="name">{escape(str(row["input"]))}</div>'
            f'<div class="soft">{escape(str(row.get("path") or ""))}</div></td>'
        ),
        f"<td>{_picture(row, source)}</td>",
        _cell(row.get("tempo"), "{:g} bpm"),
        _hits(row),
        _cell(row.get("loudness"), "{:.1f} LUFS"),
        _cell(row.get("seconds"), "{:.1f} s"),
        _cell(row.get("credits"), "{:g}"),
        f"<td>{_state(row)}</td>",
    ]
    return f'<tr tabindex="0"{data}>{"".join(cells)}</tr>\n'


def _picture(row: Mapping[str, Any], source: str | None) -> str:
    parts = []
    if row.get("strip"):
        alt = f"Frames of {row['input']}"
        parts.append(f'<img class="strip" alt="{escape(alt)}" src="{escape(row["strip"])}">')
    if row.get("drawing"):
        parts.append(str(row["drawing"]))  # `timeline_svg` has escaped it
    if row.get("timeline"):
        parts.append(f'<div class="soft">{escape(row["timeline"])}</div>')
    notes = [*(row.get("warnings") or ()), *([row["note"]] if row.get("note") else [])]
    parts += [f'<div class="soft">{escape(note)}</div>' for note in notes]
    if source is not None:
        label = f"Play {row['input']}"
        parts.append(
            f'<button type="button" class="play" data-src="{escape(source)}" '
            f'aria-label="{escape(label)}">Play</button>'
        )
    return "".join(parts)


def _cell(value: object, form: str) -> str:
    shown = "–" if value is None else form.format(value)
    return f'<td class="number">{shown}</td>'


def _hits(row: Mapping[str, Any]) -> str:
    hits, cuts = row.get("hits"), row.get("cuts") or ()
    if hits is None:
        return f'<td class="number">{f"– of {len(cuts)}" if cuts else "–"}</td>'
    return f'<td class="number">{hits} of {max(hits, len(cuts))}</td>'


def _state(row: Mapping[str, Any]) -> str:
    if row["state"] != "failed":
        return escape(str(row["state"]))
    remedy = f'<div class="soft">{escape(row["remedy"])}</div>' if row.get("remedy") else ""
    return f'<div class="bad">failed: {escape(str(row.get("error") or ""))}</div>{remedy}'
