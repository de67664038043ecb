// A convenience: without it, every page shows all there is. It hides what was not searched for.
"use strict";
for (const form of document.querySelectorAll("form[data-filter]")) {
  const field = form.querySelector("input");
  const told = form.querySelector("output");
  const rows = [...document.querySelectorAll(form.dataset.filter)];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const isWithin = (row, day) => {
    const [first, last] = [...row.cells].map((cell) => cell.textContent);
    const isDay = /^\d{4}-\d\d-\d\d$/;
    return (!isDay.test(first) || first <= day) && (!isDay.test(last) || day <= last);
  };
  const holds = (number) => {
    if (field.type === "date") return !field.value || isWithin(rows[number], field.value);
    return field.value.toLowerCase().split(/\s+/).every((word) => words[number].includes(word));
  };
  const show = () => {
    let count = 0;
    rows.forEach((row, number) => {
      const isShown = holds(number);
      row.toggleAttribute("data-out", !isShown);
      count += isShown;
    });
    told.textContent = `${count} of ${rows.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", show);
  show();
}
