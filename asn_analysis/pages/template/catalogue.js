"use strict";
// Filters and sorts the table of units. Without it the table stands as it is, in the order of names.
const table = document.querySelector("table.units");
const body = table.tBodies[0];
const rows = [...body.rows];
const headers = [...table.tHead.rows[0].cells];
const controls = document.querySelector(".controls");
const [search, type, district, sorted] = controls.querySelectorAll("input, select");
const all = controls.querySelector("button");
const status = controls.querySelector("[role=status]");
const said = controls.dataset;

function show() {
  const wanted = search.value.trim().toLowerCase();
  const visible = rows.filter((row) => {
    row.hidden = !(row.textContent.toLowerCase().includes(wanted)
      && (!type.value || row.dataset.type === type.value)
      && (!district.value || row.dataset.district === district.value));
    return !row.hidden;
  });
  table.hidden = !visible.length;
  all.hidden = visible.length === rows.length;
  status.textContent = visible.length
    ? said.message.replace("[shown]", visible.length).replace("[all]", rows.length)
    : said.none;
}

function caption(column, down) {
  const number = headers[column].classList.contains("n");
  const text = number ? (down ? said.down : said.up) : (down ? said.za : said.az);
  return text.replace("[column]", headers[column].textContent);
}

function order(column, down) {
  for (const header of headers) header.removeAttribute("aria-sort");
  headers[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  table.caption.textContent = caption(column, down);
  sorted.value = `${column} ${down}`;
  const key = (row) => row.cells[column].dataset.key;
  const compare = headers[column].classList.contains("n")
    ? (a, b) => Number(key(a)) - Number(key(b))
    : (a, b) => key(a).localeCompare(key(b), document.documentElement.lang);
  // Units without a value stay last in either direction.
  body.append(...rows.toSorted((a, b) =>
    (key(a) === "") - (key(b) === "") || (down ? -1 : 1) * compare(a, b)));
}

headers.forEach((header, column) => {
  if (!header.dataset.sort) return;
  for (const down of [false, true]) sorted.add(new Option(caption(column, down), `${column} ${down}`));
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => order(column, header.getAttribute("aria-sort") === "ascending"));
  header.append(button);
});
sorted.addEventListener("input", () => {
  const [column, down] = sorted.value.split(" ");
  order(Number(column), down === "true");
});
all.addEventListener("click", () => {
  search.value = type.value = district.value = "";
  show();
  search.focus();
});
for (const control of [search, type, district]) control.addEventListener("input", show);
controls.hidden = false;
show();
