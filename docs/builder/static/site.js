// Frames are seen one at a time, chosen by a slider; without this all of them are seen. And what search does from a file.

"use strict";

function frames(root) {
  const figures = [...root.querySelectorAll(":scope > figure")];
  if (figures.length < 2) return;
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: figures.length - 1, value: 0, step: 1 });
  slider.setAttribute("aria-label", root.dataset.label || "Frame");
  const before = button("‹", "The frame before");
  const after = button("›", "The next frame");
  const choose = document.createElement("div");
  choose.className = "choose";
  choose.append(before, slider, after);

  function show(number) {
    slider.value = number;
    figures.forEach((figure, at) => (figure.hidden = at !== number));
    slider.setAttribute("aria-valuetext", figures[number].querySelector("figcaption")?.textContent ?? `${number + 1}`);
    before.disabled = number === 0;
    after.disabled = number === figures.length - 1;
  }

  slider.addEventListener("input", () => show(slider.valueAsNumber));
  before.addEventListener("click", () => show(slider.valueAsNumber - 1));
  after.addEventListener("click", () => show(slider.valueAsNumber + 1));
  for (const event of ["keydown", "keyup"]) choose.addEventListener(event, (pressed) => pressed.stopPropagation()); // not to turn pages
  figures.at(-1).after(choose);
  root.classList.add("chosen");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", root.dataset.label || "Frames");
  show(0);
}

function button(text, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  return made;
}

if (typeof DOCUMENTATION_OPTIONS !== "undefined" && location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false; // no file may read another

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Site"); // beside that of the page
  document.querySelectorAll('[data-component="frames"]').forEach(frames);
  document.querySelectorAll(".highlight pre, .table-wrapper").forEach((wide) => {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0; // what scrolls is reached by keyboard
  });
});
