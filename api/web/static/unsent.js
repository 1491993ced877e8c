/* What is typed on site stays in this phone, photos too, until the server has it: a page that is
   closed, or a network that is gone, loses nothing. Sent again, it is entered once: the form's own
   number tells. Without this file the form is a plain form. */

const form = document.querySelector("form[data-unsent]");
const STORE = "unsent";
const DAY_MS = 24 * 3600 * 1000;
const KEPT_MS = 14 * DAY_MS;
const PAUSE_MS = 150;
const LONGEST_MS = 180_000;
// What a product that was chosen since tells better than what was typed before.
const OF_PRODUCT = ["product", "name", "specification", "category", "supplier", "unit"];
const NEVER = ["form_token", "number"];
const key = `${document.body.dataset.account ?? ""}:${form?.dataset.unsent}`;

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("lucai-unsent", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

/* Do one thing with the store; a browser that keeps nothing for sites answers nothing. */
async function store(mode, work) {
  try {
    const database = await opened();
    try {
      return await new Promise((done, failed) => {
        const asked = work(database.transaction(STORE, mode).objectStore(STORE));
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => failed(asked.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

const changed = () =>
  [...form.elements].filter((field) => {
    if (!field.name || NEVER.includes(field.name)) return false;
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "hidden") return field.value !== "";
    if (/radio|checkbox/.test(field.type)) return field.checked !== field.defaultChecked;
    if (field.options) return ![...field.options].every((o) => o.selected === o.defaultSelected);
    return field.value !== field.defaultValue;
  });

const valueOf = (field) => {
  if (field.type === "file") return [...field.files];
  return /radio|checkbox/.test(field.type) ? field.checked : field.value;
};

let timer = 0;
let isSent = false;

async function keep() {
  clearTimeout(timer);
  const values = Object.fromEntries(changed().map((field) => [field.name, valueOf(field)]));
  const draft = { at: Date.now(), number: form.elements.number.value, isSent, values };
  await store("readwrite", (kept) => (Object.keys(values).length ? kept.put(draft, key) : kept.delete(key)));
}

function put(field, value) {
  if (field.type === "file") {
    const files = new DataTransfer();
    value.forEach((file) => files.items.add(file));
    field.files = files.files;
  } else if (/radio|checkbox/.test(field.type)) field.checked = value;
  else field.value = value;
}

function note(kind, text, ...buttons) {
  form.querySelector(".unsent-note")?.remove();
  const made = document.createElement("div");
  made.className = `alert is-${kind} unsent-note`;
  made.setAttribute("role", kind === "bad" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = text;
  made.append(words);
  for (const [label, act] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain-button";
    button.textContent = label;
    button.addEventListener("click", act);
    made.append(button);
  }
  form.prepend(made);
  return made;
}

async function discard() {
  clearTimeout(timer);
  await store("readwrite", (kept) => kept.delete(key));
  location.assign(location.pathname);
}

async function restore() {
  const draft = await store("readonly", (kept) => kept.get(key));
  if (!draft || Date.now() - draft.at > KEPT_MS) return;
  const { product } = form.elements;
  const isAnother = product.value !== "" && product.value !== draft.values.product;
  if (!product.value && draft.values.product && !location.search) {
    // The page of the product that was chosen shows what it is.
    location.replace(`${location.pathname}?product=${encodeURIComponent(draft.values.product)}`);
    return;
  }
  let isFilled = false;
  for (const [name, value] of Object.entries(draft.values)) {
    const field = form.elements[name];
    if (!field || name === "product" || (isAnother && OF_PRODUCT.includes(name))) continue;
    put(field, value);
    isFilled = true;
  }
  // What was sent and not answered may have arrived: under its number it is entered once.
  if (draft.isSent) {
    isSent = true;
    form.elements.number.value = draft.number;
    wait();
  } else if (isFilled) {
    note("info", form.dataset.restored, [form.dataset.discard, discard]);
  }
}

function wait() {
  isSent = true;
  keep();
  // Changed and sent again it would be another entry, and the first may have arrived.
  for (const part of form.children) part.inert = true;
  note("bad", form.dataset.waiting, [form.dataset.again, send], [form.dataset.discard, discard]).scrollIntoView();
}

/* Show the page that says what is wrong, with the photos that were chosen. */
function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const next = page.getElementById("delivery");
  if (!next) return false;
  const before = page.querySelector("main");
  for (const field of form.querySelectorAll('input[type="file"]')) {
    const place = next.querySelector(`input[type="file"][name="${field.name}"]`);
    place?.replaceWith(field);
  }
  form.replaceChildren(...next.childNodes);
  document.querySelectorAll("main > .alert").forEach((each) => each.remove());
  form.before(...before.querySelectorAll(":scope > .alert"));
  // Without this file photos have to be chosen again; here they stay.
  document.querySelectorAll("main > .alert > p:not(.alert-title)").forEach((each) => each.remove());
  isSent = false;
  keep();
  (form.querySelector(".has-error") ?? form).scrollIntoView({ block: "center" });
  return true;
}

let isSending = false;

function send() {
  if (isSending) return;
  isSending = true;
  const progress = note("info", form.dataset.sending.replace("{n}", "0"));
  const request = new XMLHttpRequest();
  const ended = () => {
    isSending = false;
    progress.remove();
  };
  request.open("POST", form.action);
  request.timeout = LONGEST_MS;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = total ? Math.floor((loaded * 100) / total) : 0;
    progress.firstChild.textContent = form.dataset.sending.replace("{n}", String(percent));
  });
  for (const trouble of ["error", "timeout", "abort"]) {
    request.addEventListener(trouble, () => {
      ended();
      wait();
    });
  }
  request.addEventListener("load", async () => {
    ended();
    const address = new URL(request.responseURL || form.action, location.href);
    if (request.status === 200 && address.pathname === new URL(form.dataset.done, location.href).pathname) {
      clearTimeout(timer);
      await store("readwrite", (kept) => kept.delete(key));
      location.assign(address);
    } else if (request.status < 500 && address.pathname !== new URL(form.action).pathname) {
      await keep();
      location.assign(address);
    } else if (request.status >= 500 || !show(request.responseText)) wait();
  });
  request.send(new FormData(form));
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    isSent = true;
    await keep();
    send();
  });
  window.addEventListener("online", () => {
    if (form.querySelector(".unsent-note.is-bad")) send();
  });
  window.addEventListener("pagehide", () => {
    if (!isSending) keep();
  });
  restore();
}
