/* Scan a QR code with the phone's camera: by the browser itself where it reads codes, else by sending
   a picture a second to the server. Without this file a photo is sent, or a number typed. */

const button = document.getElementById("scan");
const view = document.getElementById("scan-view");
const said = document.getElementById("scan-said");
const field = document.getElementById("code");
const photo = document.querySelector('#label-form input[type="file"]');
const PAUSE_MS = 200;
const SENT_EVERY_MS = 1000;
const LONGEST_SIDE = 1600;
const QUALITY = 0.8;

const pause = (length) => new Promise((done) => setTimeout(done, length));

/* Return what looks for a code on a picture of the video, and goes to its page once there is one. */
async function looker() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => {
      const [found] = await detector.detect(view).catch(() => []);
      if (!found) return pause(PAUSE_MS);
      stop();
      field.value = found.rawValue;
      return field.form.requestSubmit();
    };
  }
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d");
  return async () => {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(view.videoWidth, view.videoHeight));
    canvas.width = Math.round(view.videoWidth * scale);
    canvas.height = Math.round(view.videoHeight * scale);
    drawing.drawImage(view, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const sent = new FormData(photo.form);
    sent.set("label", picture, "label.jpg");
    const headers = { "HX-Request": "true" };
    const answer = await fetch(photo.form.action, { method: "POST", body: sent, headers }).catch(() => null);
    if (!answer?.redirected) return pause(SENT_EVERY_MS);
    stop();
    return location.assign(answer.url);
  };
}

let stream = null;
const label = button?.textContent;

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  view.hidden = true;
  button.textContent = label;
}

async function scan() {
  if (stream) {
    stop();
    return;
  }
  said.textContent = "";
  let look;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
    look = await looker();
  } catch {
    said.textContent = button.dataset.failed;
    return;
  }
  view.srcObject = stream;
  view.hidden = false;
  button.textContent = button.dataset.stop;
  await view.play();
  while (stream) await look();
}

// A camera is only given to pages that came over an encrypted way; elsewhere a photo does.
const unencrypted = document.getElementById("scan-open");
if (unencrypted) unencrypted.hidden = window.isSecureContext;
if (button && navigator.mediaDevices?.getUserMedia && photo) {
  button.hidden = false;
  button.addEventListener("click", scan);
  window.addEventListener("pagehide", stop);
}
photo?.addEventListener("change", () => {
  if (photo.files.length && photo.reportValidity()) photo.form.requestSubmit();
});
