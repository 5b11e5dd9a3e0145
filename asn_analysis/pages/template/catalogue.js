"use strict";
// Filters and sorts the table of units. Without it the table stands as it is, in the order of names.
const table = document.querySelector("table.units");
const body = table.tBodies[0];
const rows = [...body.rows];
const controls = document.querySelector(".controls");
const [search, type, district] = controls.querySelectorAll("input, select");
const status = controls.querySelector("[role=status]");

function show() {
  const wanted = search.value.trim().toLowerCase();
  const visible = rows.filter((row) => {
    row.hidden = !(row.textContent.toLowerCase().includes(wanted)
      && (!type.value || row.dataset.type === type.value)
      && (!district.value || row.dataset.district === district.value));
    return !row.hidden;
  });
  status.textContent = controls.dataset.message
    .replace("[shown]", visible.length).replace("[all]", rows.length);
}

function order(header, column) {
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[column].dataset.key ?? "";
  const compare = header.classList.contains("n")
    ? (a, b) => Number(key(a)) - Number(key(b))
    : (a, b) => key(a).localeCompare(key(b), document.documentElement.lang);
  // Units without a value stay last in either direction.
  body.append(...rows.toSorted((a, b) =>
    (key(a) === "") - (key(b) === "") || (down ? -1 : 1) * compare(a, b)));
}

[...table.tHead.rows[0].cells].forEach((header, column) => {
  if (!header.dataset.sort) return;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => order(header, column));
  header.append(button);
});
for (const control of [search, type, district]) control.addEventListener("input", show);
controls.hidden = false;
show();
