/* Forms that lose nothing: a warning before unsaved changes are left, drafts kept in this browser,
   and buttons that cannot be pressed twice. Without this file forms are plain forms. */

const { account = "", busy, restored, discard } = document.body.dataset;
const PREFIX = "draft:";
const DAY_MS = 24 * 3600 * 1000;
const KEPT_MS = 14 * DAY_MS;
const PAUSE_MS = 400;
const BUSY_MS = 30_000;

const isKept = ({ name, type, dataset }) =>
  name && name !== "form_token" && !["password", "file", "hidden", "submit"].includes(type) && !("noDraft" in dataset);
const fields = (form) => [...form.elements].filter(isKept);
const values = (form) => fields(form).map((field) => (/radio|checkbox/.test(field.type) ? field.checked : field.value));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const keyOf = (form) => `${PREFIX}${account}:${form.dataset.draft}`;

/* Unsaved changes. */
const begun = new Map();
let isLeaving = false;

function isChanged(form) {
  return form.isConnected && !same(values(form), begun.get(form));
}

for (const form of document.querySelectorAll("form[data-guard]")) begun.set(form, values(form));
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && [...begun.keys()].some(isChanged)) event.preventDefault();
});

/* Drafts: names and values, with the moment at which they were typed. */
function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full or forbidden store keeps no drafts; the form works as before.
  }
}

function tell(form, whenDiscarded) {
  const note = document.createElement("div");
  note.className = "alert is-info draft-note";
  note.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = restored;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain-button";
  button.textContent = discard;
  button.addEventListener("click", () => {
    whenDiscarded();
    note.remove();
  });
  note.append(text, button);
  form.prepend(note);
}

function fill(form, kept) {
  fields(form).forEach((field, place) => {
    if (/radio|checkbox/.test(field.type)) field.checked = kept[place];
    else field.value = kept[place];
    // What was filled in again is to be seen.
    if (kept[place]) field.closest("details")?.setAttribute("open", "");
  });
}

function keepDraft(form) {
  const key = keyOf(form);
  const empty = values(form);
  const draft = read(key);
  // What a refused form says again is newer than the draft, and a form of other fields is another.
  if (draft && !draft.sent && draft.values.length === empty.length && !same(draft.values, empty)) {
    fill(form, draft.values);
    tell(form, () => {
      fill(form, empty);
      localStorage.removeItem(key);
    });
  }
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => write(key, { at: Date.now(), values: values(form) }), PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    write(key, { at: Date.now(), values: values(form), sent: true });
  });
}

/* A draft that was sent is gone once a page without a complaint has come. */
function settleDrafts() {
  const isRefused = document.querySelector('.error, .has-error, .notice[role="alert"], .alert.is-bad') !== null;
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const draft = read(key);
    if (!draft || (draft.sent && !isRefused)) localStorage.removeItem(key);
    else if (draft.sent) write(key, { at: draft.at, values: draft.values });
  }
}

function forget() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  }
  // What was typed on site and not sent is another store's.
  indexedDB.deleteDatabase("lucai-unsent");
}

try {
  settleDrafts();
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelectorAll("form[data-forgets]").forEach((form) => form.addEventListener("submit", forget));
} catch {
  // A browser that keeps nothing for sites keeps no drafts.
}

/* Sent once, and seen to be sent. A form that gives a file leaves its page standing. */
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

function release(form) {
  delete form.dataset.sent;
  status.textContent = "";
  for (const button of document.querySelectorAll('button[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  const address = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
  const isFile = form.hasAttribute("data-download") || /\.\w+$/.test(address);
  // A field of the form may be called "method", so the attribute is asked.
  if (form.getAttribute("method") !== "post" || isFile || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  isLeaving = true;
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => { if (form.dataset.sent) status.textContent = busy; }, 1000);
  setTimeout(() => release(form), BUSY_MS);
});
window.addEventListener("pageshow", () => {
  isLeaving = false;
  document.querySelectorAll("form[data-sent]").forEach(release);
});

/* A file dropped anywhere on its field is chosen by the field itself; here it is only seen. */
for (const field of document.querySelectorAll('.drop input[type="file"]')) {
  field.addEventListener("dragenter", () => field.classList.add("is-over"));
  for (const end of ["dragleave", "drop"]) field.addEventListener(end, () => field.classList.remove("is-over"));
}
for (const field of document.querySelectorAll('input[type="file"][data-limit-mb]')) {
  field.addEventListener("change", () => {
    const most = Number(field.dataset.limitMb) * 2 ** 20;
    const isTooLarge = [...field.files].some((file) => file.size > most);
    field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
    field.reportValidity();
  });
}
