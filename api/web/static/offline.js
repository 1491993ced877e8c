/* Check signed records in the reader's own browser: nothing is sent anywhere. The page holds the
   public keys; the revocation list comes from this site, from a file, or from the last visit. */

"use strict";

(() => {
  const held = (id) => document.getElementById(id).content.textContent.trim();
  const words = JSON.parse(held("words"));
  const keys = JSON.parse(held("keys"));
  const RECORD = "lucai-record-1";
  const REVOCATIONS = "lucai-revocations-1";
  const KEPT = "lucai-revocations";
  const SIGNED = /^(\{[\s\S]*),"signature":"([A-Za-z0-9_-]{86})"\}$/;
  const FIELDS = "at,content,document,key";
  // The order of the curve's group: a signature's second half is below it, or is another writing.
  const ORDER = BigInt("0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
  const result = document.getElementById("result");
  const box = document.getElementById("record");
  let revocations = null;
  let last = null;

  class Refused extends Error {}

  const bytesOf = (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const wordFor = (kind, key) => words[kind][key] || key;
  const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

  function fromUnpadded(text) {
    if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return null;
    const found = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const again = btoa(found).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    return again === text ? bytesOf(found) : null;
  }

  async function isSignedBy(publicKey, signature, body) {
    let second = 0n;
    for (const byte of signature.slice(32).reverse()) second = (second << 8n) | BigInt(byte);
    if (second >= ORDER) return false;
    const ours = globalThis.crypto && crypto.subtle;
    if (ours) {
      try {
        const key = await ours.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
        return await ours.verify("Ed25519", key, signature, body);
      } catch {
        // An older browser does not know the curve: the script beside this one does.
      }
    }
    if (!globalThis.nacl) throw new Refused("no-ed25519");
    return nacl.sign.detached.verify(body, signature, publicKey);
  }

  async function opened(bytes, kind) {
    const parts = SIGNED.exec(latin(bytes));
    const signature = parts && fromUnpadded(parts[2]);
    if (!signature) throw new Refused("not-signed");
    const body = bytesOf(`${parts[1]}}`);
    let head;
    try {
      head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    } catch {
      throw new Refused("not-signed");
    }
    if (Object.keys(head).sort().join() !== FIELDS) throw new Refused("not-signed");
    if (head.document !== kind) throw new Refused("other-document");
    const key = keys.find((each) => each.key === head.key);
    const publicKey = key && fromUnpadded(key.public);
    if (!publicKey) throw new Refused("unknown-key");
    if (!(await isSignedBy(publicKey, signature, body))) throw new Refused("altered");
    if (key.withdrawn) throw new Refused("key-withdrawn");
    const at = Date.parse(head.at);
    const isBefore = at < Math.floor(Date.parse(key.since) / 1000) * 1000;
    if (isBefore || (key.until && at > Date.parse(key.until))) throw new Refused("key-not-in-use");
    return head;
  }

  function remarks(record, today) {
    const said = [];
    if (revocations) {
      const papers = new Map(revocations.certificates.map((each) => [each[0], each]));
      const adoptions = new Map(revocations.adoptions.map((each) => [each[0], each]));
      const named = record.certificates.map((paper) => [papers.get(paper.key), paper.number]);
      for (const product of record.products)
        if (product.adoption) named.push([adoptions.get(product.adoption.key), product.name]);
      for (const [ended, about] of named)
        if (ended && ended[3] <= today)
          said.push(["revoked-since", { about, state: wordFor("state", ended[2]), day: ended[3] }]);
    }
    for (const paper of record.certificates)
      if (paper.state !== "valid")
        said.push(["not-valid-then", { about: paper.number, state: wordFor("state", paper.state) }]);
      else if (paper.valid_to && paper.valid_to < today)
        said.push(["expired-since", { about: paper.number, day: paper.valid_to }]);
    if (!revocations) return [...said, ["no-list", {}]];
    if (revocations.on < record.revocations.on)
      said.push(["list-before-record", { day: revocations.on }]);
    if (revocations.next_by < today) said.push(["list-old", { day: revocations.on }]);
    return said;
  }

  function put(parent, name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    if (kind) made.className = kind;
    parent.append(made);
    return made;
  }

  function table(title, columns, rows) {
    put(result, "h3", title);
    const frame = put(result, "div", null, "scroll");
    const made = put(frame, "table");
    const top = put(put(made, "thead"), "tr");
    for (const column of columns) put(top, "th", column).scope = "col";
    const lines = put(made, "tbody");
    for (const row of rows) {
      const line = put(lines, "tr");
      for (const cell of row) put(line, "td", cell ?? "—");
    }
  }

  const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format();

  function show(head) {
    const record = head.content;
    const said = remarks(record, today());
    const stops = said.some(([kind]) => words.stops.includes(kind));
    result.dataset.answer = stops ? "stopped" : "good";
    put(result, "h2", stops ? words.stopped : words.good);
    put(result, "p", filled(words.signed, { at: head.at, key: head.key, day: record.on }));
    if (record.synthetic) put(result, "p", words.synthetic, "notice");
    for (const [kind, facts] of said)
      put(result, "p", filled(wordFor("remark", kind), facts), "notice").dataset.remark = kind;
    table(
      words.certificates,
      words.certificate_columns,
      record.certificates.map((paper) => [
        paper.number, paper.body, wordFor("state", paper.state), paper.valid_from, paper.valid_to,
      ]),
    );
    table(
      words.products,
      words.product_columns,
      record.products.map((product) => [
        product.name, product.model, product.company,
        product.adoption ? wordFor("state", product.adoption.state) : words.no_adoption,
        product.adoption && product.adoption.on,
      ]),
    );
    if (record.left_out) put(result, "p", filled(words.left_out, { count: record.left_out }));
  }

  async function check(bytes) {
    last = bytes;
    result.replaceChildren();
    delete result.dataset.answer;
    try {
      show(await opened(bytes, RECORD));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      result.replaceChildren();
      result.dataset.answer = error.message;
      put(result, "h2", words.refused);
      put(result, "p", wordFor("refusal", error.message), "notice");
    }
  }

  const checkText = (text) => {
    const plain = text.trim();
    const link = plain.startsWith("{") ? null : plain.slice(plain.indexOf("#") + 1);
    const bytes = link === null ? new TextEncoder().encode(plain) : fromUnpadded(link);
    return check(bytes || new Uint8Array());
  };

  async function checkFragment() {
    if (location.hash.length > 1) await checkText(location.hash);
  }

  async function takeList(bytes) {
    const line = document.getElementById("list-said");
    try {
      const head = await opened(bytes, REVOCATIONS);
      if (revocations && revocations.on > head.content.on) return;
      revocations = head.content;
      line.textContent = filled(
        revocations.next_by < today() ? words.list_old : words.list,
        { day: revocations.on, count: revocations.certificates.length + revocations.adoptions.length },
      );
      line.dataset.on = revocations.on;
      try {
        localStorage.setItem(KEPT, latin(bytes));
      } catch {
        // Some browsers keep nothing for a page on disk; the list still counts until it is closed.
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      line.textContent = wordFor("refusal", error.message);
    }
  }

  const trimmed = (bytes) => bytesOf(latin(bytes).trim());
  const content = async (input) => trimmed(new Uint8Array(await input.files[0].arrayBuffer()));

  document.getElementById("check").addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = document.getElementById("record-file");
    if (file.files.length) await check(await content(file));
    else await checkText(box.value);
  });
  document.getElementById("list-file").addEventListener("change", async (event) => {
    if (event.target.files.length) await takeList(await content(event.target));
    if (last) await check(last);
  });
  addEventListener("hashchange", checkFragment);

  async function start() {
    const inside = held("revocations");
    if (inside) await takeList(new TextEncoder().encode(inside));
    let kept = null;
    try {
      kept = localStorage.getItem(KEPT);
    } catch {
      // As above.
    }
    if (kept) await takeList(bytesOf(kept));
    const address = result.dataset.list;
    if (address && location.protocol.startsWith("http")) {
      try {
        const answer = await fetch(address);
        if (answer.ok) await takeList(new Uint8Array(await answer.arrayBuffer()));
      } catch {
        // Without a network the list is the last one that was seen.
      }
    }
    await checkFragment();
    document.documentElement.dataset.ready = "yes";
  }
  start();
})();
