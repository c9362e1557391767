/**
 * What pages do by script; without it they work as well, with one request more here and there.
 * @module
 */

/** Times in the reader's own zone. */
const MOMENT_PARTS = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
const MOMENT = new Intl.DateTimeFormat(undefined, MOMENT_PARTS);
const MOMENT_OF_YEAR = new Intl.DateTimeFormat(undefined, { ...MOMENT_PARTS, year: "numeric" });

/** Where several things happen in a minute. */
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

function localTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    element.title = element.textContent;
    const { clock, exact } = element.dataset;
    const at = new Date(element.dateTime);
    const moment = at.getFullYear() === new Date().getFullYear() ? MOMENT : MOMENT_OF_YEAR;
    const format = clock === undefined ? (exact === undefined ? moment : EXACT) : CLOCK;
    element.textContent = format.format(at);
  }
}

/** Tells a screen reader what happened; sighted people see it at the button. */
function announce(text) {
  let announcer = document.querySelector("#announcer");
  if (!announcer) {
    announcer = document.createElement("div");
    announcer.id = "announcer";
    announcer.className = "unseen";
    announcer.setAttribute("role", "status");
    document.querySelector("main").append(announcer);
  }
  announcer.textContent = text;
}

async function copy(button) {
  const input = document.getElementById(button.dataset.copy);
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    // The value is selected; the keyboard copies it.
    announce("Selected. Press Ctrl+C to copy.");
    return;
  }
  const label = button.firstChild;
  const before = label.data;
  label.data = "Copied";
  announce("Copied");
  setTimeout(() => {
    label.data = before;
  }, 2000);
}

/** A new row of a list: an empty one that was folded; or the last one, emptied, under names with the next number. */
function addRow(button) {
  const list = document.getElementById(button.dataset.add);
  const fold = list.querySelector("details");
  const folded = fold?.querySelector("[data-row]");
  if (folded) {
    fold.before(folded);
    if (!fold.querySelector("[data-row]")) fold.remove();
    folded.querySelector("input").focus();
    return;
  }
  const rows = list.querySelectorAll("[data-row]");
  const last = rows[rows.length - 1];
  const index = rows.length;
  const row = last.cloneNode(true);
  row.hidden = false;
  const renumber = (text) => text.replace(/\d+(?=\D*$)/, String(index));
  for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const attribute of ["name", "id", "for", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value && attribute === "aria-describedby") element.removeAttribute(attribute);
      else if (value && value !== "remove") element.setAttribute(attribute, renumber(value));
    }
    element.removeAttribute("aria-invalid");
    if (element.tagName === "INPUT") element.value = element.dataset.initial ?? "";
    if (element.tagName === "SELECT") element.selectedIndex = 0;
  }
  for (const element of row.querySelectorAll(".error, [data-of-row]")) element.remove();
  for (const element of row.querySelectorAll("[data-number]")) element.textContent = index + 1;
  for (const element of row.querySelectorAll("button[name=remove]")) {
    element.value = renumber(element.value);
  }
  list.append(row);
  row.querySelector("input").focus();
}

/** Emptied rows are left out when the form is sent. */
function removeRow(button) {
  const row = button.closest("[data-row]");
  for (const input of row.querySelectorAll("input, select")) input.value = "";
  row.hidden = true;
  // The button that had the focus is gone.
  document.querySelector(`[data-add="${CSS.escape(row.closest("[id]").id)}"]`)?.focus();
  announce("Row removed");
  refreshPreview(row.closest("form"));
}

const PREVIEW_PAUSE_MS = 400;
let previewTimer;
let previewCount = 0;

/** Waits until one has stopped typing. */
function refreshPreview(form) {
  const target = form?.querySelector("[data-preview]");
  if (!target) return;
  clearTimeout(previewTimer);
  previewTimer = setTimeout(() => void makePreview(form, target), PREVIEW_PAUSE_MS);
}

/** The calls that a sample profile would make, with the settings as they stand in the form. */
async function makePreview(form, target) {
  previewCount += 1;
  const mine = previewCount;
  target.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(target.dataset.preview, { method: "POST", body });
    const text = await response.text();
    if (mine !== previewCount) return;
    if (response.ok && !response.redirected) showPreview(form, target, text);
    else target.textContent = "The preview could not be made. Save, and look at the page again.";
  } catch {
    target.textContent = "The Worker did not answer. The preview comes back with the next change.";
  } finally {
    target.removeAttribute("aria-busy");
  }
}

/** Problems go to the rows that they are about; the rest is the preview. */
function showPreview(form, target, text) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  for (const old of form.querySelectorAll("[data-of-row]")) old.remove();
  target.replaceChildren(...answer.body.childNodes);
  placeRemarks(form, target);
}

/** The Worker leaves out rows without a word in them, and numbers the others anew. */
function placeRemarks(form, target) {
  const rows = [...form.querySelectorAll("[data-row]")].filter((row) =>
    [...row.querySelectorAll("input")].some((input) => input.value.trim() !== ""),
  );
  for (const remark of target.querySelectorAll("[data-of-row]")) {
    const [, index, column] = /^\/mappings\/(\d+)\/(\w+)$/.exec(remark.dataset.ofRow) ?? [];
    const input = column
      ? rows[index]?.querySelector(`[name$="/${column}"]`)
      : form.querySelector(`[name="${CSS.escape(remark.dataset.ofRow)}"]`);
    if (input) input.closest(".field").append(remark);
  }
}

/** What is asked before: what is chosen beside a button may make it graver. */
function questionOf(button) {
  const chosen = button.form?.querySelector("option[data-confirm]:checked");
  return button.dataset.confirm && (chosen ?? button).dataset.confirm;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  if (button.dataset.copy) void copy(button);
  if (button.dataset.add) {
    event.preventDefault();
    addRow(button);
  }
  if (button.name === "remove") {
    event.preventDefault();
    removeRow(button);
  }
  const question = questionOf(button);
  if (question && !confirm(question)) event.preventDefault();
});

document.addEventListener("input", (event) => {
  if (event.target instanceof Element) refreshPreview(event.target.closest("form"));
});

/** What is wrong comes first: focus goes to the first field that is to blame. */
document.querySelector("[aria-invalid=true]")?.focus();
localTimes(document);
for (const target of document.querySelectorAll("[data-preview]")) {
  placeRemarks(target.closest("form"), target);
}
for (const here of document.querySelectorAll(":is(.top nav, .tabs) [aria-current]")) {
  here.scrollIntoView({ inline: "center", block: "nearest" });
}

/** Work in steps goes on by itself. */
document.querySelector("form[data-go-on]")?.requestSubmit();

const LIVE_EVERY_MS = 5000;
const toggle = document.querySelector("[data-live-toggle]");
let isLive = toggle !== null;

/** Puts what goes on now in place of what went on; where one is reading with the keyboard, it waits. */
async function refreshLive() {
  const live = document.querySelector("[data-live]");
  if (!isLive || document.hidden || live.contains(document.activeElement)) return;
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh || !isLive) return;
  localTimes(page);
  live.replaceWith(fresh);
  for (const rows of page.querySelectorAll("[data-fresh]")) {
    document.getElementById(rows.id)?.replaceWith(rows);
  }
  for (const { id, dataset } of page.querySelectorAll("[data-chart][id]")) {
    const chart = document.getElementById(id);
    if (!chart || chart.dataset.chart === dataset.chart) continue;
    chart.dataset.chart = dataset.chart;
    chart.dispatchEvent(new Event("fresh"));
  }
}

if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    isLive = !isLive;
    toggle.textContent = isLive ? "Stop updating" : "Go on updating";
    announce(isLive ? "Updating every 5 seconds" : "Not updating");
  });
  setInterval(() => void refreshLive(), LIVE_EVERY_MS);
}
